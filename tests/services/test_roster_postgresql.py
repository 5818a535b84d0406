"""The roster on PostgreSQL: files of ambassadors, and the chats of those who leave."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.core.chats import Actor
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Notice
from ambassadors.services import importing, leaving
from ambassadors.services.assignment import Runner
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from config import Settings
from tests.factories import load_vocabulary, make_ambassador, make_chat, make_user

DAY = timedelta(days=1)
HEADER = "name,email,time_zone,hours,weekly_cap,meeting_url,track\n"


@pytest.fixture
def session(postgres_settings: Settings) -> Iterator[Session]:
    app = create_app(postgres_settings)
    with app.app_context():
        yield db.session()
        db.session.remove()
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()


def bring(session: Session, text: str, now: datetime) -> tuple[str, int, int]:
    """Checks, keeps, starts and runs a file; its state, and how many were added and updated."""
    data = text.encode()
    expected = importing.check(session, data)
    row = write(session, lambda s: importing.keep(s, data, expected, "x.csv", True, None, now))
    number = row.id
    write(session, lambda s: importing.start(s, number))
    importing.run_queued(session, Runner("me", now))
    done = importing.find(session, number)
    return done.status, done.added, done.updated


def test_a_file_adds_and_updates_and_tells_whoever_has_a_chat_to_come(
    session: Session, now: datetime
) -> None:
    load_vocabulary(session)
    ana = make_ambassador(session, interests=("track/thesis", "topic/additive"))
    chat = make_chat(session, ana, now + DAY, now)
    text = HEADER + (
        f"Ana B,{ana.user.email},Europe/Berlin,Tue 10:00-12:00,6,https://meet.example.edu/new,project\n"
        "Bo Li,bo@example.edu,America/New_York,Mon 09:00-12:00; Wed 13:00-15:00,,,thesis; project\n"
        "Cy Fox,cy@example.edu,Asia/Kolkata,,9,,\n"
    )
    assert bring(session, text, now) == ("done", 2, 1)
    people = session.scalars(select(Ambassador).order_by(Ambassador.id)).all()
    keys = [sorted(one.key for one in person.interests) for person in people]
    told = [(one.name, one.time_zone, one.weekly_cap, len(one.weekly_hours)) for one in people]
    assert told == [
        ("Ana B", "Europe/Berlin", 6, 1),
        ("Bo Li", "America/New_York", 8, 2),
        ("Cy Fox", "Asia/Kolkata", 9, 0),
    ]
    assert keys == [["additive", "project"], ["project", "thesis"], []]
    session.refresh(chat)
    assert (chat.place, chat.changes[-1].action) == ("https://meet.example.edu/new", "place")
    invited = select(Notice.user_id).where(Notice.kind == "account-invitation")
    assert set(session.scalars(invited)) == {one.user_id for one in people[1:]}
    assert bring(session, text, now) == ("done", 0, 3)
    session.refresh(chat)
    assert chat.version == 2  # a second time, nothing is different


def test_who_leaves_hands_over_each_chat_to_whom_was_proposed(
    session: Session, now: datetime
) -> None:
    ana, bo = make_ambassador(session, "Ana Almeida"), make_ambassador(session, "Bo Li")
    chats = [make_chat(session, ana, now + n * DAY, now) for n in (1, 2)]
    user_id, today = make_user(session).id, now.date()
    people = leaving.find_people(session, [ana.id])
    booked = leaving.chats_after(session, people, today, now)
    handings = leaving.propose_for(session, booked, {ana.id}, now)
    chosen = {one.chat.uid: one.proposal.takers[0].profile.id for one in handings}
    assert chosen == {chat.uid: bo.id for chat in chats}
    actor, ids = Actor("coordinator", user_id), [ana.id]
    done = leaving.hand_over_all(session, chosen, actor, now, "They graduate.")
    assert (done.handed, done.failed) == (2, ())
    assert write(session, lambda s: leaving.leave(s, ids, today, user_id, now)) == 1
    session.expire_all()
    assert ([chat.ambassador_id for chat in chats], ana.status) == ([bo.id] * 2, "inactive")
    assert leaving.chats_to_come(session, ids, now) == []
