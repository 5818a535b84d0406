"""The weekly guard at work: what is offered, held, moved and handed over, and what only warns."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.interests import wanted
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat
from ambassadors.services import booking, diary, matching, timesheets, today
from ambassadors.services.programme import vocabulary
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.settings.current import CALENDAR, WORKING
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_hold, make_user

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
COORDINATOR = Actor("coordinator")
FULL = "There is no time left for a chat of that length in this week."


@pytest.fixture
def ana(session: Session) -> Ambassador:
    """Somebody with one hour left beside nineteen elsewhere on campus."""
    return make_ambassador(session, other_hours=19)


def why(session: Session, ambassador: Ambassador, start: datetime, now: datetime) -> str | None:
    try:
        make_hold(session, ambassador, start, now)
    except Refused as refusal:
        return refusal.text
    return None


def save(session: Session, key: str, value: dict[str, object], now: datetime) -> None:
    user = make_user(session)
    write(session, lambda s: changing.save(s, Save(key, value, 0, user.id, now)))


def offered(session: Session, ambassador: Ambassador, now: datetime, minutes: int) -> list[int]:
    """How many starts there are in this week and in the next two."""
    found = diary.slots_of(session, ambassador.id, now, now + 3 * WEEK, minutes, now)
    sunday = now.replace(hour=5, minute=0) - DAY  # midnight in Boston, before a Monday
    return [
        sum(sunday + n * WEEK <= one < sunday + (n + 1) * WEEK for one in found) for n in range(3)
    ]


def test_a_week_that_is_full_is_neither_offered_nor_held(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, minutes=45)
    assert [n > 0 for n in offered(session, ana, now, 30)] == [False, True, True]
    wish = wanted(vocabulary(session), ["track/thesis"])
    found = matching.find(session, wish, now, minutes=30, count=1)
    assert found.offers[0].next_starts[0] >= now + 6 * DAY
    assert why(session, ana, now + 2 * DAY, now) == FULL
    assert why(session, ana, now + 2 * DAY + WEEK, now) is None


def test_a_hold_counts_and_a_cancelled_chat_does_not(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_hold(session, ana, now + DAY, now)
    second = make_chat(session, ana, now + 2 * DAY, now)
    assert why(session, ana, now + 3 * DAY, now) == FULL
    write(session, lambda s: booking.cancel(s, second.uid, COORDINATOR, now))
    assert why(session, ana, now + 3 * DAY, now) is None


def test_a_sunday_counts_with_the_days_after_it(session: Session, now: datetime) -> None:
    bo = make_ambassador(session, "Bo Li", hours="Sun 09:00-17:00; Sat 09:00-17:00", other_hours=19)
    sunday = now + 6 * DAY
    make_chat(session, bo, sunday, now, minutes=45)
    assert why(session, bo, sunday + 6 * DAY, now) == FULL  # the Saturday after it
    assert why(session, bo, sunday - DAY, now) is None  # the Saturday before it


def test_coordinators_are_told_why_a_chat_cannot_be_moved_or_handed_over(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, minutes=45)
    later = make_chat(session, ana, now + 2 * DAY + WEEK, now)
    bo = make_ambassador(session, "Bo Li")
    other = make_chat(session, bo, now + 3 * DAY, now)
    told = []
    for work in (
        lambda s: booking.move(s, later.uid, now + 2 * DAY, COORDINATOR, now),
        lambda s: booking.move(s, later.uid, now + 2 * DAY, Actor("prospect"), now),
        lambda s: booking.hand_over(s, other.uid, ana.id, COORDINATOR, now),
    ):
        with pytest.raises(Refused) as refusal:
            write(session, work)
        told.append((refusal.value.text, refusal.value.status))
    reason = (
        "With this chat they would work 20 h 15 min in the pay week from Sunday, February 28: "
        "1 h 15 min of chats and 19 h elsewhere on campus. In a week of classes 20 h is the most."
    )
    assert told == [(reason, 409), (FULL, 409), (f"Ana Almeida: {reason}", 409)]
    free = booking.free_ambassadors(session, other.uid, now)
    assert [person.name for person, _ in free] == []


def test_in_a_week_without_classes_nothing_is_refused(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    first, last = (now + 20 * DAY).date().isoformat(), (now + 90 * DAY).date().isoformat()
    term = {"name": "Term", "kind": "term", "first": first, "last": last, "hours": "kept"}
    save(session, CALENDAR, {"terms": [term]}, now)
    for n in range(1, 4):
        make_chat(session, ana, now + n * DAY, now)
    assert timesheets.over_limit(session, now) == []


def test_a_coordinator_can_make_it_warn_only_and_today_names_who_is_over(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, minutes=45)
    assert why(session, ana, now + 2 * DAY, now) == FULL
    save(session, WORKING, {"hours": "20", "guard": "warn"}, now)
    chat = make_chat(session, ana, now + 2 * DAY, now)
    assert chat.status == "confirmed"
    needs = {need.key: need for need in today.look(session, now, "UTC").needs}
    assert [line.detail for line in needs["overworked"].lines] == [
        "20 h 15 min in the pay week from Sunday, February 28, 19 h of it elsewhere on campus"
    ]


def test_hours_stated_later_leave_booked_chats_and_end_new_ones(
    session: Session, now: datetime
) -> None:
    bo = make_ambassador(session, "Bo Li")
    chat: Chat = make_chat(session, bo, now + DAY, now)
    write(session, lambda s: timesheets.state_other_hours(s, bo.id, "20", now))
    assert why(session, bo, now + 2 * DAY, now) == FULL
    session.refresh(chat)
    assert chat.status == "confirmed"
    assert [one.name for one in timesheets.over_limit(session, now)] == ["Bo Li"]
