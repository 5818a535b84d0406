"""Webhook deliveries: claimed with a lease, sent, marked, like notices (services/delivery.py).

At least once, under one id; those of one chat in their order. Only what waits for servers
elsewhere runs here, so no mail waits for it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, contains_eager

from ambassadors.core.said import said
from ambassadors.models import Webhook, WebhookDelivery
from ambassadors.remote.guard import Guard
from ambassadors.remote.telling import GONE, Told, tell
from ambassadors.services.integrations.webhooks import secrets_of
from ambassadors.services.writing import write

LEASE = timedelta(seconds=90)
BATCH = 5  # each may take ten seconds
KEPT = timedelta(days=90)
MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440)  # pauses: over three days in all
NO_SECRET = said("The key of this service has changed: make a new secret.")
SILENT = said("No answer for three days. Last: {words}")
UNWANTED = said("The receiver says that it wants no more (410).")

Delivery = WebhookDelivery


@dataclass
class Messenger:
    """One pass: who claims, when it is for what is due, by which clock leases count."""

    owner: str
    now: datetime
    secret: str
    guard: Guard
    clock: Callable[[], datetime]
    beat: Callable[[], None] = lambda: None
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: str) -> None:
        """Counts one delivery by what came of it."""
        self.counts[outcome] = self.counts.get(outcome, 0) + 1


def send_due(session: Session, this: Messenger) -> dict[str, int]:
    """Tells all that is due, a few at a time; an address that does not answer waits alone."""
    silent: set[int] = set()
    while True:
        due = session.scalar(select(exists().where(*claimable(this, silent))))
        session.rollback()
        ids = write(session, lambda s: claim(s, this, silent)) if due else []
        if not ids:
            return this.counts
        for number in ids:
            this.beat()
            deliver(session, this, number, silent)


def claimable(this: Messenger, silent: set[int]) -> list[ColumnElement[bool]]:
    """Waiting, due, in nobody's hands, to an address that is on; of one chat the first alone."""
    earlier = aliased(Delivery)
    before = exists().where(
        earlier.webhook_id == Delivery.webhook_id,
        earlier.chat_id == Delivery.chat_id,
        earlier.id < Delivery.id,
        earlier.state == "waiting",
    )
    on = exists().where(Webhook.id == Delivery.webhook_id, Webhook.state == "on")
    return [
        Delivery.state == "waiting",
        Delivery.due_at <= this.now,
        or_(Delivery.lease_until.is_(None), Delivery.lease_until < this.clock()),
        Delivery.webhook_id.not_in(silent),
        on,
        ~before,
    ]


def claim(session: Session, this: Messenger, silent: set[int]) -> list[int]:
    """Takes a few that nobody else has."""
    due = (
        select(Delivery.id)
        .where(*claimable(this, silent))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(due.scalar_subquery()))
        .values(owner=this.owner, lease_until=this.clock() + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(claimed.scalars())


def deliver(session: Session, this: Messenger, number: int, silent: set[int]) -> None:
    """Tells of one event, with no transaction open meanwhile, and marks what came of it."""
    row = session.scalar(
        select(Delivery)
        .join(Delivery.webhook)
        .where(Delivery.id == number, Delivery.owner == this.owner, Delivery.state == "waiting")
        .options(contains_eager(Delivery.webhook))
        .execution_options(populate_existing=True)
    )
    if row is None:
        session.rollback()
        return
    hook, key, body, tries = row.webhook, row.event_id, body_of(row.payload), row.attempts
    address, hook_id, begun = hook.address, hook.id, row.created_at
    signing = secrets_of(hook, this.secret, this.clock())
    session.rollback()
    if hook_id in silent:
        write(session, lambda s: give_back(s, this, number, tries))
        return
    told = Told(None, NO_SECRET)
    if signing:
        told = tell(address, key, body, signing, this.clock(), this.guard)
    if not told.taken:
        silent.add(hook_id)
    write(session, lambda s: settle(s, this, number, hook_id, told, tries, begun))


def body_of(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed: the same on every attempt."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()


def settle(
    session: Session,
    this: Messenger,
    number: int,
    hook_id: int,
    told: Told,
    tries: int,
    begun: datetime,
) -> None:
    """Sent; later; or given up, and the address with it when it has answered nothing since."""
    said_now = {"status": told.status, "answer": told.words, "owner": None, "lease_until": None}
    if told.taken:
        mark(session, this, number, state="sent", sent_at=this.now, **said_now)
        this.count("told")
    elif told.status == GONE:
        mark(session, this, number, state="failed", **said_now)
        turn_off(session, hook_id, UNWANTED, this.now)
        this.count("failed")
    elif tries > len(MINUTES):
        mark(session, this, number, state="failed", **said_now)
        since = exists().where(Delivery.webhook_id == hook_id, Delivery.sent_at > begun)
        if not session.scalar(select(since)):
            turn_off(session, hook_id, said(SILENT.template, words=words_of(told)), this.now)
        this.count("failed")
    else:
        again = this.now + timedelta(minutes=MINUTES[tries - 1])
        mark(session, this, number, due_at=again, **said_now)
        this.count("later")


def give_back(session: Session, this: Messenger, number: int, tries: int) -> None:
    """Ends the claim on a delivery that was not tried."""
    mark(session, this, number, owner=None, lease_until=None, attempts=tries - 1)


def words_of(told: Told) -> str:
    """What the server said, in short."""
    return f"{told.status} {told.words}" if told.status else told.words


def mark(session: Session, this: Messenger, number: int, **values: Any) -> None:
    """Writes what came of a delivery, if it is still ours."""
    mine = and_(Delivery.id == number, Delivery.owner == this.owner, Delivery.state == "waiting")
    session.execute(
        update(Delivery).where(mine).values(**values).execution_options(synchronize_session=False)
    )


def turn_off(session: Session, hook_id: int, words: str, now: datetime) -> None:
    """The address is told of nothing more until somebody turns it on; Today says so."""
    session.execute(
        update(Webhook)
        .where(Webhook.id == hook_id, Webhook.state == "on")
        .values(state="failing", words=words[:300], changed_at=now)
    )


def any_old(session: Session, now: datetime) -> bool:
    """Whether there are deliveries that are kept no longer."""
    return bool(session.scalar(select(exists().where(Delivery.created_at < now - KEPT))))


def forget_old(session: Session, now: datetime) -> None:
    """Deletes what was told long ago."""
    session.execute(delete(Delivery).where(Delivery.created_at < now - KEPT))
