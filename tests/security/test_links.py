"""Signed links: forged, foreign, expired or of another key they are none; no look acts."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from ambassadors import create_app, jobs
from tests.conftest import settings_for
from tests.mailbox import read_folder
from tests.security.visiting import close, contents, visit
from tests.web.route import Route
from tests.web.routes import ROUTES
from tests.web.world import World

# Every purpose of a link, and whether it ends by itself.
PURPOSES = {
    "manage": None,
    "drop_out": None,
    "take_over": None,
    "feedback": None,
    "offer": None,
    "all": None,
    "busy": None,
    "feed": None,
    "invitation": timedelta(days=14),
    "reset": timedelta(hours=2),
    "privacy": timedelta(hours=48),
}
NOT_SIGNED = {"feed"}  # a random text in the database, which a coordinator can renew
PROBE = "\ue000"


def routes_of(names: dict[str, str], purpose: str) -> list[Route]:
    """The routes whose address holds a link of that purpose."""
    return [one for one in ROUTES if PROBE in one.path({**names, purpose: PROBE})]


def signed_routes(names: dict[str, str]) -> Iterator[tuple[str, Route]]:
    """Every route with a secret in its address, and whose purpose it is."""
    for purpose in PURPOSES:
        for route in routes_of(names, purpose):
            yield purpose, route


def statuses(app: Flask, world: World, purpose: str, route: Route, token: str) -> set[int]:
    """What anybody gets for a link: looked at, looked at by a scanner, sent."""
    path = route.path({**world.names, purpose: token})
    methods = ("GET", "HEAD") if route.method == "GET" else (route.method,)
    return {visit(app, world, "coordinator", path, method).status_code for method in methods}


def test_every_secret_of_an_address_has_its_purpose_here(world: World) -> None:
    bare = {one.rule for one in ROUTES if "<token>" in one.rule or "<secret>" in one.rule}
    assert {route.rule for _, route in signed_routes(world.names)} == bare


def forgeries(token: str) -> set[str]:
    """The same link, changed a little, cut, lengthened, or written in another way."""
    middle = len(token) // 2
    turned = "A" if token[middle] != "A" else "B"
    return {
        token[:middle] + turned + token[middle + 1 :],
        token[:-4],
        token[:-4] + "AAAA",
        token + "AAAA",
        token.swapcase(),
        token[::-1],
        "A" * len(token),
        f"{token}=",
        f"{token}%0A",
    } - {token}


def test_a_link_that_was_changed_or_is_for_another_purpose_is_none(
    own_app: Flask, world: World
) -> None:
    before, wrong, count = contents(own_app), {}, 0
    for purpose, route in signed_routes(world.names):
        foreign = {world.names[one] for one in PURPOSES if one != purpose}
        for token in sorted(foreign | forgeries(world.names[purpose])):
            count += 1
            # A body that is no booking's is refused before the chat is looked for.
            allowed = {404, 422} if route.rule.startswith("/api/") else {404}
            if not (got := statuses(own_app, world, purpose, route, token)) <= allowed:
                wrong[f"{route.method} {route.rule} {token}"] = got
    assert wrong == {}
    assert contents(own_app) == before
    assert count > 250


def test_under_another_key_no_signed_link_counts(world: World, tmp_path: Path) -> None:
    shutil.copy(world.database, tmp_path / "test.db")
    settings = settings_for(tmp_path, secret_key="another secret, of the same length or so, yes")
    app = create_app(dataclasses.replace(settings, rate_limits=False))
    app.config["WTF_CSRF_ENABLED"] = False
    before, wrong = contents(app), {}
    for purpose, route in signed_routes(world.names):
        got = statuses(app, world, purpose, route, world.names[purpose])
        if purpose not in NOT_SIGNED and not got <= {404, 422}:
            wrong[route.rule] = got
    assert (wrong, contents(app)) == ({}, before)
    close(app)


@pytest.mark.parametrize("purpose", [one for one, lasts in PURPOSES.items() if lasts])
def test_what_ends_by_itself_is_good_until_then_and_not_after(
    own_app: Flask, world: World, purpose: str
) -> None:
    lasts, got = PURPOSES[purpose], []
    assert lasts is not None
    route = next(one for one in routes_of(world.names, purpose) if one.method == "GET")
    for moment in (lasts - timedelta(minutes=2), lasts + timedelta(seconds=2)):
        with time_machine.travel(datetime.now(UTC) + moment, tick=True):
            got.append(visit(own_app, world, "anonymous", route.path(world.names)).status_code)
    assert got == [route.status, 404]


def test_a_scanner_that_follows_every_mailed_link_changes_nothing(
    own_app: Flask, world: World
) -> None:
    for days in (0, 1, 2, 3, 4):
        jobs.tick(own_app, datetime.now(UTC) + timedelta(days=days), jobs.STEPS)
    folder = Path(own_app.extensions["settings"].mail_url.removeprefix("file://"))
    links = {link.rstrip(".,;") for one in read_folder(folder) for link in one.links}
    own = sorted(link for link in links if link.startswith("http://localhost"))
    before, got = contents(own_app), {}
    for link in own:
        for method in ("HEAD", "GET"):
            path = link.removeprefix("http://localhost")
            answer = visit(own_app, world, "anonymous", path, method, follow_redirects=True)
            got[f"{method} {link}"] = answer.status_code
    assert contents(own_app) == before
    assert {one: status for one, status in got.items() if status not in (200, 404, 409)} == {}
    kinds = {link.removeprefix("http://localhost/").partition("/")[0] for link in own}
    assert {"c", "cannot", "feedback", "take-over"} <= kinds, kinds
