"""Who gets what: every route by every kind of person. A route that is not here fails a test."""

import html
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

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
from ambassadors.services import (
    absence,
    accounts,
    assignment,
    blocks,
    bulk,
    concerns,
    follow_ups,
    handoffs,
    importing,
    ledger,
    saved_filters,
    waiting,
)
from ambassadors.services.imports import Imported
from ambassadors.services.letters import drop_out_token
from ambassadors.services.replies.offers import make_offer, offer_token
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from ambassadors.web import access
from tests.calendars import add
from tests.conftest import settings_for
from tests.factories import SECRET, make_ambassador, make_chat, make_hold, make_user
from tests.web.routes import OVERSEERS, PEOPLE, ROUTES, Route

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
DAY = timedelta(days=1)
NAMES = (
    "a",
    "free",
    "chat",
    "held",
    "request",
    "notice",
    "attempt",
    "bulk",
    "filter",
    "feed",
    "all",
    "busy",
    "manage",
    "feedback",
    "offer",
    "mail",
    "invitation",
    "reset",
    "plan",
    "line",
    "colleague",
    "calendar",
    "absence",
    "import",
    "version",
    "drop_out",
    "take_over",
    "follow_up",
    "concern",
    "block",
)


@dataclass(frozen=True)
class World:
    """A database with prospects, ambassadors and those at the desk, and who is who in it."""

    database: Path
    names: dict[str, str]
    sessions: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once; every test has a copy of it."""
    folder = tmp_path_factory.mktemp("world")
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
    until = int(time.time()) + 3600
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
            "feedback": tokens.chat_token(SECRET, "feedback", past.uid, past.nonce),
            "invitation": accounts.invitation_token(SECRET, a.user, now),
            "reset": accounts.reset_token(SECRET, kim, now),
        },
        {
            "anonymous": {},
            "prospect A": {"chats": dict.fromkeys(rights["A"], until)},
            "prospect B": {"chats": dict.fromkeys(rights["B"], until)},
            "ambassador A": {"_user_id": a.user.get_id()},
            "ambassador B": {"_user_id": b.user.get_id()},
            "coordinator": {"_user_id": kim.get_id()},
            "admissions": {"_user_id": lee.get_id()},
        },
    )


@pytest.fixture
def own_app(world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the world; requests have contexts of their own."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def visit(app: Flask, world: World, person: str, method: str, address: str) -> TestResponse:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(world.sessions[person])
    return client.open(address, method=method)


def outcome(answer: TestResponse) -> int | str:
    """The status, or that one is asked to sign in first."""
    where = answer.headers.get("Location", "")
    signs_in = where == access.SIGN_IN or where.startswith(access.SIGN_IN + "?next=")
    return "sign in" if signs_in and answer.status_code in (302, 303) else answer.status_code


def contents(app: Flask) -> list[str]:
    """All that the database holds, less counters of attempts."""
    with app.app_context():
        path = db.engine.url.database
    with closing(sqlite3.connect(str(path))) as connection:
        return [line for line in connection.iterdump() if 'INTO "throttles"' not in line]


def rules(app: Flask) -> set[tuple[str, str]]:
    """Every method and rule of the application, less static files."""
    return {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }


def test_every_route_is_in_the_table(own_app: Flask) -> None:
    table = [(route.method, route.rule) for route in ROUTES]
    assert set(table) == rules(own_app)
    assert len(table) == len(set(table))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
def test_everybody_gets_what_is_theirs_and_nothing_else(
    own_app: Flask, world: World, route: Route
) -> None:
    path, got = route.path(world.names), {}
    before = contents(own_app)
    for person in (one for one in PEOPLE if one not in route.allowed):
        got[person] = outcome(visit(own_app, world, person, route.method, path))
    assert contents(own_app) == before, "who may not, changes nothing"
    for person in route.allowed:
        got[person] = outcome(visit(own_app, world, person, route.method, path))
    assert got == route.answers()
    if route.method == "GET":
        assert contents(own_app) == before, "a look changes nothing"


def test_who_only_looks_finds_no_form_and_no_link_that_leads_to_a_change(
    own_app: Flask, world: World
) -> None:
    pages = [route.path(world.names) for route in ROUTES if route.allowed == OVERSEERS]
    forms, links = set(), set()
    for path in pages:
        page = visit(own_app, world, "admissions", "GET", path)
        if page.mimetype == "text/html":
            forms |= set(re.findall(r'<form method="post" action="([^"?]*)', page.text))
            links |= {html.unescape(a) for a in re.findall(r'href="(/coordinator[^"]*)', page.text)}
    lost = [a for a in links if visit(own_app, world, "admissions", "GET", a).status_code != 200]
    assert (forms, lost) == ({"/sign-out"}, [])
    assert len(links) > 20


SECRETS = ("manage", "drop_out", "take_over", "feedback", "feed", "invitation", "reset")


def by_secret() -> list[Route]:
    """Routes whose address is the right to what is there; bodies for the API are its own test's."""
    names = {name: name.upper() for name in NAMES}
    return [
        route
        for route in ROUTES
        if any(name.upper() in route.path(names) for name in SECRETS)
        and not (route.method == "POST" and route.rule.startswith("/api/"))
    ]


def test_an_address_with_another_secret_is_none(own_app: Flask, world: World) -> None:
    """One of the right form for another thing, others that were changed or are no text."""
    names, got = world.names, {}
    wrong = (names["reset"], names["invitation"], names["manage"][:-4] + "AAAA", "%00", "é")
    for route in by_secret():
        for one in wrong:
            path = route.path({**names, **dict.fromkeys(SECRETS, one)})
            if path != route.path(names):
                answer = visit(own_app, world, "coordinator", route.method, path)
                got[f"{route.method} {path}"] = answer.status_code
    assert got == dict.fromkeys(got, 404)
    assert len(got) > 40


def test_a_form_without_its_token_is_refused_and_changes_nothing(
    own_app: Flask, world: World
) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = True
    before, got = contents(own_app), {}
    for route in ROUTES:
        if route.method == "POST" and not route.rule.startswith("/api/"):
            answer = visit(own_app, world, route.allowed[-1], "POST", route.path(world.names))
            got[route.rule] = answer.status_code
    assert got == dict.fromkeys(got, 400)
    assert contents(own_app) == before


@pytest.mark.parametrize(
    "onward",
    [
        "//example.org",
        "https://example.org",
        "/\\example.org",
        "\\\\example.org",
        "javascript:x",
        "/\t/example.org",
        "",
        "coordinator",
        "/\n/x",
        " /x",
        "http:/x",
        "///example.org/x",
    ],
)
def test_nobody_is_sent_to_another_site(onward: str) -> None:
    assert access.local_path(onward) is None


@pytest.mark.parametrize("onward", ["/", "/coordinator/chats?q=a&when=", "/ambassador#upcoming"])
def test_a_path_of_our_own_is_gone_on_to(onward: str) -> None:
    assert access.local_path(onward) == onward
