"""The delivery ledger: every try of every mail, and what was sent, as it was sent.

Copies are kept with their secrets masked, for `KEPT`; what is older loses its copy, while the try
itself stays (docs/decisions/mails-are-kept-masked.md).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, undefer

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Attempt, Notice

KEPT = timedelta(days=180)
_NOTE = Attempt.__table__.insert()  # type: ignore[attr-defined]  # a Table
HEADERS = ("Date", "From", "To", "Subject", "Message-ID")


@dataclass(frozen=True)
class Try:
    """What came of one try: 'sent', 'later' or 'failed', and the server's words.

    `copy` is the message without its secrets, where it was accepted.
    """

    notice_id: int
    at: datetime
    outcome: str
    address: str
    words: str
    copy: bytes | None = None


@dataclass(frozen=True)
class Copy:
    """A mail as it was sent: headers in order, both texts, the calendar object ('' for none)."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    calendar: str
    raw: bytes


def note(session: Session, one: Try) -> None:
    """Writes a try down, in the transaction that marks what came of it."""
    copy = zlib.compress(one.copy) if one.copy else None
    values = {
        "notice_id": one.notice_id, "at": one.at, "outcome": one.outcome, "address": one.address,
        "words": one.words[:1000], "message": copy,
    }  # fmt: skip
    session.connection().execute(_NOTE, values)


def find_notice(session: Session, notice_id: int) -> Notice:
    """One mail; refused (404) when there is none."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise Refused(said("There is no such mail."), status=404)
    return notice


def tries_of(session: Session, notice_id: int) -> list[tuple[Attempt, bool]]:
    """Every try, the first one first, each with whether a copy is kept."""
    rows = session.execute(
        select(Attempt, Attempt.message.is_not(None))
        .where(Attempt.notice_id == notice_id)
        .order_by(Attempt.at, Attempt.id)
    )
    return [(attempt, bool(kept)) for attempt, kept in rows]


def read_copy(session: Session, notice_id: int, attempt_id: int) -> Copy:
    """What one try sent; refused (404) when there is no copy, or not any more."""
    attempt = session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.notice_id == notice_id)
        .options(undefer(Attempt.message))
    )
    if attempt is None or attempt.message is None:
        raise Refused(said("No copy of this mail is kept."), status=404)
    return open_copy(zlib.decompress(attempt.message))


def open_copy(raw: bytes) -> Copy:
    """A message's parts."""
    message = message_from_bytes(raw, policy=default)
    parts = dict(parts_of(message))
    headers = tuple((name, str(message[name])) for name in HEADERS if message[name])
    return Copy(
        headers,
        parts.get("text/plain", ""),
        parts.get("text/html", ""),
        parts.get("text/calendar", ""),
        raw,
    )


def parts_of(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Each part of text with its type."""
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield part.get_content_type(), str(part.get_content())


def too_old(now: datetime) -> ColumnElement[bool]:
    """Whether a copy has been kept long enough."""
    return Attempt.message.is_not(None) & (Attempt.at < now - KEPT)


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is a copy to forget."""
    return bool(session.scalar(select(exists().where(too_old(now)))))


def forget_old(session: Session, now: datetime) -> None:
    """Forgets copies that have been kept long enough; the tries stay."""
    session.execute(
        update(Attempt)
        .where(too_old(now))
        .values(message=None)
        .execution_options(synchronize_session=False)
    )
