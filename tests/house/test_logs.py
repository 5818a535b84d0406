"""Logs tell what happened, to standard error, and never an address, a link or a token."""

import json
import logging

import pytest
import structlog

from ambassadors import logs
from ambassadors.core.tokens import chat_token
from tests.factories import SECRET

UID = "0b5f3c1e-5d1f-4b52-9a3d-2f6f3f0f9a11"
TOKEN = chat_token(SECRET, "manage", UID, "a nonce")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to priya.raman+x@example.org now", "to p…@example.org now"),
        ("('ana@example.org', 'b@example.edu')", "('a…@example.org', 'b…@example.edu')"),
        (f"GET /c/{TOKEN} 302", "GET /c/… 302"),
        (f"chat {UID}", f"chat {UID}"),
        ("nothing to hide @ all", "nothing to hide @ all"),
    ],
)
def test_addresses_and_secrets_are_masked(text, masked):
    assert logs.mask(text) == masked


@pytest.fixture
def configured():
    """Configured as in production; put back afterwards."""
    before = structlog.get_config()
    logs.configure(production=True)
    yield
    structlog.configure(**before)


def test_lines_are_json_on_standard_error_in_production(configured, capsys):
    structlog.get_logger("mail").warning("refused", to="priya@example.org", attempts=2)
    printed = capsys.readouterr()
    line = json.loads(printed.err)
    assert printed.out == ""
    assert (line["event"], line["level"], line["attempts"]) == ("refused", "warning", 2)
    assert line["to"] == "p…@example.org"


def test_tracebacks_hold_no_values(configured, capsys):
    def sign_in(password: str) -> None:
        raise ValueError("refused")

    try:
        sign_in("hunter2")
    except ValueError:
        structlog.get_logger("calendars").exception("unreadable")
    printed = capsys.readouterr().err
    frames = json.loads(printed)["exception"][0]["frames"]
    assert [set(frame) for frame in frames] == [{"filename", "lineno", "name"}] * 2
    assert "hunter2" not in printed


def test_tracebacks_of_other_loggers_are_masked_too():
    record = logging.makeLogRecord({"msg": "INSERT INTO prospects ('priya@example.org')"})
    assert logs.MaskingFormatter().format(record) == "INSERT INTO prospects ('p…@example.org')"
