"""What every answer says to browsers about itself: what it may load, who may keep or frame it.

A view is private unless it says `@public`: never kept by a cache, never named to other sites.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

View = TypeVar("View", bound=Callable[..., Any])

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# A page that others may frame says who in its policy; X-Frame-Options cannot. The last two let it
# stand in pages that are isolated from other origins (COEP), which ask it to be so, too.
FRAMED_HEADERS = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"} | {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
NOBODY = "'none'"
YEAR = 365 * 24 * 3600
# Mails carry their style inline; nothing in them may run or load.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


def register(app: Flask) -> None:
    """Puts the headers on every answer and gives templates `csp_nonce()`."""
    app.add_template_global(csp_nonce)
    app.add_template_global(is_public)
    app.after_request(add_headers)


def public(view: View) -> View:
    """Marks a view whose answers show nothing of anybody."""
    view.public = True  # type: ignore[attr-defined]
    return view


def csp_nonce() -> str:
    """What an inline script of this answer must carry to be run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def add_headers(response: Response) -> Response:
    """The headers of this answer, by what was asked for."""
    for name, value in (FRAMED_HEADERS if "framers" in g else HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy())
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if "clear_storage" in g:
        response.headers["Clear-Site-Data"] = '"storage"'
    add_cache_headers(response)
    return response


def framed_by(origins: Iterable[str]) -> None:
    """Lets pages of these origins, and our own, frame this answer; nobody else may."""
    g.framers = ("'self'", *origins)


def shows_frames() -> None:
    """Lets this answer show frames of our own."""
    g.shows_frames = True


def clear_storage() -> None:
    """With this answer the browser drops all that our pages and their workers keep in it."""
    g.clear_storage = True


def policy() -> str:
    """The content security policy: our own files only, no inline style; who may frame it."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    frames = "frame-src 'self'; " if "shows_frames" in g else ""
    return (
        f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; manifest-src 'self'; {frames}form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {' '.join(g.get('framers', ())) or NOBODY}"
    )


def add_cache_headers(response: Response) -> None:
    """Files with a fingerprint stay a year, public pages are asked for again, the rest is gone."""
    if request.endpoint in ("static", "assets.bundle"):
        kept = "v" in request.args and response.status_code in (200, 304)
        response.headers["Cache-Control"] = (
            f"public, max-age={YEAR}, immutable" if kept else "no-cache"
        )
        return
    if is_public():
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")


def is_public() -> bool:
    """Whether the view that answers is marked public."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "public", False)
