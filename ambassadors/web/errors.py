"""One place that turns refusals and faults into an answer: a page, or RFC 9457 problem details."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Flask, Response, g, json, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.web.speaking import speak

RETRY_SECONDS = 5
BUSY = said(
    "The service is very busy at this moment. Nothing was changed; please try again shortly."
)
STALE = said(
    "This page was open for too long, or your browser kept no cookie. Please send it again."
)
SENTENCES = {
    400: said("This request cannot be understood."),
    403: said("This page is not for you."),
    404: said("There is no such page, or it is not yours."),
    405: said("That cannot be done with this address."),
    413: said("That is more than the service takes at once."),
    415: said("The service cannot read this kind of content."),
    429: said("That was too many requests in a short time. Please wait a little."),
    500: said("Something went wrong on our side. It has been noted; please try again."),
}
HEADINGS = {
    404: said("Not found"),
    409: said("This has changed meanwhile"),
    422: said("This cannot be done as it is"),
    429: said("Too often"),
    500: said("Something went wrong"),
    503: said("One moment, please"),
}


def register(app: Flask) -> None:
    """Handles refusals, HTTP errors and a database that is busy, full or gone."""
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(OperationalError, answer_busy)
    app.register_error_handler(InterfaceError, answer_busy)  # the driver: there is no connection
    app.register_error_handler(PoolTimeout, answer_busy)


def answer_refusal(refusal: Refused) -> Response:
    """What was asked cannot be done, in the refusal's own words."""
    return answer(refusal.status, refusal.text, refusal.field, refusal.alternatives)


def answer_http_error(error: HTTPException) -> Response:
    """A wrong address, method, size or rate; an unforeseen fault arrives here as a 500."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    text = (
        STALE if isinstance(error, CSRFError) else SENTENCES.get(status, HTTPStatus(status).phrase)
    )
    response = answer(status, text)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if value := error.get_response().headers.get(name):
            response.headers[name] = value
    return response


def answer_busy(fault: Exception) -> Response:
    """The database did not answer in time; nothing is half-written."""
    db.session.rollback()
    response = answer(503, BUSY)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def answer(
    status: int, text: str, field: str | None = None, alternatives: Sequence[datetime] = ()
) -> Response:
    """An error as a page, or for programs as problem details."""
    if wants_json():
        return problem(status, text, field, alternatives)
    heading = HEADINGS.get(status, said("This did not work"))
    template = "embed/error.html" if "framers" in g else "errors/page.html"
    return make_response(
        render_template(template, heading=heading, text=text, status=status), status
    )


def wants_json() -> bool:
    """Whether a program asks rather than a person."""
    accepted = request.accept_mimetypes
    prefers = accepted["application/json"] > accepted["text/html"]
    return request.path.startswith("/api/") or request.is_json or prefers


def problem(
    status: int, text: str, field: str | None = None, alternatives: Sequence[datetime] = ()
) -> Response:
    """RFC 9457 problem details; `alternatives` as the API writes slots.

    A view whose refusals carry alternatives sets `g.minutes`, the length of the chat.
    """
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    body |= {"status": status, "detail": speak(text)}
    if field:
        body["field"] = field
    if alternatives:
        length = timedelta(minutes=g.get("minutes", 30))
        body["alternatives"] = [
            {"start": _iso(start), "end": _iso(start + length)} for start in alternatives
        ]
    return Response(json.dumps(body), status, mimetype="application/problem+json")


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
