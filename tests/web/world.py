"""The database in which every route is tried: somebody of every kind, something of everything."""

import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.extensions import db
from ambassadors.models import (
    Attempt,
    Chat,
    Concern,
    InboxMessage,
    PlanLine,
    SavedFilter,
    SettingsVersion,
    User,
)
from ambassadors.remote.guard import PRODUCTION
from ambassadors.services import (
    absence,
    account_links,
    assignment,
    blocks,
    bulk,
    concerns,
    follow_ups,
    handoffs,
    importing,
    ledger,
    privacy,
    saved_filters,
    sessions,
    waiting,
)
from ambassadors.services.imports import Imported
from ambassadors.services.integrations import events, webhooks
from ambassadors.services.integrations.webhooks import NewHook
from ambassadors.services.letters import drop_out_token
from ambassadors.services.replies.offers import make_offer, offer_token
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.calendars import add
from tests.conftest import settings_for
from tests.factories import SECRET, make_ambassador, make_chat, make_hold, make_user
from tests.web.staff import begin_session

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """A database with prospects, ambassadors and those at the desk, and who is who in it."""

    database: Path
    names: dict[str, str]
    sessions: dict[str, dict[str, object]]


def make_world(migrated: Path, folder: Path) -> World:
    """The world, in a database of its own folder."""
    shutil.copy(migrated, folder / "test.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        made = fill(db.session(), folder / "test.db")
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(folder / "test.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return made


def fill_desk(session: Session, chat: Chat, user: User, now: datetime) -> tuple[int, int, int]:
    """A try of the first mail with its copy, a change of many chats, a saved filter."""

    def work(session: Session) -> tuple[int, int, int]:
        ledger.note(
            session, ledger.Try(1, now, "sent", "a@example.org", "250 ok", b"To: a\r\n\r\n")
        )
        saved_filters.save(session, "chats", "Mine", "", user.id, now)
        many = bulk.start(session, bulk.Asked("remind"), {chat.uid: 1}, user.id, now)
        ids = [session.scalars(select(one.id)).one() for one in (Attempt, SavedFilter)]
        return ids[0], many.id, ids[1]

    return write(session, work)


def fill(session: Session, database: Path) -> World:
    now = datetime.now(UTC)
    start = now.replace(minute=0, second=0, microsecond=0) + 2 * DAY
    a, b = (
        make_ambassador(session, name, ALWAYS, notice_minutes=0, daily_cap=9)
        for name in ("Ana Almeida", "Bo Li")
    )
    kim = make_user(session, name="Kim Doe")
    lee, roe = (make_user(session, "admissions", name=name) for name in ("Lee Fox", "Max Roe"))
    chat_a = make_chat(session, a, start, now, email="a@example.org")
    chat_b = make_chat(session, b, start + DAY, now, email="b@example.org")
    held_a = make_hold(session, a, start + timedelta(hours=2), now, email="held@example.org")
    ask = Ask("Wei Chen", "wei@example.org", "Asia/Shanghai", ["track/thesis"])
    request = write(session, lambda s: waiting.ask(s, ask, now))
    plan = write(session, lambda s: assignment.start(s, now))
    assignment.run_queued(session, assignment.Runner("test", now))
    line = session.scalars(select(PlanLine)).one()
    hourly = Save("reminders", {"reminders": ["reminder-1h"]}, 0, kim.id, now)
    write(session, lambda s: changing.save(s, hourly))
    offer = write(session, lambda s: make_offer(s, chat_a, "prospect", start + 3 * DAY, now))
    mail = InboxMessage(key="maildir:1", arrived_at=now, kind="reply", outcome="held")
    write(session, lambda s: s.add(mail))
    given_away = make_chat(session, b, start + 2 * DAY, now, email="c@example.org")
    search = write(session, lambda s: handoffs.start(s, given_away.uid, now))
    past = make_chat(session, a, start - 9 * DAY, now - 12 * DAY, email="past@example.org")
    day, kim_acts = (now + 30 * DAY).date(), Actor("coordinator", kim.id)
    away = write(session, lambda s: absence.go_away(s, a.id, day, day + DAY, "", kim_acts, now))
    csv = b"name,email,time_zone\nCai Wu,cai@example.edu,Asia/Shanghai\n"
    file = write(
        session, lambda s: importing.keep(s, csv, Imported(1, 0), "a.csv", False, kim.id, now)
    )
    new = NewHook("Slate", "https://slate.example.edu/", events.NAMES)
    hook, _ = write(session, lambda s: webhooks.make(s, new, PRODUCTION, SECRET, kim.id, now))
    write(session, lambda s: events.queue_test(s, hook.id, now))
    until, key = int(time.time()) + 3600, begin_session(kim)
    calendar = add(session, a, "https://calendar.example.org/secret.ics", now)
    attempt, many, kept = fill_desk(session, chat_a, kim, now)
    follow_up = write(session, lambda s: follow_ups.ask_for(s, past, True, now))
    write(session, lambda s: concerns.report(s, past, "prospect", "They shouted.", now))
    block = write(session, lambda s: blocks.block(s, "x@example.org", "Spam", kim.id, now))
    rights = {"A": [chat_a.uid, held_a.uid], "B": [chat_b.uid]}
    return World(
        database,
        {
            "a": str(a.id),
            "b": str(b.id),
            "free": (start + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "chat": chat_a.uid,
            "held": held_a.uid,
            "request": str(request.id),
            "notice": "1",
            "attempt": str(attempt),
            "bulk": str(many),
            "filter": str(kept),
            "plan": str(plan.id),
            "line": str(line.id),
            "colleague": str(roe.id),
            "calendar": str(calendar),
            "absence": str(away.id),
            "import": str(file.id),
            "version": str(session.scalars(select(SettingsVersion.id)).one()),
            "follow_up": str(follow_up.id if follow_up else 0),
            "concern": str(session.scalars(select(Concern.id)).one()),
            "block": str(block.id),
            "webhook": str(hook.id),
            "session": str(sessions.list_of(session, kim.id, now)[0].id),
            "feed": a.feed_secret,
            "all": tokens.feed_token(SECRET, "everything", kim.id, ""),
            "busy": tokens.feed_token(SECRET, "busy", a.user.id, ""),
            "offer": offer_token(SECRET, offer),
            "mail": str(mail.id),
            "manage": tokens.chat_token(SECRET, "manage", chat_a.uid, chat_a.nonce),
            "drop_out": drop_out_token(SECRET, chat_a),
            "take_over": tokens.chat_token(
                SECRET, handoffs.PURPOSE, search.asks[0].uid, search.asks[0].nonce
            ),
            "privacy": privacy.write_token(SECRET, chat_a.prospect, now),
            "feedback": tokens.chat_token(SECRET, "feedback", past.uid, past.nonce),
            "invitation": account_links.invitation_token(SECRET, a.user, now),
            "reset": account_links.reset_token(SECRET, kim, now),
        },
        {
            "anonymous": {},
            "prospect A": {
                "chats": dict.fromkeys(rights["A"], until),
                "privacy": [chat_a.prospect_id, until],
            },
            "prospect B": {"chats": dict.fromkeys(rights["B"], until)},
            "ambassador A": {"_user_id": begin_session(a.user)},
            "ambassador B": {"_user_id": begin_session(b.user)},
            "coordinator": {"_user_id": key},
            "admissions": {"_user_id": begin_session(lee)},
        },
    )
