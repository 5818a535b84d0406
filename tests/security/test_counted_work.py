"""Known and unknown are told apart neither by words nor by work; each limit of the promise holds.

Work is counted, not timed: statements of the database. That a password is verified for nobody as
for somebody is in tests/services/test_accounts.py.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from ambassadors import create_app
from ambassadors.extensions import db
from tests.conftest import settings_for
from tests.security.visiting import browser, close
from tests.web.world import World

KNOWN, UNKNOWN = "b@example.org", "nobody@example.org"


@pytest.fixture
def strict(world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application with its throttles."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    close(app)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database meanwhile: the kind of each statement and its table."""
    seen: list[str] = []

    def note(_c: object, _k: object, sql: str, *_rest: object) -> None:
        seen.append(re.sub(r"\s+", " ", sql)[:60])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def sign_in(app: Flask, world: World, email: str) -> TestResponse:
    """An attempt with a wrong password."""
    sent = {"email": email, "password": "wrong, and long enough"}
    return browser(app, world, "anonymous").post("/sign-in", data=sent)


def ask(path: str) -> Callable[[Flask, World, str], TestResponse]:
    """Asks for a mail to an address."""
    return lambda app, world, email: browser(app, world, "anonymous").post(
        path, data={"email": email}
    )


@pytest.mark.parametrize(
    ("act", "prospects", "more"),
    [(sign_in, False, 0), (ask("/forgotten"), False, 8), (ask("/privacy/ask"), True, 8)],
    ids=["sign-in", "forgotten", "privacy"],
)
def test_known_and_unknown_get_the_same_answer_for_nearly_the_same_work(
    strict: Flask, world: World, act: Callable[..., TestResponse], prospects: bool, more: int
) -> None:
    """A mail that is queued is a few statements more: the answer waits for no mail server."""
    with strict.app_context():
        query = text("SELECT email FROM users WHERE role = 'coordinator'")
        known = KNOWN if prospects else str(db.session.scalars(query).first())
        db.session.remove()
    act(strict, world, "warm@example.org")
    got, work = {}, {}
    for who, address in (("known", known), ("unknown", UNKNOWN)):
        with statements(strict) as seen:
            answer = act(strict, world, address)
        shown = re.sub(r'"[\w.-]{20,}"', "", answer.text.replace(address, "@"))  # nonce and token
        got[who] = (answer.status_code, answer.headers.get("Location"), shown)
        work[who] = len(seen)
    assert got["known"] == got["unknown"]
    assert 0 <= work["known"] - work["unknown"] <= more, work


@pytest.mark.parametrize(
    ("act", "limit"),
    [(sign_in, 10), (ask("/forgotten"), 5), (ask("/privacy/ask"), 3)],
    ids=["sign-in", "forgotten", "privacy"],
)
@pytest.mark.parametrize("email", ["kim@example.org", UNKNOWN])
def test_one_more_than_the_limit_is_refused_known_or_not(
    strict: Flask, world: World, act: Callable[..., TestResponse], limit: int, email: str
) -> None:
    got = [act(strict, world, email).status_code for _ in range(limit + 1)]
    assert got[-1] == 429
    assert 429 not in got[:-1]


def test_the_limit_of_an_address_holds_however_it_is_written(strict: Flask, world: World) -> None:
    ways = ["Kim@Example.org", " kim@example.org", "KIM@EXAMPLE.ORG ", "kim@example.org"]
    got = [sign_in(strict, world, ways[n % 4]).status_code for n in range(11)]
    assert got[-1] == 429


def test_a_made_up_network_address_lifts_no_limit(strict: Flask, world: World) -> None:
    """Without TRUSTED_PROXIES nobody is believed about where they come from."""
    got = []
    for number in range(11):
        client = browser(strict, world, "anonymous")
        headers = {
            "X-Forwarded-For": f"198.51.100.{number}",
            "Forwarded": f"for=198.51.100.{number}",
        }
        sent = {"email": f"somebody{number}@example.org", "password": "wrong, and long enough"}
        got.append(client.post("/sign-in", data=sent, headers=headers).status_code)
    assert got[-1] == 429
