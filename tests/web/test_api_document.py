"""The OpenAPI document is valid, and what the API answers to anybody is what it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.services.integrations import keys
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat
from tests.web.api_client import ALWAYS

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def api(settings):
    """The API, without throttles, as its own document describes it."""
    app = create_app(replace(settings, rate_limits=False))
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with app.app_context():
        ambassador = make_ambassador(db.session(), hours=ALWAYS)
        make_chat(db.session(), ambassador, now + timedelta(days=2), now)
        db.session.remove()
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def key(api):
    """The header of another system that may read everything."""
    with api.app.app_context():
        new = keys.NewKey("Slate", tuple(keys.SCOPES), per_minute=6000)
        text = write(db.session(), lambda s: keys.make(s, new, None, datetime.now(UTC)))[1]
        db.session.remove()
    return {"Authorization": f"Bearer {text}"}


READING = (
    "GET /api/v1/interests",
    "GET /api/v1/slots",
    "GET /api/v1/ambassadors/{ambassador_id}/slots",
    "GET /api/v1/chats/{token}",
    "GET /api/v1/chats",
    "GET /api/v1/requests",
    "GET /api/v1/ambassadors",
    "GET /api/v1/export/chats",
)
WITH_A_KEY = (
    "GET /api/v1/chats",
    "GET /api/v1/requests",
    "GET /api/v1/ambassadors",
    "GET /api/v1/export/chats",
)
WRITING = (
    "POST /api/v1/matches",
    "POST /api/v1/requests",
    "POST /api/v1/chats",
    "POST /api/v1/chats/{token}/confirm",
    "POST /api/v1/chats/{token}/move",
    "POST /api/v1/chats/{token}/cancel",
)
FITTING, UNFIT = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
QUICK = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_every_operation_of_the_contract_is_described(api):
    described = {operation.ok().label for operation in api.get_all_operations()}
    assert described == {*READING, *WRITING}


@pytest.mark.parametrize(
    ("label", "mode"),
    [*((label, FITTING) for label in READING + WRITING), *((label, UNFIT) for label in WRITING)],
)
def test_whatever_is_sent_the_answer_is_as_documented(api, label, mode):
    send_whatever_fits(api, label, mode)


@pytest.mark.parametrize("mode", [FITTING, UNFIT])
@pytest.mark.parametrize("label", WITH_A_KEY)
def test_with_a_key_the_answer_is_as_documented_as_well(api, key, label, mode):
    statuses = send_whatever_fits(api, label, mode, headers=key)
    if mode == FITTING:
        assert 200 in statuses
        assert statuses <= {200, 422}
    else:  # the key itself is among what is made unfit
        assert statuses <= {200, 401, 422}


def send_whatever_fits(api, label, mode, headers=None):
    """Calls one operation with what a generator makes of its description; the statuses."""
    found = (operation.ok() for operation in api.get_all_operations())
    operation = next(operation for operation in found if operation.label == label)
    statuses = set()

    @QUICK
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    send()
    return statuses
