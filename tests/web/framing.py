"""What tests of frames share: pages that may frame us, and the service as outsiders meet it."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.writing import write
from config import Settings
from tests.factories import make_user

SCHOOL, LOCAL = "https://aim.example.edu", "http://localhost:8080"


def list_origins(session: Session, *origins: str) -> None:
    """Saves which pages may frame us."""
    user, value = make_user(session).id, {"origins": list(origins)}
    wanted = Save("embedding", value, 0, user, datetime.now(UTC))
    write(session, lambda s: changing.save(s, wanted))


def in_production(settings: Settings) -> Flask:
    """The same database, served to people outside."""
    app = create_app(replace(settings, app_env="production"))
    app.testing = True
    return app
