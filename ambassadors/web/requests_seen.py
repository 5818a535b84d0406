"""Every request: an id that all its log lines carry, a line in the log, figures for a monitor.

The line has the rule, never the address: no token, no query, nothing that somebody typed.
"""

import json
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Protocol

from flask import Flask, Response, current_app, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{8,36}")
NOWHERE = "none"  # the rule of an address that is none


class Watch(Protocol):
    """What counts requests."""

    def seen(self, method: str, rule: str, status: int, seconds: float) -> None: ...


def register(app: Flask) -> None:
    """The first to see a request, and the last to see its answer: before all other hooks."""
    settings = app.extensions["settings"]
    app.extensions["watches"] = watches = list[Watch]()
    if settings.production:
        watches.append(AccessLog())
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Names the request, by the proxy's name for it where one is to be believed."""
    g.begun = time.perf_counter()
    g.request_id = given_id() or secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)


def given_id() -> str | None:
    """A trusted proxy's id, when it is one; anybody else could write what they like into logs."""
    given = request.headers.get(HEADER, "")
    if not current_app.extensions["settings"].trusted_proxies:
        return None
    return given if SANE.fullmatch(given) else None


def end(response: Response) -> Response:
    """Says the name, and lets everybody know who wants to."""
    if "request_id" in g:  # not where something refused the request before us
        response.headers[HEADER] = g.request_id
        seconds = time.perf_counter() - g.begun
        for watch in current_app.extensions["watches"]:
            watch.seen(request.method, rule_of(), response.status_code, seconds)
    return response


def rule_of() -> str:
    """The rule that an address follows, such as /c/<token>."""
    return str(request.url_rule) if request.url_rule else NOWHERE


class AccessLog:
    """A line for each request, in production; as structlog's, at a tenth of the cost.

    Nothing in it is typed by anybody, so nothing needs to be masked.
    """

    def seen(self, method: str, rule: str, status: int, seconds: float) -> None:
        """Writes it, whole."""
        line = {
            "method": known(method),
            "route": rule,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "event": "request",
            "request_id": g.request_id,
            "level": "info",
            "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        sys.stderr.write(json.dumps(line) + "\n")


METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"))


def known(method: str) -> str:
    """A method that there is: anything else comes from whoever asks."""
    return method if method in METHODS else "other"
