"""The auditor from the command line."""

import json
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from ambassadors.core.hours import parse_weekly
from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador, Chat
from ambassadors.services import timetable
from ambassadors.services.timetable import Timetable
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat


def set_weekly_cap(session: Session, ambassador: Ambassador, cap: int) -> None:
    """What somebody might do behind the service's back."""

    def work(session: Session) -> None:
        session.get_one(Ambassador, ambassador.id).weekly_cap = cap

    write(session, work)


def book_at(session: Session, chat: Chat, moment: datetime) -> None:
    """Another moment at which a chat was booked."""

    def work(session: Session) -> None:
        session.get_one(Chat, chat.id).created_at = moment

    write(session, work)


def test_all_counts_are_printed_and_0_when_all_is_well(
    app: Flask, session: Session, now: datetime
) -> None:
    make_chat(session, make_ambassador(session), now + timedelta(days=1), now)

    answer = app.test_cli_runner().invoke(args=["audit"])

    assert set(json.loads(answer.output).values()) == {0}
    assert answer.exit_code == 0


def test_a_count_that_is_not_0_ends_the_audit_with_status_1(
    app: Flask, session: Session, now: datetime
) -> None:
    ambassador = make_ambassador(session)
    make_chat(session, ambassador, now + timedelta(days=1), now)
    set_weekly_cap(session, ambassador, 0)

    answer = app.test_cli_runner().invoke(args=["audit"])
    set_weekly_cap(session, ambassador, 8)

    counts = json.loads(answer.output)
    assert {what: count for what, count in counts.items() if count} == {"weekly caps exceeded": 1}
    assert answer.exit_code == 1


def test_a_cap_lowered_below_what_is_booked_is_not_exceeded_but_what_comes_after_it_is(
    app: Flask, session: Session, now: datetime
) -> None:
    ambassador = make_ambassador(session)
    chats = [
        make_chat(session, ambassador, now + timedelta(days=1, minutes=start), now)
        for start in (0, 60)
    ]
    lower = Timetable(parse_weekly("Mon 09:00-12:00"), rules=Rules(daily_cap=1, weekly_cap=1))
    write(session, lambda s: timetable.edit(s, ambassador.id, lower, now + timedelta(minutes=1)))
    lowered = json.loads(app.test_cli_runner().invoke(args=["audit"]).output)
    book_at(session, chats[1], now + timedelta(minutes=2))  # as if it had come after that
    come_later = json.loads(app.test_cli_runner().invoke(args=["audit"]).output)
    book_at(session, chats[1], now)

    assert set(lowered.values()) == {0}
    assert {what for what, count in come_later.items() if count} == {
        "weekly caps exceeded",
        "daily caps exceeded",
    }
