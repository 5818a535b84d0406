"""Who gets what: every route by every kind of person. A route that is not here fails a test."""

import html
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.web import access
from tests.conftest import settings_for, share_statements
from tests.web.route import OVERSEERS, PEOPLE, Route
from tests.web.routes import ROUTES
from tests.web.world import World, make_world

NAMES = (
    "a",
    "b",
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
    "session",
    "webhook",
    "privacy",
)


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once; every test has a copy of it."""
    return make_world(migrated, tmp_path_factory.mktemp("world"))


@pytest.fixture
def own_app(world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the world; requests have contexts of their own."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        share_statements(db.engine)
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


BEACONS = ("/searches", "/ambassadors/<id:ambassador_id>/looked", "/language")  # nothing to forge
SECRETS = ("privacy", "manage", "drop_out", "take_over", "feedback", "feed", "invitation", "reset")


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
        unsigned = not route.rule.startswith("/api/") and route.rule not in BEACONS
        if route.method == "POST" and unsigned:
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
