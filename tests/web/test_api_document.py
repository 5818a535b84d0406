"""The OpenAPI document is valid, and what the API answers to anybody is what it says."""

from dataclasses import replace

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
from tests.factories import make_ambassador
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
    with app.app_context():
        make_ambassador(db.session(), hours=ALWAYS)
        db.session.remove()
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    with app.app_context():
        db.engine.dispose()


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
    found = (operation.ok() for operation in api.get_all_operations())
    operation = next(operation for operation in found if operation.label == label)

    @QUICK
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        case.call_and_validate(checks=CHECKS)

    send()
