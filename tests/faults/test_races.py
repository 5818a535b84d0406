"""Two hundred at once for one slot: one has it, the others are told so, nothing breaks."""

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import Ambassador
from ambassadors.services.auditor import audit
from config import Settings
from tests.factories import make_ambassador
from tests.faults.racing import race

ROUNDS = 10  # `make load` has fifty


@pytest.fixture(params=["sqlite", "postgresql"])
def racing_settings(request: pytest.FixtureRequest) -> Settings:
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    return dataclasses.replace(request.getfixturevalue(name), rate_limits=False)


def next_wednesday() -> datetime:
    """Nine in the morning in Boston's winter or summer: well inside a day of open hours."""
    today = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 + (2 - today.weekday()) % 7)


def busy_ambassador(app: Flask) -> Ambassador:
    return make_ambassador(
        db.session(), hours="Wed 00:00-24:00; Thu 00:00-24:00", daily_cap=24, weekly_cap=100
    )


def test_one_of_two_hundred_wins_a_slot(racing_settings: Settings):
    app = create_app(racing_settings)
    with app.app_context():
        ambassador_id = busy_ambassador(app).id
        db.session.remove()
        db.engine.dispose()
        counts = race(racing_settings, ambassador_id, next_wednesday(), ROUNDS)
        assert counts == [Counter({201: 1, 409: 199})] * ROUNDS
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()
