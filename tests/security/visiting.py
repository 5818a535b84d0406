"""Going to the service as somebody of the world, and looking at all that it holds."""

import sqlite3
from contextlib import closing
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ambassadors.extensions import db
from tests.web.world import World


def browser(app: Flask, world: World, person: str, **options: Any) -> FlaskClient:
    """A browser of one of the people."""
    client = app.test_client(**options)
    base = "https://chats.example.edu" if app.config["SESSION_COOKIE_SECURE"] else None
    with client.session_transaction(base_url=base) as session:
        session.update(world.sessions[person])
    return client


def visit(
    app: Flask, world: World, person: str, address: str, method: str = "GET", **sent: Any
) -> TestResponse:
    """What one of the people gets."""
    if app.config["SESSION_COOKIE_SECURE"]:
        sent.setdefault("base_url", "https://chats.example.edu")
    return browser(app, world, person).open(address, method=method, **sent)


def contents(app: Flask) -> list[str]:
    """All that the database holds, less counters of attempts."""
    with app.app_context():
        path = db.engine.url.database
    with closing(sqlite3.connect(str(path))) as connection:
        return [line for line in connection.iterdump() if 'INTO "throttles"' not in line]


def close(app: Flask) -> None:
    """Lets go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
