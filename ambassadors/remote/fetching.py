"""A calendar behind an address: the whole of it, or word that nothing changed."""

from dataclasses import dataclass, field
from typing import Literal

from ambassadors.core.said import said
from ambassadors.remote.exchange import Answer, Credentials, Request, ask
from ambassadors.remote.guard import (
    DEVELOPMENT,
    PRODUCTION,
    Deadline,
    Guard,
    Unreachable,
    guard_for,
)

__all__ = [
    "DEVELOPMENT",
    "PRODUCTION",
    "Fetched",
    "Guard",
    "Unreachable",
    "fault_of",
    "fetch",
    "guard_for",
]

MOST_MARK = 500  # characters of an ETag; a longer one is not worth keeping


@dataclass(frozen=True)
class Fetched:
    """What an address gave. `etag` and `modified` are to be shown next time; "" is none."""

    status: Literal["changed", "unchanged"]
    body: bytes = field(repr=False)
    etag: str
    modified: str
    content_type: str


def fetch(
    address: str,
    *,
    etag: str = "",
    modified: str = "",
    user: str = "",
    password: str = "",
    development: bool = False,
    guard: Guard | None = None,
) -> Fetched:
    """What stands at an https:// or webcal:// address. Unreachable, with a sentence, if nothing.

    With the `etag` and `modified` of last time the answer may be "unchanged", without a body.
    `guard` stands for that of `development`.
    """
    guard = guard or guard_for(development)
    headers = {"Accept": "text/calendar, */*;q=0.5"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    credentials = Credentials(user, password) if user or password else None
    answer = ask(address, Request("GET", headers, None, credentials), guard, Deadline.of(guard))
    if answer.status == 304 and (etag or modified):
        return Fetched("unchanged", b"", _mark(answer, "etag") or etag, modified, "")
    if answer.status != 200:
        raise fault_of(answer)
    _check_for_page(answer)
    return Fetched(
        "changed",
        answer.body,
        _mark(answer, "etag"),
        _mark(answer, "last-modified"),
        _mark(answer, "content-type"),
    )


def fault_of(answer: Answer) -> Unreachable:
    """A sentence for an answer that is no success."""
    host = answer.place.host
    match answer.status:
        case 401 | 403:
            return Unreachable(
                said(
                    "{host} does not let us in: the address, user name or password is not "
                    "right, or the calendar is no longer shared.",
                    host=host,
                ),
                True,
            )
        case 404 | 410:
            return Unreachable(
                said(
                    "{host} has no calendar at that address. It may have been renewed or removed.",
                    host=host,
                ),
                True,
            )
        case 429 | 503:
            return Unreachable(said("{host} is too busy to answer.", host=host))
        case _:
            return Unreachable(
                said("{host} answered with an error ({status}).", host=host, status=answer.status)
            )


def _check_for_page(answer: Answer) -> None:
    """A sign-in page, or the page that shows a calendar, is what people copy by mistake."""
    opening = answer.body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype html", b"<html")):
        raise Unreachable(
            said(
                "{host} answers with a web page, not a calendar. Copy the calendar's "
                "secret address in iCal format.",
                host=answer.place.host,
            ),
            True,
        )


def _mark(answer: Answer, name: str) -> str:
    """A header that is kept, or shown again; "" when it is none of the plain kind."""
    value = answer.headers.get(name, "")
    plain = value.isascii() and value.isprintable() and len(value) <= MOST_MARK
    return value if plain else ""
