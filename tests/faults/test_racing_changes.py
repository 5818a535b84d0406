"""Changes that race each other on both databases: one goes first, the others see what it did."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, HandOffAsk
from ambassadors.services import booking, bulk, handoffs, timesheets
from ambassadors.services.auditor import audit
from ambassadors.services.bulk import Asked, Runner
from ambassadors.services.bulk.running import CHANGED
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_user, order

ROUNDS = 6
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
COORDINATOR, PROSPECT = Actor("coordinator"), Actor("prospect")
NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, ten in Boston
FULL = "There is no time left for a chat of that length in this week."
Work = Callable[[Session], object]


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on either database."""
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    app = create_app(request.getfixturevalue(name))
    with app.app_context():
        yield app
        db.session.remove()
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()


def together(app: Flask, works: Sequence[Work], plain: Sequence[int] = ()) -> list[str]:
    """What becomes of each when all begin at the same moment: "done", or why it was refused.

    Those at the places of `plain` make transactions of their own.
    """
    begin, told = threading.Barrier(len(works)), dict[int, str]()

    def run(place: int, work: Work) -> None:
        with app.app_context():
            db.session().connection()
            begin.wait(timeout=30)
            try:
                if place in plain:
                    work(db.session())
                else:
                    write(db.session(), work)
                told[place] = "done"
            except Refused as refusal:
                told[place] = refusal.text
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session().expire_all()
    db.session().rollback()
    return [told[place] for place in range(len(works))]


def booker(ana: Ambassador, start: datetime) -> Work:
    wish = order(ana, start)
    return lambda session: booking.hold(session, wish, NOW, verify=False)


def mover(uid: str, start: datetime, actor: Actor) -> Work:
    return lambda session: booking.move(session, uid, start, actor, NOW)


def test_the_weekly_guard_holds_under_racing_bookings(service: Flask) -> None:
    """One hour is left in each week: two chats of half an hour, whoever asks at once for four."""
    session = db.session()
    ana = make_ambassador(session, other_hours=19, horizon_days=100, daily_cap=24, weekly_cap=50)
    for week in range(1, ROUNDS + 1):
        starts = [NOW + week * WEEK + n * DAY for n in range(4)]
        told = Counter(together(service, [booker(ana, start) for start in starts]))
        assert told == Counter({"done": 2, FULL: 2})
        assert timesheets.over_limit(session, NOW + week * WEEK) == []


def test_hours_stated_while_somebody_books_end_all_that_comes_after(service: Flask) -> None:
    session = db.session()
    for number in range(ROUNDS):
        bo = make_ambassador(session, f"Bo {number}")
        state = stater(bo.id)
        first = together(service, [booker(bo, NOW + DAY), state])
        assert (first[0] in ("done", FULL), first[1]) == (True, "done")
        assert together(service, [booker(bo, NOW + 2 * DAY)]) == [FULL]


def stater(ambassador_id: int) -> Work:
    return lambda session: timesheets.state_other_hours(session, ambassador_id, "20", NOW)


def test_a_bulk_job_and_a_move_of_the_same_chat_come_one_after_the_other(service: Flask) -> None:
    """Whoever comes second sees the first: the job leaves a chat that was moved meanwhile."""
    session = db.session()
    ana = make_ambassador(session, daily_cap=24, weekly_cap=100, horizon_days=100)
    desk = make_user(session).id
    for week in range(ROUNDS):
        chat = make_chat(session, ana, NOW + DAY + week * WEEK, NOW)
        uid, wished = chat.uid, chat.starts_at + 4 * HOUR
        number = write(session, day_later(chat, desk))
        told = together(service, [run_jobs, mover(uid, wished, PROSPECT)], plain=(0,))
        chat = booking.find_chat(session, uid)
        [line] = bulk.lines_of(session, number)
        assert (told[1], chat.starts_at) == ("done", wished)
        assert (line.outcome, line.text, chat.version) in [("done", "", 3), ("refused", CHANGED, 2)]
        assert [row.version for row in chat.changes] == [*range(1, chat.version + 1)]


def test_a_yes_and_a_move_of_the_chat_come_one_after_the_other(service: Flask) -> None:
    session = db.session()
    ana = make_ambassador(session, "Ana Almeida", daily_cap=24, weekly_cap=100, horizon_days=100)
    bo = make_ambassador(session, "Bo Li", daily_cap=24, weekly_cap=100, horizon_days=100)
    for week in range(ROUNDS):
        uid = make_chat(session, ana, NOW + DAY + week * WEEK, NOW).uid
        write(session, seeker(uid))
        ask = session.scalars(select(HandOffAsk).order_by(HandOffAsk.id.desc()).limit(1)).one()
        wished = NOW + 2 * DAY + week * WEEK
        yes = accepter(ask.uid)
        told = together(service, [yes, mover(uid, wished, COORDINATOR)])
        chat = booking.find_chat(session, uid)
        session.refresh(ask)
        found = (told[0], ask.answer, chat.ambassador_id, chat.starts_at, told[1])
        assert found in [
            ("done", "yes", bo.id, wished, "done"),
            ("This chat does not need anybody any more.", "", ana.id, wished, "done"),
            ("This chat does not need anybody any more.", "overtaken", ana.id, wished, "done"),
        ]


def day_later(chat: Chat, user_id: int) -> Callable[[Session], int]:
    asked, versions = Asked("move", shift=24 * 60), {chat.uid: chat.version}
    return lambda session: bulk.start(session, asked, versions, user_id, NOW).id


def run_jobs(session: Session) -> None:
    bulk.run_queued(session, Runner("me", NOW))


def seeker(uid: str) -> Work:
    return lambda session: handoffs.start(session, uid, NOW)


def accepter(uid: str) -> Work:
    return lambda session: handoffs.accept(session, uid, NOW)
