"""Delivery: claim a few due notices with a lease, write each as the chat is now, send, mark.

At least once: a notice is marked sent only after the server accepted it, and only by whoever
claimed it, so a crash can double a mail (with the same Message-ID) but never lose one. Any number
of schedulers may do this side by side (docs/decisions/notices-are-rows.md).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy import ColumnElement, Table, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.notices import retry_at
from ambassadors.core.said import said
from ambassadors.mail.compose import Mail
from ambassadors.mail.masking import masked_words
from ambassadors.mail.transports import PermanentFault, TransientFault, open_transport
from ambassadors.models import Notice
from ambassadors.models.notices import IS_WAITING
from ambassadors.services.drafts import Batch, Draft, Writer
from ambassadors.services.ledger import Try, note
from ambassadors.services.letters import Post
from ambassadors.services.writing import write

LEASE = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(seconds=60)  # between machines, at most
BATCH = 20
TOO_LATE = said("The chat had begun before it could be sent.")
SLOWEST = 35.0  # seconds that one mail may take; a batch stops while its lease has this much left

# Only whoever holds the claim says what came of it. Written for every mail, so put together once.
_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_SETTLE = _NOTICES.update().where(
    _NOTICES.c.id == bindparam("notice"), _NOTICES.c.owner == bindparam("claimant")
)

log = structlog.get_logger("delivery")


class Transport(Protocol):
    """What carries a mail away; the words it returns are the server's."""

    def send(self, message: bytes, sender: str, recipient: str) -> str: ...


@dataclass
class Counts:
    """What one pass did, by outcome."""

    sent: int = 0
    void: int = 0
    later: int = 0
    failed: int = 0


@dataclass
class Courier:
    """One pass over what is due: who claims, by which clock, and where mail goes.

    `now` is when it is for the notices; `clock` (the real one) is for leases. `beat` is called
    between mails, so that a long pass does not look like a silent scheduler.
    """

    owner: str
    now: datetime
    post: Post
    mail_url: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    beat: Callable[[], None] = lambda: None
    opening: Callable[[str], AbstractContextManager[Transport]] = open_transport
    counts: Counts = field(default_factory=Counts)


def send_due(session: Session, courier: Courier) -> Counts:
    """Sends everything due, batch by batch; stops early when the mail server is out of reach."""
    with ExitStack() as stack:
        transport: Transport | None = None
        while any_due(session, courier):
            ids = write(session, lambda s: claim(s, courier))
            if not ids:  # another scheduler was quicker
                break
            transport = transport or stack.enter_context(courier.opening(courier.mail_url))
            if not send_batch(session, courier, transport, ids):
                break
    return courier.counts


def any_due(session: Session, courier: Courier) -> bool:
    """Whether there is anything to claim; looking takes no write lock."""
    found = bool(session.scalar(select(exists().where(*claimable(courier)))))
    session.rollback()
    return found


def claimable(courier: Courier) -> Iterator[ColumnElement[bool]]:
    """Waiting, due, and in nobody's hands.

    A claim that lasts longer than any can was made by a wrong clock, and counts for nothing.
    """
    clock = courier.clock()
    yield IS_WAITING
    yield Notice.due_at <= courier.now
    yield or_(
        Notice.lease_until.is_(None),
        Notice.lease_until < clock,
        Notice.lease_until > clock + LEASE + CLOCKS_DIFFER,
    )


