"""axe-core finds nothing on any page in any state, and no page is wider than its screen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from ambassadors.extensions import db
from config import ROOT
from tests.factories import make_ambassador, make_user
from tests.journeys.looking_over import (
    browsing,
    look_once,
    look_over,
    send_empty,
    serving,
)
from tests.web.route import EVERYBODY, OVERSEERS, Route
from tests.web.routes import ROUTES
from tests.web.staff import begin_session
from tests.web.world import World, make_world

NO_PAGES = (
    ".csv",
    ".ics",
    ".css",
    ".json",
    ".eml",
    ".html",
    ".js",
    ".webmanifest",
    "healthz",
    "readyz",
)
NO_PAGES_UNDER = ("/api/", "/c/", "/dev/")
WALKERS = ("anonymous", "prospect A", "ambassador A", "coordinator", "admissions")


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Something of everything, and the demo data besides."""
    return make_world(migrated, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def full(world: World) -> Iterator[tuple[Flask, str]]:
    """The service on that world."""
    with serving(world.database.parent) as (app, url):
        programme = str(ROOT / "ambassadors/data/aim-programme.toml")
        for command in (["programme", "load", programme], ["demo", "load"]):
            assert app.test_cli_runner().invoke(args=command).exit_code == 0
        yield app, url


def is_page(route: Route) -> bool:
    """Whether the route shows a page."""
    address = (route.address or route.rule).partition("?")[0]
    return not address.endswith(NO_PAGES) and not address.startswith(NO_PAGES_UNDER)


def pages_of(person: str) -> list[Route]:
    """The pages that are looked over as this person: nobody needs to see the same one twice."""
    seen_by_others = {
        "anonymous": lambda allowed: allowed != EVERYBODY,
        "admissions": lambda allowed: allowed != OVERSEERS,
    }
    elsewhere = seen_by_others.get(person, lambda allowed: allowed == EVERYBODY)
    return [
        route
        for route in ROUTES
        if is_page(route) and person in route.allowed and not elsewhere(route.allowed)
    ]


@pytest.mark.parametrize("person", WALKERS)
def test_axe_finds_nothing_on_any_page(
    full: tuple[Flask, str], world: World, browser: Browser, person: str
) -> None:
    found: list[str] = []
    look = look_once if person == "admissions" else look_over  # they see less of the same pages
    with browsing(browser, *full, world.sessions[person]) as page:
        for route in pages_of(person):
            if route.method == "GET":
                page.goto(route.path(world.names))
                found += look(page)
    assert found == []


@pytest.mark.parametrize("person", WALKERS[:-1])
def test_axe_finds_nothing_where_something_is_wrong(
    full: tuple[Flask, str], world: World, browser: Browser, person: str
) -> None:
    found: list[str] = []
    with browsing(browser, *full, world.sessions[person]) as page:
        page.goto("/nothing-is-here")
        found += look_once(page)
        for route in pages_of(person):
            if (route.method, route.status) == ("POST", 422):
                send_empty(page, route.path(world.names))
                found += look_once(page)
    assert found == []


def lists_of(person: str) -> list[str]:
    """Addresses of pages that need nothing to be there."""
    return [
        route.rule
        for route in pages_of(person)
        if (route.method, route.address) == ("GET", "") and "<" not in route.rule
    ]


def test_axe_finds_nothing_where_nothing_is_yet(
    migrated: Path, tmp_path: Path, browser: Browser
) -> None:
    shutil.copy(migrated, tmp_path / "test.db")
    found: list[str] = []
    with serving(tmp_path) as (app, url):
        with app.app_context():
            kim = make_user(db.session(), name="Kim Doe")
            ana = make_ambassador(db.session(), "Ana Almeida", "")
            sessions = {"coordinator": begin_session(kim), "ambassador A": begin_session(ana.user)}
        for person, key in sessions.items():
            with browsing(browser, app, url, {"_user_id": key}) as page:
                for address in lists_of(person):
                    page.goto(address)
                    if page.locator(".empty").count():
                        found += look_once(page)
    assert found == []
