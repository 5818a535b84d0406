"""Webhooks: addresses entered, secrets made and exchanged, turned on and off, tried again."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.models import Webhook, WebhookDelivery
from ambassadors.remote.guard import Guard, Unreachable, read_place
from ambassadors.services.calendars.sealing import Sealer
from ambassadors.services.integrations import events

OVERLAP = timedelta(days=1)  # both secrets sign, after a new one was made
MOST = 20  # addresses; each costs a row for every event
SHOWN = 30  # deliveries on the page of one
BEGINS = "whsec_"
NOBODY = said("There is no such webhook.")


@dataclass(frozen=True)
class NewHook:
    """What somebody typed."""

    name: str
    address: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A webhook in the list: when it was last told of something, and how much waits or failed."""

    hook: Webhook
    last_sent: datetime | None
    waiting: int
    failed: int


def sealer_of(secret: str) -> Sealer:
    """What encrypts the secrets."""
    return Sealer(secret, "webhooks")


def new_secret() -> str:
    """A secret as receivers' libraries take it (Standard Webhooks)."""
    return BEGINS + base64.b64encode(secrets.token_bytes(32)).decode()


def make(
    session: Session, new: NewHook, guard: Guard, secret: str, user_id: int, now: datetime
) -> tuple[Webhook, str]:
    """A webhook, and the secret that signs, which is told this once. Refused (422) for an address
    that may not be asked, (409) for one more than there may be.
    """
    name = one_line(new.name, 80)
    if not name:
        raise Refused(said("Name the system that is told."), field="name")
    if not new.events or not set(new.events) <= set(events.NAMES):
        raise Refused(said("Choose what it is told of."), field="events")
    address = check_address(new.address, guard)
    if (session.scalar(select(func.count(Webhook.id))) or 0) >= MOST:
        raise Refused(said("There are as many webhooks as there may be."), status=409)
    text = new_secret()
    row = Webhook(
        name=name,
        address=address,
        events=[one for one in events.NAMES if one in new.events],
        sealed=sealer_of(secret).seal({"secret": text}),
        user_id=user_id,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row, text


def check_address(address: str, guard: Guard) -> str:
    """An address as it may be asked; what it leads to is looked at each time it is told."""
    if len(address) > 500 or "://" not in address or address.strip().startswith("webcal"):
        raise Refused(said("Write the whole address, beginning with https://."), field="address")
    try:
        return read_place(address, guard).url
    except Unreachable as fault:
        text = said("That address is not told: it must begin with https://, without a port.")
        raise Refused(text, field="address") from fault


def find(session: Session, webhook_id: int) -> Webhook:
    """One; Refused (404) when there is none."""
    row = session.get(Webhook, webhook_id, populate_existing=True)
    if row is None:
        raise Refused(NOBODY, status=404)
    return row


def lock(session: Session, webhook_id: int) -> Webhook:
    """One, for a change."""
    row = session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused(NOBODY, status=404)
    return row


def list_all(session: Session) -> Sequence[Standing]:
    """All of them, and how they stand: one query."""
    state = WebhookDelivery.state
    rows = session.execute(
        select(
            Webhook,
            func.max(WebhookDelivery.sent_at),
            func.count(WebhookDelivery.id).filter(state == "waiting"),
            func.count(WebhookDelivery.id).filter(state == "failed"),
        )
        .outerjoin(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id)
        .group_by(Webhook.id)
        .order_by(Webhook.id)
    )
    return [Standing(*row) for row in rows]


def deliveries(session: Session, webhook_id: int) -> Sequence[WebhookDelivery]:
    """What it was told last, the latest first."""
    return session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(SHOWN)
    ).all()


def renew_secret(session: Session, webhook_id: int, secret: str, now: datetime) -> str:
    """Another secret, told this once; for a day the one before signs as well."""
    row = lock(session, webhook_id)
    before, text = secrets_of(row, secret, now), new_secret()
    values = {"secret": text} | ({"old": before[0]} if before else {})
    row.sealed, row.old_until = sealer_of(secret).seal(values), now + OVERLAP
    row.changed_at = now
    session.flush()
    return text


def secrets_of(row: Webhook, secret: str, now: datetime) -> list[str]:
    """Those that sign now, the newest first; none when they were sealed under another key."""
    values = sealer_of(secret).open(row.sealed) or {}
    old = [values["old"]] if "old" in values and row.old_until and now < row.old_until else []
    return ([values["secret"]] if "secret" in values else []) + old


def turn(session: Session, webhook_id: int, on: bool, now: datetime) -> Webhook:
    """On: it is told of what waits, and of all from now on. Off: of nothing."""
    row = lock(session, webhook_id)
    row.state, row.words, row.changed_at = ("on" if on else "off"), "", now
    session.flush()
    return row


def remove(session: Session, webhook_id: int) -> Webhook:
    """Forgets a webhook and all that it was told."""
    row = lock(session, webhook_id)
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id))
    session.delete(row)
    session.flush()
    return row


def send_again(session: Session, webhook_id: int, delivery_id: int, now: datetime) -> None:
    """Tells of one event once more, under the same id; Refused (409) while it is on its way."""
    find(session, webhook_id)
    again = update(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id,
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.state.in_(("sent", "failed", "void")),
    )
    values = {"state": "waiting", "due_at": now, "attempts": 0, "owner": None, "lease_until": None}
    if session.execute(again.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(said("That event is on its way already."), status=409)
