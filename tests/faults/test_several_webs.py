"""What one web writes, another one shows at once: real gunicorns, two workers each, no restart."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
import urllib3
from flask import Flask
from flask.testing import FlaskClient

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.services import programme
from ambassadors.services.writing import write
from config import Settings
from tests.factories import VOCABULARY, make_ambassador
from tests.faults.scenarios.people import ALWAYS, add_ambassador, body_of, soon
from tests.faults.scenarios.processes import HOST, fleet
from tests.web.browser import Form, Page, Reader
from tests.web.staff import as_coordinator

OFTEN = 12  # connections, each taken by either worker: one that never answers is 1 in 4,096
SCHOOL = "https://aim.example.edu"
MATCHES = "/matches?interest=track/thesis&zone=UTC"
SENTENCE = "The MS in Doubt (DOUBT) is studied online."


class Visitor:
    """A browser at one web; a new connection for each request, so that each worker is met."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.origin, self.cookies = f"http://{HOST}:{port}", cookies or {}

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Page:
        headers = {"Connection": "close", "Content-Type": kind}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = urljoin(self.origin, path)
        answer = urllib3.request(method, url, body=body, headers=headers, redirect=False)
        for line in answer.headers.getlist("Set-Cookie"):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        if answer.status == 303:
            return self.ask("GET", answer.headers["Location"])
        page = Page(answer.status, path, answer.data.decode(), answer.headers)
        reader = Reader(page)
        reader.feed(page.html)
        page.text = " ".join(reader.words)
        return page

    def press(self, form: Form, **typed: str) -> Page:
        sent = urlencode([(n, v) for n, v in form.fields if n not in typed] + [*typed.items()])
        page = self.ask("POST", form.action, sent.encode(), "application/x-www-form-urlencoded")
        assert page.status == 200, page.text
        return page

    def book(self, place: tuple[int, datetime], number: int) -> int:
        body = json.dumps(body_of(place, number)).encode()
        return self.ask("POST", "/api/v1/chats", body, "application/json").status

    def next_start(self, who: int) -> datetime:
        wanted = json.dumps({"interests": ["track/thesis"], "time_zone": "UTC"}).encode()
        page = self.ask("POST", "/api/v1/matches", wanted, "application/json")
        found = {
            one["ambassador"]["id"]: one["next_slot"] for one in json.loads(page.html)["matches"]
        }
        return datetime.fromisoformat(found[who]["start"])

    def starts(self, who: int, day: datetime) -> list[str]:
        span = f"from={day:%Y-%m-%d}T00:00:00Z&to={day + timedelta(days=1):%Y-%m-%d}T00:00:00Z"
        page = self.ask("GET", f"/api/v1/ambassadors/{who}/slots?{span}&minutes=30&time_zone=UTC")
        return [one["start"] for one in json.loads(page.html)["slots"]]


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    settings: Settings = request.getfixturevalue(name)
    app = create_app(dataclasses.replace(settings, verify_email=False, rate_limits=False))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def cookies_of(client: FlaskClient) -> dict[str, str]:
    """What the browser of somebody signed in sends."""
    as_coordinator(client, db.session())
    name = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return {name: cookie.value}


def always(look: Any) -> set[Any]:
    """What both workers show, from the first look on."""
    return {look() for _ in range(OFTEN)}


def save_origins(desk: Visitor) -> None:
    """A setting, tried and saved at the desk."""
    form = desk.ask("GET", "/coordinator/settings/embedding")
    tried = desk.press(form.form("/coordinator/settings/embedding/preview"), origins=SCHOOL)
    desk.press(tried.form("/coordinator/settings/embedding", "POST"))


def send_away(desk: Visitor, who: int, day: datetime) -> None:
    """An absence of two weeks around a day."""
    first, back = (day + timedelta(days=days) for days in (-1, 14))
    away = f"/coordinator/ambassadors/{who}/away"
    form = desk.ask("GET", away).form(away, "POST")
    desk.press(form, first=f"{first:%Y-%m-%d}", back=f"{back:%Y-%m-%d}")


def rename() -> None:
    """The vocabulary's file loaded anew by a process that is no web, as the command does it."""
    named = {"name": "MS in Doubt", "short": "DOUBT", "delivery": "online"}
    document = {**VOCABULARY, "programme": {**VOCABULARY["programme"], **named}}
    write(db.session(), lambda s: programme.load(s, document, datetime.now(UTC)))
    db.session.remove()


def test_what_one_web_writes_another_shows_at_once(app: Flask) -> None:
    session, day = db.session(), soon(datetime.now(UTC))
    who = add_ambassador(session, 1)
    other = make_ambassador(session, "Bo Li", ALWAYS, daily_cap=24).id
    cookies = cookies_of(app.test_client())
    db.session.remove()
    with fleet(app.extensions["settings"], webs=2, schedulers=0) as running:
        here, there = (web.port or 0 for web in running.webs)
        desk, writer, reader = Visitor(here, cookies), Visitor(here), Visitor(there)
        next_one = reader.next_start(who)

        def listed() -> bool:
            links = reader.ask("GET", MATCHES).links_to(f"/ambassadors/{who}?")
            return any(f"start={next_one:%Y-%m-%dT%H:%M}" in one for one in links)

        def embedded() -> bool:
            return SCHOOL in reader.ask("GET", "/embed/").headers["Content-Security-Policy"]

        def introduced() -> bool:
            return SENTENCE in reader.ask("GET", "/").text

        def free() -> tuple[bool, bool]:
            return bool(reader.starts(who, day)), bool(reader.starts(other, day))

        kept = [always(look) for look in (listed, embedded, introduced, free)]
        assert kept == [{True}, {False}, {False}, {(True, True)}], "all is in memory now"
        assert writer.book((who, next_one), 1) == 201
        assert always(listed) == {False}
        assert reader.book((who, next_one), 2) == 409
        save_origins(desk)
        assert always(embedded) == {True}
        send_away(desk, who, day)
        assert always(free) == {(False, True)}
        rename()
        assert always(introduced) == {True}
