"""The API for other systems: what their key opens, page by page."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, request

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Ambassador, ApiKey, Chat, Prospect, WaitingRequest
from ambassadors.services.integrations import keys, reading
from ambassadors.services.roster import interest_keys
from ambassadors.services.writing import write
from ambassadors.web import api_system_schemas as schemas
from ambassadors.web import errors
from ambassadors.web.api_json import answer, utc
from ambassadors.web.api_spec import documented
from ambassadors.web.coordinator_integrations import export_answer

pages = Blueprint("api_systems", __name__, url_prefix="/api/v1")
SCOPES = {
    "api_systems.list_chats": "read:chats",
    "api_systems.list_requests": "read:requests",
    "api_systems.list_ambassadors": "read:people",
    "api_systems.export": "export",
}


@pages.before_request
def recognise() -> Response | None:
    """Whose request it is, and whether the key may ask this, and not too often."""
    now = datetime.now(UTC)
    try:
        key = keys.recognise(db.session(), request.headers.get("Authorization", ""), now)
        write(db.session(), lambda session: keys.count(session, key, now))
        keys.require(key, [SCOPES[str(request.endpoint)]])
    except Refused as refusal:
        response = errors.answer_refusal(refusal)
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if refusal.status == 429:
            response.headers["Retry-After"] = "60"
        return response
    g.api_key = key
    return None


def names_people() -> bool:
    """Whether names and addresses of prospects are told to this key."""
    key: ApiKey = g.api_key
    return "read:people" in key.scopes


@pages.get("/chats")
@documented(schemas.ChatRows, 401, 403, 429)
def list_chats(query: schemas.Listing) -> Response:
    """Chats that were ever confirmed, as they are now; what changed last comes last."""
    page = reading.chats(db.session(), query.updated_since, query.cursor, query.limit)
    return answer({"chats": [chat_row(one) for one in page.rows], "cursor": page.cursor or None})


@pages.get("/requests")
@documented(schemas.RequestRows, 401, 403, 429)
def list_requests(query: schemas.Listing) -> Response:
    """Requests to be matched, as they are now; what changed last comes last."""
    page = reading.requests(db.session(), query.updated_since, query.cursor, query.limit)
    rows = [request_row(one) for one in page.rows]
    return answer({"requests": rows, "cursor": page.cursor or None})


@pages.get("/ambassadors")
@documented(schemas.AmbassadorRows, 401, 403, 429)
def list_ambassadors(query: schemas.Paging) -> Response:
    """All ambassadors, also those whom prospects are not shown."""
    page = reading.ambassadors(db.session(), query.cursor, query.limit)
    rows = [ambassador_row(one) for one in page.rows]
    return answer({"ambassadors": rows, "cursor": page.cursor or None})


@pages.get("/export/chats")
@documented(schemas.ExportRows, 401, 403, 429)
def export(query: schemas.Exporting) -> Any:
    """All chats as rows for admissions systems, every value a text; `format=csv` for CSV."""
    return export_answer(query.format, query.updated_since)


def prospect_row(prospect: Prospect, name: str, zone: str) -> dict[str, Any]:
    """A prospect as this key may know them."""
    told = names_people()
    return {
        "id": prospect.id,
        "time_zone": zone,
        "name": name if told else None,
        "email": prospect.email if told else None,
    }


def chat_row(chat: Chat) -> dict[str, Any]:
    """A chat."""
    return {
        "id": chat.uid,
        "sequence": chat.version,
        "status": chat.status,
        "start": utc(chat.starts_at),
        "end": utc(chat.ends_at),
        "minutes": chat.minutes,
        "ambassador_id": chat.ambassador_id,
        "prospect": prospect_row(chat.prospect, chat.prospect_name, chat.prospect_zone),
        "interests": chat.interests,
        "question": chat.question if names_people() else None,
        "created_at": utc(chat.created_at),
        "updated_at": utc(chat.changed_at),
    }


def request_row(row: WaitingRequest) -> dict[str, Any]:
    """A request to be matched."""
    return {
        "id": row.uid,
        "state": row.state,
        "prospect": prospect_row(row.prospect, row.name, row.time_zone),
        "interests": row.interests,
        "languages": row.languages,
        "question": row.question if names_people() else None,
        "ambassador_id": row.ambassador_id,
        "created_at": utc(row.created_at),
        "updated_at": utc(row.changed_at),
    }


def ambassador_row(row: Ambassador) -> dict[str, Any]:
    """An ambassador."""
    return {
        "id": row.id,
        "name": row.name,
        "email": row.user.email,
        "status": row.status,
        "time_zone": row.time_zone,
        "languages": row.languages,
        "interests": sorted(interest_keys(row)),
        "created_at": utc(row.created_at),
    }
