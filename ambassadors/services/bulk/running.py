"""Carrying out what was asked for: one chat, one transaction, in which its line says so.

Whoever stops in the middle leaves lines without an outcome; when the lease is over, another
scheduler goes on with those. A chat that cannot be changed is a line that says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor, may_change
from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Bulk, BulkLine, Chat, Notice
from ambassadors.services import booking
from ambassadors.services.booking.changes import lock_chat, too_late
from ambassadors.services.notices import queue, send_again, times_of
from ambassadors.services.writing import write

LEASE = timedelta(seconds=60)
FAILED = said(
    "This could not be done. Please look at this chat, and tell whoever runs this service."
)
CHANGED = said("This chat was changed after you looked at it, so it was left as it is.")

log = structlog.get_logger("bulk")


@dataclass(frozen=True)
class Runner:
    """Who carries out, and by which clocks: `now` for chats, `clock` (the real one) for leases."""

    owner: str
    now: datetime
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    beat: Callable[[], None] = lambda: None


def run_queued(session: Session, runner: Runner) -> int:
    """Carries out everything that was asked for; how many chats had their turn."""
    count = 0
    while any_to_run(session, runner):
        bulk_id = write(session, lambda s: claim(s, runner))
        if bulk_id is None:  # another scheduler was quicker
            break
        count += run(session, runner, bulk_id)
    return count


def any_to_run(session: Session, runner: Runner) -> bool:
    """Whether there is anything to do; looking takes no write lock."""
    found = bool(session.scalar(select(exists().where(free(runner)))))
    session.rollback()
    return found


def free(runner: Runner) -> ColumnElement[bool]:
    """Asked for and not begun, or left by somebody who is gone."""
    left = (Bulk.status == "running") & (Bulk.lease_until < runner.clock())
    return or_(Bulk.status == "queued", left)


def claim(session: Session, runner: Runner) -> int | None:
    """Takes the one that was asked for first."""
    first = (
        select(Bulk.id).where(free(runner)).order_by(Bulk.id).limit(1)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    return session.execute(
        update(Bulk)
        .where(Bulk.id == first.scalar_subquery(), free(runner))
        .values(status="running", owner=runner.owner, lease_until=runner.clock() + LEASE)
        .returning(Bulk.id)
        .execution_options(synchronize_session=False)
    ).scalar()


def run(session: Session, runner: Runner, bulk_id: int) -> int:
    """Every chat in turn; then it is done."""
    count = 0
    while (line_id := write(session, lambda s: next_line(s, runner, bulk_id))) is not None:
        runner.beat()
        carry_out(session, runner, line_id)
        count += 1
    return count


def next_line(session: Session, runner: Runner, bulk_id: int) -> int | None:
    """The next chat that had no turn, with the lease prolonged; None: done, or taken over."""
    mine = (Bulk.id == bulk_id) & (Bulk.owner == runner.owner) & (Bulk.status == "running")
    line_id = session.scalar(
        select(BulkLine.id)
        .where(BulkLine.bulk_id == bulk_id, BulkLine.outcome == "")
        .order_by(BulkLine.id)
        .limit(1)
    )
    values: dict[str, Any] = {"lease_until": runner.clock() + LEASE}
    if line_id is None:
        values = {"status": "done", "finished_at": runner.now, "owner": None, "lease_until": None}
    kept = session.execute(
        update(Bulk).where(mine).values(values).execution_options(synchronize_session=False)
    )
    return line_id if kept.rowcount else None  # type: ignore[attr-defined]


def carry_out(session: Session, runner: Runner, line_id: int) -> None:
    """Changes one chat and says so in one transaction; a refusal is what is said instead."""
    try:
        write(session, lambda s: change(s, runner, line_id))
    except Refused as refusal:
        text = refusal.text
        write(session, lambda s: settle(s, line_id, "refused", text))
    except Exception:  # one chat that cannot be changed must not stop the others
        log.exception("bulk-line-failed", line=line_id)
        session.rollback()
        write(session, lambda s: settle(s, line_id, "refused", FAILED))


def change(session: Session, runner: Runner, line_id: int) -> None:
    """Does to the chat what was asked for, unless that was done already."""
    if not settle(session, line_id, "done", ""):
        return
    line = session.get_one(BulkLine, line_id, populate_existing=True)
    bulk = session.get_one(Bulk, line.bulk_id)
    chat = lock_chat(session, line.chat.uid)  # what is looked at below stays so
    if chat.version != line.version:
        raise Refused(CHANGED, status=409)
    actor = Actor("coordinator", bulk.user_id)
    if bulk.action == "cancel":
        if not may_change(chat, runner.now):
            raise Refused(too_late(chat), status=409)
        booking.cancel(session, chat.uid, actor, runner.now, bulk.reason)
    elif bulk.taker_id is not None:
        booking.hand_over(session, chat.uid, bulk.taker_id, actor, runner.now, bulk.reason)
    elif bulk.action == "move":
        start = chat.starts_at + timedelta(minutes=bulk.shift_minutes)
        booking.move(session, chat.uid, start, actor, runner.now, bulk.reason)
    else:
        remind(session, chat, runner.now)


def settle(session: Session, line_id: int, outcome: str, text: str) -> bool:
    """Writes what became of a chat; False when that was written before."""
    written = session.execute(
        update(BulkLine)
        .where(BulkLine.id == line_id, BulkLine.outcome == "")
        .values(outcome=outcome, text=text)
        .execution_options(synchronize_session=False)
    )
    return bool(written.rowcount)  # type: ignore[attr-defined]


def remind(session: Session, chat: Chat, now: datetime) -> None:
    """A reminder to both, now; asked for twice, the same one is sent again."""
    if not may_change(chat, now):
        raise Refused(too_late(chat), status=409)
    kind = Kind.EXTRA_REMINDER
    sent = session.scalars(
        select(Notice).where(
            Notice.chat_id == chat.id, Notice.version == chat.version, Notice.kind == kind.value
        )
    ).all()
    for notice in sent:
        if notice.state != "waiting":
            send_again(session, notice.id, now)
    if not sent:
        dues = [Due(kind, to, now, chat.starts_at) for to in times_of(session, chat).parties]
        queue(session, chat.uid, chat.version, dues, now, chat_id=chat.id)