def claim(session: Session, courier: Courier, limit: int = BATCH) -> list[int]:
    """Takes up to `limit` due notices that nobody else has, longest due first."""
    due = (
        select(Notice.id)
        .where(*claimable(courier))
        .order_by(Notice.due_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(Notice)
        .where(Notice.id.in_(due.scalar_subquery()))
        .values(
            owner=courier.owner, lease_until=courier.clock() + LEASE, attempts=Notice.attempts + 1
        )
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(claimed.scalars())


def send_batch(session: Session, courier: Courier, transport: Transport, ids: list[int]) -> bool:
    """Sends claimed notices one by one; False when the server is out of reach for now."""
    until = time.monotonic() + LEASE.total_seconds() - SLOWEST
    reachable, batch = True, Batch(writer(session, courier), ids)
    for done, notice_id in enumerate(ids):
        courier.beat()
        if not reachable or time.monotonic() > until:
            give_back(session, courier, ids[done:])
            break
        draft = batch.take(notice_id) or prepare(session, courier, notice_id)
        look = partial(batch.look_ahead, following=ids[done + 1 : done + 2])
        reachable = draft is None or deliver(session, courier, transport, notice_id, draft, look)
    return reachable


def writer(session: Session, courier: Courier) -> Writer:
    """Writes mails for a courier."""
    return Writer(session, courier.owner, courier.post, courier.now)


def give_back(session: Session, courier: Courier, ids: list[int]) -> None:
    """Ends the claim on notices that were not tried."""
    unclaim = (
        update(Notice)
        .where(Notice.id.in_(ids), Notice.owner == courier.owner, Notice.state == "waiting")
        .values(owner=None, lease_until=None, attempts=Notice.attempts - 1)
        .execution_options(synchronize_session=False)
    )
    write(session, lambda s: s.execute(unclaim))


def deliver(
    session: Session, courier: Courier, transport: Transport, notice_id: int, draft: Draft,
    look: Callable[[Session], None],
) -> bool:  # fmt: skip
    """Sends one mail and marks what came of it; False when the server is out of reach.

    No transaction is open while the mail is on its way. `look` is called in the one that marks it
    as sent.
    """
    mail = draft.mail
    try:
        words = transport.send(draft.message, draft.from_address, mail.to.address)
    except TransientFault as fault:
        words, unreachable = masked_words(str(fault)), fault.unreachable
        write(session, lambda s: postpone(s, courier, notice_id, mail, words))
        return not unreachable
    except PermanentFault as fault:
        words = masked_words(str(fault))
        write(session, lambda s: give_up(s, courier, notice_id, mail, words))
        return True

    def mark(session: Session) -> None:
        mark_sent(session, courier, notice_id, draft, words)
        look(session)

    write(session, mark)
    return True


def prepare(session: Session, courier: Courier, notice_id: int) -> Draft | None:
    """The mail of a notice as things stand now; None when it was overtaken, is too late or cannot
    be written, which is marked.
    """
    by, missed = writer(session, courier), False
    try:
        notice = session.get(Notice, notice_id, populate_existing=True)
        if notice is None or not by.holds(notice):
            return None
        draft = by.draft(notice)
        if draft is not None:
            return draft
        missed = by.missed(notice)
    except Exception as fault:  # one mail that cannot be written must not stop the others
        log.exception("notice-unwritable", notice=notice_id)
        session.rollback()
        words = said("It could not be written: {fault}.", fault=type(fault).__name__)
        write(session, lambda s: postpone(s, courier, notice_id, None, words))
        return None
    finally:
        session.rollback()
    if missed:
        write(session, lambda s: give_up(s, courier, notice_id, None, TOO_LATE))
    else:
        write(session, lambda s: void(s, courier, notice_id))
    return None


def settle(
    session: Session, courier: Courier, notice_id: int, mail: Mail | None, **values: object
) -> bool:
    """Writes what came of a claimed notice and ends the claim; whether it was still ours."""
    if mail is not None:
        values |= {"headline": mail.subject[:200], "sent_to": mail.to.address}
    claim = {"notice": notice_id, "claimant": courier.owner}
    done = session.connection().execute(
        _SETTLE, claim | {"owner": None, "lease_until": None} | values
    )
    return bool(done.rowcount)


def tell(
    session: Session, courier: Courier, notice_id: int, outcome: str, mail: Mail | None,
    words: str, copy: bytes | None = None, **values: object,
) -> None:  # fmt: skip
    """Settles a notice and notes the try, without who and what when the claim was lost meanwhile:
    whom the mail was for may have been erased.
    """
    ours = settle(session, courier, notice_id, mail, answer=words[:1000], **values)
    address = mail.to.address if mail and ours else ""
    kept = (words, copy) if ours else ("", None)
    note(session, Try(notice_id, courier.now, outcome, address, *kept))


def mark_sent(session: Session, courier: Courier, notice_id: int, draft: Draft, words: str) -> None:
    """The server has accepted it: sent, even if it was overtaken in that very moment."""
    values = {"state": "sent", "sent_at": courier.now}
    tell(session, courier, notice_id, "sent", draft.mail, words, draft.copy, **values)
    courier.counts.sent += 1


def void(session: Session, courier: Courier, notice_id: int) -> None:
    """Nobody needs it any more."""
    settle(
        session,
        courier,
        notice_id,
        None,
        state="void",
        answer=said("Overtaken before it was sent."),
    )
    courier.counts.void += 1


def give_up(
    session: Session, courier: Courier, notice_id: int, mail: Mail | None, words: str
) -> None:
    """The server refused it for good, or it was tried often enough: a coordinator sees it."""
    tell(session, courier, notice_id, "failed", mail, words, state="failed")
    courier.counts.failed += 1


def postpone(
    session: Session, courier: Courier, notice_id: int, mail: Mail | None, words: str
) -> None:
    """Tries again later, or gives up when that would be too late."""
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    again = retry_at(notice.attempts, courier.now, notice.not_after)
    if again is None:
        give_up(session, courier, notice_id, mail, words)
        return
    tell(session, courier, notice_id, "later", mail, words, due_at=again)
    courier.counts.later += 1
