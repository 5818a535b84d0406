"""What tests of pages may ask for: a coordinator's browser, somebody to talk with, the hour."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador
from tests.web.staff import as_coordinator, make_person


@pytest.fixture
def today() -> datetime:
    """The real clock's last full hour: pages read the clock themselves."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """A coordinator's browser."""
    return as_coordinator(client, session)


@pytest.fixture
def ana(session: Session) -> Ambassador:
    """Ana Almeida, who is free around the clock."""
    return make_person(session)
