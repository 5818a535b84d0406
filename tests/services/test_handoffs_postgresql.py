"""Hand-offs on a real PostgreSQL: schedulers and answers that race bring one thing about."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import HandOffAsk, Notice
from ambassadors.services import booking, handoffs
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from config import Settings
from tests.factories import make_ambassador, make_chat

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
THESIS, PROJECT = ("track/thesis",), ("track/project",)


@pytest.fixture
def app(postgres_settings: Settings) -> Flask:
    return create_app(postgres_settings)


def begin(now: datetime) -> str:
    """Ana's chat, for which Bo is being asked; Cy and Di could be next. The chat's UID."""
    session = db.session()
    ana = make_ambassador(session, "Ana Almeida", interests=THESIS)
    make_ambassador(session, "Bo Li", interests=THESIS)
    for name in ("Cy Fox", "Di Roe"):
        make_ambassador(session, name, interests=PROJECT)
    chat = make_chat(session, ana, WEDNESDAY, now)
    uid = chat.uid
    write(session, lambda s: handoffs.start(s, uid, now))
    return uid


def asks() -> list[tuple[str, str]]:
    session = db.session()
    session.rollback()
    rows = session.scalars(select(HandOffAsk).order_by(HandOffAsk.id))
    return [(ask.ambassador.name, ask.answer) for ask in rows]


def end() -> None:
    assert audit(db.session()) == {}
    db.session.remove()
    db.engine.dispose()


def test_two_schedulers_ask_the_next_one_exactly_once(app: Flask, now: datetime):
    together, later = Barrier(2), now + 12 * HOUR

    def run(_: int) -> None:
        with app.app_context():
            together.wait(timeout=60)
            handoffs.go_on(db.session(), later)
            db.session.remove()

    with app.app_context():
        begin(now)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, range(2)))
        assert asks() == [("Bo Li", "expired"), ("Cy Fox", "")]
        query = select(Notice).where(Notice.kind == "hand-off-asked")
        assert len(db.session().scalars(query).all()) == 2
        end()


def test_a_yes_at_the_moment_at_which_time_is_up_counts_or_is_refused(app: Flask, now: datetime):
    together, moment = Barrier(2), now + 12 * HOUR

    def go_on() -> None:
        with app.app_context():
            together.wait(timeout=60)
            handoffs.go_on(db.session(), moment)
            db.session.remove()

    def accept(uid: str) -> str:
        with app.app_context():
            together.wait(timeout=60)
            try:
                write(db.session(), lambda s: handoffs.accept(s, uid, moment - HOUR))
            except Refused as refusal:
                return refusal.text
            finally:
                db.session.remove()
            return "yes"

    with app.app_context():
        chat_uid = begin(now)
        ask_uid = db.session().scalars(select(HandOffAsk.uid)).one()
        db.session().rollback()
        with ThreadPoolExecutor(2) as pool:
            going, said = pool.submit(go_on), pool.submit(accept, ask_uid)
            going.result()
            outcomes = {
                "yes": ("Bo Li", [("Bo Li", "yes")]),
                "Somebody else is being asked by now.": (
                    "Ana Almeida",
                    [("Bo Li", "expired"), ("Cy Fox", "")],
                ),
            }
            expected = outcomes[said.result()]
        chat = booking.find_chat(db.session(), chat_uid)
        assert (chat.ambassador.name, asks()) == expected
        end()
