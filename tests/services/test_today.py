"""Today: what needs a hand is found, what is settled is not; figures against a count by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.models import (
    Ambassador,
    CalendarSource,
    Chat,
    HandOff,
    Heartbeat,
    InboxMessage,
    Notice,
    WaitingRequest,
)
from ambassadors.services import booking, today, waiting
from ambassadors.services.today import Need
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat
from tests.web.staff import ALWAYS

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONE = "America/New_York"


@pytest.fixture(autouse=True)
def ticking(session: Session, now: datetime) -> None:
    """A scheduler has just ticked."""
    load_vocabulary(session)
    write(session, lambda s: s.add(Heartbeat(name="here", beat_at=now)))


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_ambassador(session)


def needs(session: Session, now: datetime) -> dict[str, Need]:
    return {need.key: need for need in today.look(session, now, ZONE).needs}


def ask(session: Session, now: datetime, name: str = "Wei Chen") -> WaitingRequest:
    asked = Ask(name, f"{name.split()[0].lower()}@example.org", "Asia/Shanghai", ["track/thesis"])
    return write(session, lambda s: waiting.ask(s, asked, now))


def test_nothing_needs_a_hand_in_a_service_where_all_is_well(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now)
    assert needs(session, now) == {}


def test_a_scheduler_that_is_silent_for_a_minute_comes_first(
    session: Session, now: datetime
) -> None:
    ask(session, now)
    later = now + timedelta(seconds=61)
    assert [(need.key, need.level) for need in today.look(session, later, ZONE).needs] == [
        ("scheduler", "urgent"),
        ("requests", "hand"),
    ]


def test_requests_are_told_with_the_one_that_waits_the_longest_first(
    session: Session, now: datetime
) -> None:
    ask(session, now - 2 * DAY, "Wei Chen")
    ask(session, now - 3 * DAY, "Ada Obi")
    need = needs(session, now)["requests"]
    assert (need.title, need.since) == ("2 requests wait for a match", now - 3 * DAY)
    assert [line.text for line in need.lines] == ["Ada Obi", "Wei Chen"]


def test_a_chat_whose_ambassador_cancelled_is_told_until_its_prospect_has_another(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    chat = make_chat(session, ana, now + 2 * DAY, now, email="priya@example.org")
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("ambassador"), now))
    need = needs(session, now)["dropped"]
    assert need.title == "1 chat fell through: the ambassador cannot come"
    assert need.lines[0].href == f"/coordinator/chats/{chat.uid}"
    assert "dropped" not in needs(session, now + 4 * DAY)
    make_chat(session, ana, now + 3 * DAY, now, email="priya@example.org")
    assert "dropped" not in needs(session, now)


@pytest.mark.parametrize(("days", "level"), [(3, "watch"), (1, "hand")])
def test_a_hand_off_under_way_needs_a_hand_on_the_day_before(
    session: Session, ana: Ambassador, now: datetime, days: int, level: str
) -> None:
    chat = make_chat(session, ana, now + days * DAY - HOUR, now - DAY)
    search = HandOff(
        chat_id=chat.id, chat_version=chat.version, ambassador_id=ana.id, started_at=now
    )
    write(session, lambda s: s.add(search))
    need = needs(session, now)["searching"]
    assert (need.level, need.lines[0].href) == (level, f"/coordinator/chats/{chat.uid}")


def test_a_hand_off_that_nobody_took_is_a_chat_that_fell_through(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    chat = make_chat(session, ana, now + DAY, now - DAY)
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("service"), now))
    search = HandOff(
        chat_id=chat.id,
        chat_version=1,
        ambassador_id=ana.id,
        status="nobody",
        started_at=now - HOUR,
        ended_at=now,
    )
    write(session, lambda s: s.add(search))
    assert needs(session, now)["dropped"].count == 1


def test_failed_mails_and_those_that_came_back_are_told(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    make_chat(session, ana, now + DAY, now, name="Priya Raman")
    first, second = session.scalars(
        select(Notice).where(Notice.kind == "invitation").order_by(Notice.id)
    ).all()
    first.state, first.answer = "failed", "550 no such user"
    second.state, second.returned_at, second.returned_words = "sent", now, "Mailbox full"
    session.commit()
    found = needs(session, now)
    assert (found["mail"].title, found["returned"].title) == ("1 mail failed", "1 mail came back")
    act = found["mail"].lines[0].act
    assert act is not None
    assert act.address == f"/coordinator/mail/{first.id}/again"
    assert found["returned"].lines[0].detail == "Mailbox full"


def test_a_reply_that_is_held_is_told(session: Session, now: datetime) -> None:
    row = InboxMessage(
        key="1", arrived_at=now, kind="reply", outcome="held", subject="Re: chat", sentence="Who?"
    )
    write(session, lambda s: s.add(row))
    need = needs(session, now)["inbox"]
    assert (need.title, need.lines[0].text) == ("1 calendar answer waits to be read", "Re: chat")


def test_calendars_gone_stale_and_profiles_to_read_are_told(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    source = CalendarSource(
        ambassador_id=ana.id,
        kind="address",
        name="Work",
        mark="x",
        created_at=now - 9 * DAY,
        read_at=now - 2 * DAY,
        next_at=now,
    )
    write(session, lambda s: s.add(source))
    ana.pending_since = now - HOUR
    session.commit()
    found = needs(session, now)
    assert found["stale"].title == "1 calendar has gone stale"
    assert found["profiles"].title == "1 profile waits to be read"


@pytest.mark.parametrize(
    ("cap", "level", "said"),
    [(2, "watch", ": 1 full"), (1, "hand", ": 1 over it"), (9, None, "")],
)
def test_ambassadors_near_their_cap_are_watched_and_over_it_need_a_hand(
    session: Session, ana: Ambassador, now: datetime, cap: int, level: str | None, said: str
) -> None:
    for days in (1, 2):
        make_chat(session, ana, now + days * DAY, now)
    ana.weekly_cap = cap
    session.commit()
    need = needs(session, now).get("caps")
    assert need is None if level is None else need is not None
    if need is not None:
        assert (need.level, need.title) == (level, f"1 ambassador near the cap of this week{said}")
    ana.weekly_cap = 8  # what holds after every test
    session.commit()


def test_today_and_tomorrow_are_days_of_the_programmes_zone(
    session: Session, ana: Ambassador, now: datetime
) -> None:
    for start in (now + 5 * HOUR, now + DAY, now + 2 * DAY):
        make_chat(session, ana, start.astimezone(UTC), now - DAY, name=f"Day {start.day}")
    days = today.look(session, now, "Asia/Tokyo").days
    assert [(day.name, [chat.prospect_name for chat in day.chats]) for day in days] == [
        ("Today", [f"Day {now.day}"]),
        ("Tomorrow", [f"Day {(now + DAY).day}"]),
    ]


def test_figures_are_those_of_four_weeks_and_of_the_four_before(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session, hours=ALWAYS)
    statuses = ["completed", "completed", "no_show", "completed", "no_show", "confirmed"]
    for n, status in enumerate(statuses):
        start = now - (n + 1) * 7 * DAY - 2 * HOUR
        chat = make_chat(session, ana, start, start - 2 * DAY)
        settle(session, chat, status)
    for n, hours in enumerate((10, 80, 71, None)):
        row = ask(session, now - (n * 9 + 5) * DAY, f"Name{n} Chen")
        if hours is not None:
            row.state, row.changed_at = "matched", row.created_at + hours * HOUR
            session.commit()
    ask(session, now - HOUR, "New Comer")
    found = {one.key: (one.now, one.before) for one in today.look(session, now, ZONE).figures}
    assert found["requests"] == (4, 1)
    assert found["served"] == (2 / 3, 0.0)
    assert found["shows"] == (2 / 3, 1 / 2)
    weeks = {one.key: one.weeks for one in today.look(session, now, ZONE).figures}
    assert weeks["requests"] == (0, 0, 0, 1, 1, 1, 0, 2)


def settle(session: Session, chat: Chat, status: str) -> None:
    """As it was marked."""
    if status != "confirmed":
        at, who = chat.ends_at + HOUR, Actor("ambassador")
        write(session, lambda s: booking.finish(s, chat.uid, status, who, at))
