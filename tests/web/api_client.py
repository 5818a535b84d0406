"""What tests of the API share: moments by the real clock, bodies, the look of a refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ambassadors.core import tokens
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat
from ambassadors.services import booking

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)


def in_days(days: int) -> datetime:
    """A whole hour so many days from now."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=days)


def iso(moment: datetime) -> str:
    """A moment as the API writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def wish(ambassador: Ambassador, start: datetime | str, **values: Any) -> dict[str, Any]:
    """The body of a booking."""
    person = {"name": "Priya Raman", "email": "priya@example.org", "time_zone": "Asia/Calcutta"}
    return {
        "ambassador": ambassador.id,
        "start": start if isinstance(start, str) else iso(start),
        "minutes": 30,
        "prospect": person,
        "interests": ["track/thesis"],
        "question": "How does one find an adviser?",
        **values,
    }


def book(
    client: FlaskClient, ambassador: Ambassador, start: datetime, **values: Any
) -> dict[str, Any]:
    """Holds a time; the chat as the API tells it."""
    answer = client.post("/api/v1/chats", json=wish(ambassador, start, **values))
    assert answer.status_code == 201, answer.get_json()
    chat: dict[str, Any] = answer.get_json()["chat"]
    return chat


def code_of(app: Flask, chat: dict[str, Any]) -> str:
    """The code that the mail carries."""
    row: Chat = booking.find_chat(db.session(), chat["id"])
    secret = app.extensions["settings"].secret_key
    return tokens.code(secret, row.uid, row.nonce, row.prospect.email)


def confirm(client: FlaskClient, app: Flask, chat: dict[str, Any]) -> TestResponse:
    """Confirms with the right code."""
    body = {"code": code_of(app, chat)}
    return client.post(f"/api/v1/chats/{chat['token']}/confirm", json=body)


def problem(answer: TestResponse) -> tuple[int, str | None, str]:
    """Status, member at fault and sentence of a refusal, which must be RFC 9457."""
    body = answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert body["status"] == answer.status_code
    assert (body["type"], bool(body["title"])) == ("about:blank", True)
    return answer.status_code, body.get("field"), body["detail"]
