"""Reading calendars that are due: claimed with a lease, asked for and parsed while no transaction
is open, and what came of it written by whoever still has the claim.

Any number of schedulers may do this side by side. A calendar that cannot be read keeps its spans.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import BusySpans, CalendarSource, Chat
from ambassadors.remote.guard import Guard, Unreachable
from ambassadors.services.busy import write_spans
from ambassadors.services.calendars.opening import Found, Task, Whose, open_calendar, window
from ambassadors.services.calendars.sealing import Sealer
from ambassadors.services.notices import queue
from ambassadors.services.writing import write

EVERY = timedelta(minutes=10)
LEASE = timedelta(seconds=90)  # a batch takes half of that at the very most
BATCH, AT_ONCE = 6, 3
# Pauses after failures; the last repeats. The first is that of a calendar that can be read.
PAUSES = tuple(timedelta(minutes=m) for m in (10, 10, 20, 40, 80, 120))
TELL_AFTER = timedelta(days=1)
LINGERING = timedelta(days=1)  # for so long a chat that is over may still lie in a window
STALE_USEFUL = timedelta(days=7)  # for so long is a mail about it worth sending
OTHER_KEY = said(
    "The secret of this service has changed since it was added. Remove it and add it again."
)
BROKEN = said("It could not be read because of a fault of this service.")

log = structlog.get_logger("calendars")


@dataclass(frozen=True)
class Reader:
    """Who reads calendars: `now` for what is due, `clock` (the real one) for leases.

    `beat` is called between batches, so that much to read does not look like a silent scheduler.
    """

    owner: str
    now: datetime
    sealer: Sealer
    guard: Guard
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    beat: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Claimed:
    """A calendar that is ours to read for a while; no task when it cannot be opened any more."""

    source_id: int
    task: Task | None = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of it: a fault in a sentence, or what was found (None: nothing has changed)."""

    found: Found | None = None
    fault: str = ""
    gone: bool = False


def refresh_due(session: Session, reader: Reader) -> int:
    """Reads every calendar that is due; how many."""
    count = 0
    with ThreadPoolExecutor(AT_ONCE, "calendars") as pool:
        while any_due(session, reader):
            claimed = write(session, lambda s: claim(s, reader))
            if not claimed:  # another scheduler was quicker
                break
            outcomes = pool.map(lambda one: look_at(one, reader), claimed)
            for one, outcome in zip(claimed, outcomes, strict=True):
                write(session, lambda s, one=one, outcome=outcome: save(s, reader, one, outcome))  # type: ignore[misc]
                reader.beat()
            count += len(claimed)
    return count


def any_due(session: Session, reader: Reader) -> bool:
    """Whether there is anything to claim; looking takes no write lock."""
    found = bool(session.scalar(select(exists().where(*claimable(reader)))))
    session.rollback()
    return found


def claimable(reader: Reader) -> Iterator[ColumnElement[bool]]:
    """Due, and in nobody's hands. What is paused, or a file, is never due."""
    yield CalendarSource.next_at <= reader.now
    yield or_(CalendarSource.lease_until.is_(None), CalendarSource.lease_until < reader.clock())


