"""The whole set of headers of every answer, by the class of page; cookies and their marks."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.security.visiting import browser, visit
from tests.web.route import Route
from tests.web.routes import ROUTES
from tests.web.world import World

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": None,
    "Access-Control-Allow-Origin": None,
}
PRIVATE = {**ALWAYS, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
PUBLIC = {
    **ALWAYS,
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
FRAMED = {
    **PUBLIC,
    "X-Frame-Options": None,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
SCRIPT = {
    **PUBLIC,
    "Cache-Control": "public, max-age=300, must-revalidate",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
FILES = {**ALWAYS, "Cache-Control": "no-cache"}
# All that shows nothing of anybody. Whatever is not here is private.
SHOWN_TO_ALL = {
    "/",
    "/matches",
    "/soonest",
    "/compare",
    "/ambassadors/<int:ambassador_id>",
    "/ambassadors/<id:ambassador_id>/looked",
    "/searches",
    "/language",
    "/privacy",
    "/privacy/erased",
    "/api/openapi.json",
    "/api/v1/interests",
    "/ambassador.webmanifest",
    "/ambassador/worker.js",
}
POLICY = (
    "default-src 'none'; script-src 'self'NONCE; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; FRAMESform-action 'self'; "
    "base-uri 'none'; frame-ancestors ANCESTORS"
)
MAIL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
SHOWS_FRAMES = {"/coordinator/embed": "frame-src 'self'; "}


def wanted(route: Route) -> dict[str, str | None]:
    """What answers of a route say of themselves."""
    if route.rule.startswith("/embed/"):
        return FRAMED
    if route.rule == "/embed.js":
        return SCRIPT
    if route.rule.startswith("/assets/"):
        return FILES
    return PUBLIC if route.rule in SHOWN_TO_ALL else PRIVATE


def said(answer: TestResponse, names: Iterator[str]) -> dict[str, str | None]:
    """Those headers of an answer; each at most once."""
    found = {name: answer.headers.getlist(name) for name in names}
    assert [name for name, values in found.items() if len(values) > 1] == []
    return {name: values[0] if values else None for name, values in found.items()}


def policy(answer: TestResponse, route: Route) -> bool:
    """Whether the policy is the one of such a page; a nonce is as long as it should be."""
    given = answer.headers["Content-Security-Policy"]
    if route.rule.endswith((".html", "/html")) and answer.status_code == 200:
        return given == MAIL
    before, _, after = given.partition(" 'nonce-")
    nonce, _, rest = after.partition("'")
    bare = given.replace("script-src 'self'", "script-src 'self'NONCE", 1)
    given = f"{before}NONCE{rest}" if after else bare
    framed = route.rule.startswith("/embed/")
    ours = POLICY.replace("ANCESTORS", "'self'" if framed else "'none'")
    ours = ours.replace("FRAMES", SHOWS_FRAMES.get(route.rule, ""))
    return given == ours and (not after or len(nonce) >= 22)


def test_every_route_says_the_whole_set_of_its_class(served: Flask, world: World) -> None:
    served.config["WTF_CSRF_ENABLED"] = False
    odd: dict[str, object] = {}
    routes = [one for one in ROUTES if not one.rule.startswith(("/dev/", "/styleguide"))]
    for route in sorted(routes, key=lambda one: one.method):  # looks first: they change nothing
        answer = visit(served, world, route.allowed[0], route.path(world.names), route.method)
        hoped: dict[str, object] = dict(wanted(route))
        if route.method == "GET":
            assert (route.rule, answer.status_code) == (route.rule, route.status)
        got = said(answer, iter(hoped))
        wrong = {name: value for name, value in got.items() if value != hoped[name]}
        if not policy(answer, route):
            wrong["policy"] = answer.headers["Content-Security-Policy"]
        if wrong:
            odd[f"{route.method} {route.rule} {answer.status_code}"] = wrong
    assert odd == {}


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("TRACE", "/", 405),
        ("GET", "/coordinator", 302),
        ("POST", "/coordinator/plan", 400),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/static/../config.py", 404),
        ("GET", "/static/%2e%2e/config.py", 404),
        ("GET", "/fault", 500),
    ],
)
def test_errors_and_redirects_say_it_too(
    served: Flask, world: World, method: str, address: str, status: int
) -> None:
    def fail() -> str:
        raise RuntimeError("a secret of the inside")

    served.add_url_rule("/fault", "fault", fail)
    answer = visit(served, world, "anonymous", address, method)
    assert answer.status_code == status
    always = {name: value for name, value in ALWAYS.items() if name != "Cache-Control"}
    assert said(answer, iter(always)) == always
    assert "secret of the inside" not in answer.text
    assert "Werkzeug" not in answer.text


def test_nothing_tells_which_programs_answer(served: Flask, world: World) -> None:
    answer = visit(served, world, "anonymous", "/nowhere")
    assert answer.headers.get("X-Powered-By") is None
    assert "Python" not in answer.headers.get("Server", "")


def test_every_cookie_is_of_this_host_alone_secure_and_out_of_reach_for_scripts(
    served: Flask, world: World
) -> None:
    served.config["WTF_CSRF_ENABLED"] = False
    set_here = [
        visit(served, world, "anonymous", "/c/" + world.names["manage"]),
        visit(served, world, "anonymous", "/language", "POST", data={"locale": "es"}),
        visit(served, world, "coordinator", "/sign-out", "POST"),
    ]
    cookies = [line for answer in set_here for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 3
    for line in cookies:
        marks = {mark.strip().partition("=")[0].lower() for mark in line.split(";")[1:]}
        assert line.startswith("__Host-"), line
        assert {"secure", "httponly", "path", "samesite"} <= marks
        assert "domain" not in marks
        assert len(line) < 4096


def test_a_cookie_under_another_name_or_of_another_key_is_nobodys(
    served: Flask, world: World
) -> None:
    client = browser(served, world, "coordinator")
    held = client.get_cookie("__Host-session", domain="chats.example.edu")
    assert held is not None
    secret = held.value
    forged = (secret[:-2] + "AA", secret.split(".")[0] + ".x.y", "e30.AAAAAA.BBBB", "")
    for value in forged:
        stranger = served.test_client()
        stranger.set_cookie("__Host-session", value, domain="chats.example.edu", secure=True)
        answer = stranger.get("/coordinator", base_url="https://chats.example.edu")
        assert answer.status_code == 302
    stranger = served.test_client()
    stranger.set_cookie("session", secret, domain="chats.example.edu", secure=True)
    assert stranger.get("/coordinator", base_url="https://chats.example.edu").status_code == 302
