"""Many chats at once: each in a transaction of its own, every outcome written, nothing twice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat, Notice
from ambassadors.services import booking, bulk
from ambassadors.services.auditor import audit
from ambassadors.services.bulk import Asked, Runner
from ambassadors.services.oversight import ChatFilter
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_user

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_ambassador(session)


@pytest.fixture
def three(session: Session, ana: Ambassador, now: datetime) -> list[Chat]:
    """Chats of Tuesday, Wednesday and Thursday at ten in Boston."""
    return [make_chat(session, ana, now + n * DAY, now) for n in (1, 2, 3)]


def ask(session: Session, asked: Asked, chats: list[Chat], now: datetime) -> int:
    """Asks for it, with the chats as they are."""
    user = make_user(session)
    versions = {chat.uid: chat.version for chat in chats}
    return write(session, lambda s: bulk.start(s, asked, versions, user.id, now).id)


def outcomes(session: Session, bulk_id: int) -> list[tuple[str, str]]:
    """What is written of each chat."""
    return [(line.outcome, line.text) for line in bulk.lines_of(session, bulk_id)]


def test_all_are_cancelled_and_everybody_is_told(
    session: Session, three: list[Chat], now: datetime
) -> None:
    number = ask(session, Asked("cancel", reason="The campus is closed."), three[:2], now)
    assert bulk.run_queued(session, Runner("me", now)) == 2
    session.expire_all()
    assert [chat.status for chat in three] == ["cancelled", "cancelled", "confirmed"]
    assert outcomes(session, number) == [("done", ""), ("done", "")]
    assert bulk.find_bulk(session, number).status == "done"
    told = select(Notice.recipient).where(Notice.kind == "cancellation")
    assert len(session.scalars(told).all()) == 4
    assert {chat.changes[-1].reason for chat in three[:2]} == {"The campus is closed."}
    assert bulk.run_queued(session, Runner("me", now)) == 0


def test_what_was_changed_meanwhile_or_cannot_be_done_is_said_and_left(
    session: Session, ana: Ambassador, three: list[Chat], now: datetime
) -> None:
    late = make_chat(session, ana, now + timedelta(days=3, hours=3), now, email="l@example.org")
    number = ask(session, Asked("move", shift=24 * 60), [*three[:2], late], now)
    moved = now + timedelta(days=1, hours=3)
    write(session, lambda s: booking.move(s, three[0].uid, moved, booking_actor(), now))
    bulk.run_queued(session, Runner("me", now))
    third, second, first = outcomes(session, number)
    assert (first[0], "was changed after you looked" in first[1]) == ("refused", True)
    assert (second[0], "taken" in second[1]) == ("refused", True)  # Thursday's is there still
    assert third == ("done", "")
    session.expire_all()
    assert [chat.starts_at for chat in three] == [moved, now + 2 * DAY, now + 3 * DAY]
    assert late.starts_at == now + timedelta(days=4, hours=3)


def booking_actor() -> Actor:
    return Actor("coordinator")


def test_a_scheduler_that_stops_in_the_middle_is_followed_by_another(
    session: Session, three: list[Chat], now: datetime
) -> None:
    number = ask(session, Asked("cancel"), three, now)

    class Gone(BaseException):
        """The process is killed."""

    beats: list[int] = []

    def die_at_the_second() -> None:
        beats.append(1)
        if len(beats) == 2:
            raise Gone

    with pytest.raises(Gone):
        bulk.run_queued(session, Runner("one", now, beat=die_at_the_second))
    session.rollback()
    assert [one for one, _ in outcomes(session, number)] == ["done", "", ""]
    assert bulk.run_queued(session, Runner("two", now)) == 0  # the lease still counts
    session.expire_all()
    later = Runner("two", now, clock=lambda: Runner("x", now).clock() + 2 * HOUR)
    assert bulk.run_queued(session, later) == 2
    session.expire_all()
    assert {chat.status for chat in three} == {"cancelled"}
    assert {chat.version for chat in three} == {2}


def test_both_are_reminded_and_a_second_time_by_the_same_mail(
    session: Session, three: list[Chat], now: datetime
) -> None:
    for _ in range(2):
        ask(session, Asked("remind"), three[:1], now)
        bulk.run_queued(session, Runner("me", now))
        rows = session.scalars(select(Notice).where(Notice.kind == "extra-reminder")).all()
        assert sorted(row.state for row in rows) == ["waiting", "waiting"]
        for row in rows:
            row.state = "sent"
        session.commit()
    assert audit(session) == {}


def test_what_would_happen_is_foreseen_and_nothing_is_done(
    session: Session, three: list[Chat], now: datetime
) -> None:
    later = now + DAY + HOUR
    chats = bulk.choose(session, [], ChatFilter(), now)
    seen = bulk.foresee(session, chats, Asked("cancel"), later)
    assert [(one.chat.id, one.fits) for one in seen] == [
        (three[2].id, True),
        (three[1].id, True),
        (three[0].id, False),
    ]
    assert {chat.version for chat in three} == {1}


@pytest.mark.parametrize("asked", [Asked("burn"), Asked("move"), Asked("move", shift=10**6)])
def test_what_makes_no_sense_is_refused(session: Session, asked: Asked, now: datetime) -> None:
    with pytest.raises(Refused):
        bulk.start(session, asked, {"x": 1}, 1, now)


def test_more_chats_than_a_query_can_name_are_refused(session: Session, now: datetime) -> None:
    user, versions = make_user(session), {f"chat {n}": 1 for n in range(300_000)}
    with pytest.raises(Refused, match="Choose from 1 to 500 chats"):
        bulk.start(session, Asked("cancel"), versions, user.id, now)


def test_nothing_chosen_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(Refused, match="at least one"):
        bulk.choose(session, [], None, now)


def test_chats_are_given_to_somebody_as_far_as_they_are_free(
    session: Session, three: list[Chat], now: datetime
) -> None:
    bo = make_ambassador(session, "Bo Li")
    make_chat(session, bo, three[0].starts_at, now, email="other@example.org")
    asked = Asked("hand-over", reason="Ana is ill.", taker=bo.id)
    seen = bulk.foresee(session, three, asked, now)
    assert [(one.fits, one.text) for one in seen[:2]] == [
        (False, "They are not free at that time."),
        (True, "Handed over; all three are told, and the calendar entry stays the same one."),
    ]
    number = ask(session, asked, three, now)
    assert bulk.asked_of(bulk.find_bulk(session, number)) == asked
    bulk.run_queued(session, Runner("me", now))
    assert outcomes(session, number) == [
        ("refused", "Bo Li is not free at that time."),
        ("done", ""),
        ("done", ""),
    ]
    session.expire_all()
    assert [chat.ambassador_id == bo.id for chat in three] == [False, True, True]


def test_where_a_move_leads_is_foreseen_and_nobody_is_in_their_own_way(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    """Moved by as much as they are apart: later, the later one goes first."""
    first = make_chat(session, ana, now + DAY, now, email="first@example.org")
    second = make_chat(session, ana, now + DAY + HOUR, now, email="second@example.org")
    for shift in (60, -60, 12 * 60):
        asked = Asked("move", shift)
        seen = bulk.foresee(session, [first, second], asked, now)
        number = ask(session, asked, [first, second], now)
        bulk.run_queued(session, Runner("me", now))
        told = {line.chat_id: line.outcome for line in bulk.lines_of(session, number)}
        assert [told[one.chat.id] for one in seen] == [
            "done" if one.fits else "refused" for one in seen
        ]
        session.expire_all()