def claim(session: Session, reader: Reader) -> list[Claimed]:
    """Takes a few that nobody else has, longest due first, with all that reading them needs."""
    due = (
        select(CalendarSource.id)
        .where(*claimable(reader))
        .order_by(CalendarSource.next_at, CalendarSource.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(
        update(CalendarSource)
        .where(CalendarSource.id.in_(due.scalar_subquery()))
        .values(owner=reader.owner, lease_until=reader.clock() + LEASE)
        .returning(CalendarSource.id)
        .execution_options(synchronize_session=False)
    ).all()
    rows = session.scalars(
        select(CalendarSource)
        .where(CalendarSource.id.in_(ids))
        .order_by(CalendarSource.id)
        .execution_options(populate_existing=True)
    )
    chats = chats_of(session, reader.now)
    return [Claimed(row.id, task_of(row, chats, reader)) for row in rows]


def task_of(source: CalendarSource, chats: frozenset[str], reader: Reader) -> Task | None:
    """What reading it needs. Once a day it is read whatever its server says, so that its events
    are known as far ahead as chats can be booked.
    """
    opens = reader.sealer.open(source.sealed)
    if opens is None:
        return None
    who = source.ambassador
    whose = Whose(who.time_zone, who.user.email, source.all_day, chats)
    known = (who.time_zone, window(reader.now)[0].date())
    if (source.read_zone, source.read_on) != known:
        return Task(source.kind, opens, whose)
    return Task(source.kind, opens, whose, source.etag, source.modified)


def chats_of(session: Session, now: datetime) -> frozenset[str]:
    """The UIDs of all chats that are not long over: an accepted invitation comes back from a
    calendar, also of somebody who handed the chat over since, and must not be taken for busy.
    """
    return frozenset(session.scalars(select(Chat.uid).where(Chat.ends_at > now - LINGERING)))


def look_at(one: Claimed, reader: Reader) -> Outcome:
    """Asks and parses; never raises. Runs in a thread of its own, without the database."""
    if one.task is None:
        return Outcome(fault=OTHER_KEY, gone=True)
    try:
        return Outcome(open_calendar(one.task, reader.guard, reader.now))
    except Unreachable as fault:
        return Outcome(fault=fault.text, gone=fault.gone)
    except Refused as refusal:
        return Outcome(fault=refusal.text)
    except Exception:  # one calendar that cannot be read must not stop the others
        log.exception("calendar-unreadable", calendar=one.source_id)
        return Outcome(fault=BROKEN)


def save(session: Session, reader: Reader, one: Claimed, outcome: Outcome) -> None:
    """Writes what came of it, unless the claim is gone: then it was changed, or removed."""
    source = session.scalar(
        select(CalendarSource)
        .where(CalendarSource.id == one.source_id, CalendarSource.owner == reader.owner)
        .with_for_update(of=CalendarSource)
        .execution_options(populate_existing=True)
    )
    if source is None:
        return
    source.owner = source.lease_until = None
    source.tried_at = reader.now
    if outcome.fault:
        note_failure(session, source, outcome, reader.now)
    else:
        note_success(session, source, outcome.found, reader.now)
    session.flush()


def note_success(
    session: Session, source: CalendarSource, found: Found | None, now: datetime
) -> None:
    """It could be read; its spans are exchanged only when they are others than before."""
    source.read_at, source.next_at = now, now + EVERY
    source.failures, source.fault = 0, ""
    source.failing_since = source.told_at = None
    if found is None:
        return
    for column, value in found.columns().items():
        setattr(source, column, value)
    replace_spans(session, source.id, write_spans(found.spans))


def replace_spans(session: Session, source_id: int, text: str) -> None:
    """One row for another: nobody ever sees half of a calendar."""
    row = session.get(BusySpans, source_id, populate_existing=True)
    if row is None:
        session.add(BusySpans(source_id=source_id, spans=text))
    elif row.spans != text:
        row.spans = text


def note_failure(session: Session, source: CalendarSource, outcome: Outcome, now: datetime) -> None:
    """It could not be read: what was read last stays; after a day its ambassador is told."""
    source.failures += 1
    source.fault = outcome.fault
    last = len(PAUSES) - 1
    source.next_at = now + PAUSES[last if outcome.gone else min(source.failures, last)]
    if source.failing_since is None:
        source.failing_since = now
        source.spells += 1
    if source.told_at is None and now - source.failing_since >= TELL_AFTER:
        source.told_at = now
        tell_stale(session, source, now)


def tell_stale(session: Session, source: CalendarSource, now: datetime) -> None:
    """Queues the mail, one for each time that reading began to fail."""
    user_id = source.ambassador.user_id
    due = Due(Kind.CALENDAR_STALE, f"user:{user_id}", now, now + STALE_USEFUL)
    details: dict[str, Any] = {"source_id": source.id}
    queue(
        session, f"calendar:{source.id}", source.spells, [due], now,
        user_id=user_id, details=details,
    )  # fmt: skip
