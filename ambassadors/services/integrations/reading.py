"""What other systems read: chats, requests and ambassadors, page by page, since a moment.

A page goes on after the last row of the one before, by (changed_at, id): rows that change
meanwhile come again at the end, none is left out.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Chat, Interest, WaitingRequest

T = TypeVar("T", Chat, WaitingRequest, Ambassador)
NO_CURSOR = said("This cursor is none of ours: begin again without it.")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some rows, and the cursor of those after them; "" when these are the last for now."""

    rows: Sequence[T]
    cursor: str


def write_cursor(at: datetime, number: int) -> str:
    """Where a page ended."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{number}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """The same, read; Refused (422) when it was not written by us."""
    try:
        raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode()
        at, _, number = raw.partition("|")
        moment, last = datetime.fromisoformat(at), int(number)
    except (ValueError, binascii.Error):
        raise Refused(NO_CURSOR, field="cursor") from None
    if moment.tzinfo is None or not 0 <= last < 2**31:
        raise Refused(NO_CURSOR, field="cursor")
    return moment, last


def chats(
    session: Session, since: datetime | None, cursor: str, limit: int, settled: bool = True
) -> Slice[Chat]:
    """Chats as they are now, the longest unchanged first. `settled`: no holds, and none of those
    that were never confirmed."""
    rows = select(Chat).options(
        joinedload(Chat.ambassador).joinedload(Ambassador.user), joinedload(Chat.prospect)
    )
    if settled:
        rows = rows.where(Chat.status.not_in(("held", "expired")))
    return slice_of(session, rows, Chat, since, cursor, limit)


def requests(
    session: Session, since: datetime | None, cursor: str, limit: int
) -> Slice[WaitingRequest]:
    """Requests to be matched, the longest unchanged first."""
    rows = select(WaitingRequest).options(joinedload(WaitingRequest.prospect))
    return slice_of(session, rows, WaitingRequest, since, cursor, limit)


def slice_of(
    session: Session,
    rows: Select[Any],
    table: Any,
    since: datetime | None,
    cursor: str,
    limit: int,
) -> Slice[Any]:
    """The rows after a cursor, changed at `since` or later."""
    if since is not None:
        rows = rows.where(table.changed_at >= since)
    if cursor:
        at, last = read_cursor(cursor)
        after = and_(table.changed_at == at, table.id > last)
        rows = rows.where(or_(table.changed_at > at, after))
    found = session.scalars(rows.order_by(table.changed_at, table.id).limit(limit + 1)).all()
    page = found[:limit]
    more = len(found) > limit
    return Slice(page, write_cursor(page[-1].changed_at, page[-1].id) if more else "")


def ambassadors(session: Session, cursor: str, limit: int) -> Slice[Ambassador]:
    """All ambassadors, also those who are not shown, in the order in which they were added."""
    rows = select(Ambassador).options(
        selectinload(Ambassador.interests).joinedload(Interest.family)
    )
    if cursor:
        rows = rows.where(Ambassador.id > read_cursor(cursor)[1])
    found = session.scalars(rows.order_by(Ambassador.id).limit(limit + 1)).all()
    page = found[:limit]
    more = len(found) > limit
    return Slice(page, write_cursor(page[-1].created_at, page[-1].id) if more else "")
