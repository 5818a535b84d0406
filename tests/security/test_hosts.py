"""What a caller says of the host never reaches a link; nobody is sent to another site."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from ambassadors import jobs
from tests.mailbox import read_folder
from tests.security.payloads import FULL
from tests.security.visiting import browser, contents, visit
from tests.web.routes import ROUTES
from tests.web.world import World

EVIL = "evil.example"
VARIANTS: tuple[dict[str, str], ...] = (
    {"Host": EVIL},
    {"Host": f"{EVIL}:8443"},
    {"Host": f"localhost.{EVIL}"},
    {"Host": f"localhost@{EVIL}"},
    {"Host": f"localhost:80@{EVIL}"},
    {"X-Forwarded-Host": EVIL, "X-Host": EVIL, "X-Forwarded-Server": EVIL},
    {"Forwarded": f"host={EVIL};proto=https", "X-Original-URL": "/coordinator"},
    {
        "X-Rewrite-URL": "/coordinator",
        "X-HTTP-Host-Override": EVIL,
        "X-Forwarded-Prefix": f"//{EVIL}",
    },
    {"X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "1", "X-Forwarded-For": EVIL},
)
LOOKED_AT = (
    "/",
    "/matches?interest=track/thesis",
    "/sign-in",
    "/forgotten",
    "/coordinator",
    "/privacy",
)


@pytest.mark.parametrize("headers", VARIANTS, ids=str)
def test_no_page_and_no_redirect_names_a_host_that_the_caller_made_up(
    own_app: Flask, world: World, headers: dict[str, str]
) -> None:
    got = {}
    for path in LOOKED_AT:
        answer = visit(own_app, world, "anonymous", path, headers=headers)
        got[path] = EVIL in answer.text or EVIL in str(answer.headers)
    assert got == dict.fromkeys(LOOKED_AT, False)


def test_no_mail_names_a_host_that_the_caller_made_up(own_app: Flask, world: World) -> None:
    for headers in VARIANTS:
        client = browser(own_app, world, "anonymous")
        for path in ("/forgotten", "/privacy/ask"):
            answer = client.post(path, data={"email": "a@example.org"}, headers=headers)
            assert EVIL not in answer.text + str(answer.headers)
    jobs.tick(own_app, datetime.now(UTC), jobs.STEPS)
    folder = Path(own_app.extensions["settings"].mail_url.removeprefix("file://"))
    letters = read_folder(folder)
    assert [one.subject for one in letters if EVIL in str(one.message)] == []
    assert any("/privacy/" in link for one in letters for link in one.links)


ELSEWHERE = (
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"/\t/{EVIL}/",
    f"/\r\nLocation: https://{EVIL}/",
    f"/%0d%0aLocation:%20https://{EVIL}/",
    f"https:{EVIL}",
    f"https:///{EVIL}",
    f"\x01//{EVIL}/",
    f" //{EVIL}/",
    f"/.//{EVIL}/",
    f"/..//{EVIL}/",
    f"/x/../..//{EVIL}",
    f"javascript:alert('{EVIL}')",
    f"http://localhost@{EVIL}/",
    f"http://localhost.{EVIL}/",
)
ONWARD = ("next", "back", "onward", "return", "url", "to", "redirect")


def sent_to(where: str) -> str:
    """The host that a browser goes to for a Location or Refresh header."""
    parts = urlsplit(where.replace("\\", "/"))
    return parts.netloc if parts.scheme in ("", "http", "https") else parts.scheme


@pytest.mark.parametrize("onward", ELSEWHERE if FULL else ELSEWHERE[::4])
def test_no_form_sends_anybody_to_another_site(own_app: Flask, world: World, onward: str) -> None:
    """Every form that leads onward, whatever names it may know for where to."""
    routes = [one for one in ROUTES if one.method == "POST" and one.status == 303]
    client = browser(own_app, world, "anonymous")
    wrong = []
    for route in routes:
        person = route.allowed[0] if len(route.allowed) < 7 else "anonymous"
        sent = {**dict.fromkeys(ONWARD, onward), "locale": "es"}
        answer = visit(own_app, world, person, route.path(world.names), "POST", data=sent)
        where = answer.headers.get("Location", "/")
        if sent_to(where) not in ("", "localhost"):
            wrong.append((route.rule, where))
    for path in ("/sign-in", "/sign-in/school", "/matches", "/language"):
        answer = client.get(path, query_string=dict.fromkeys(ONWARD, onward))
        if sent_to(answer.headers.get("Location", "/")) not in ("", "localhost"):
            wrong.append((path, answer.headers["Location"]))
        if f'href="{onward}' in answer.text or f'action="{onward}' in answer.text:
            wrong.append((path, onward))
    assert wrong == []


def test_a_referrer_of_another_site_is_no_way_back(own_app: Flask, world: World) -> None:
    for onward in ELSEWHERE:
        headers = {"Referer": onward.replace("\r\n", ""), "Host": EVIL}
        answer = visit(
            own_app, world, "anonymous", "/language", "POST", data={"locale": "es"}, headers=headers
        )
        assert sent_to(answer.headers["Location"]) == ""


def test_a_method_that_another_header_names_is_not_taken(own_app: Flask, world: World) -> None:
    before = contents(own_app)
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"}
    path = f"/coordinator/staff/{world.names['colleague']}/deactivate"
    visit(own_app, world, "coordinator", path + "?_method=POST", headers=headers)
    assert contents(own_app) == before
