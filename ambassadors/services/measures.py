"""Figures of how the service stands, read from the database: the same whichever process is asked.

Every query is a count along an index of few rows; what grows without end is counted for a day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ambassadors.models import Chat, Heartbeat, Notice, PrivacyAct, WebhookDelivery
from ambassadors.services.oversight.calendars import stale

DAY = timedelta(days=1)
OVERDUE = timedelta(minutes=2)


@dataclass(frozen=True)
class Measure:
    """One figure: `values` are (labels, number), the labels in the order of `labels`."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    values: tuple[tuple[tuple[str, ...], float], ...] = field(default=())


def measure(session: Session, now: datetime) -> Iterator[Measure]:
    """All figures as they are now."""
    for read in READERS:
        yield read(session, now)


def one(name: str, text: str, number: float) -> Measure:
    """A figure without labels."""
    return Measure(name, text, (), (((), number),))


def count(session: Session, which: type, *conditions: ColumnElement[bool]) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(which).where(*conditions)) or 0


def heartbeat(session: Session, now: datetime) -> Measure:
    """How long ago a scheduler last ticked; -1 when none ever has."""
    last = session.scalar(select(func.max(Heartbeat.beat_at)))
    age = (now - last).total_seconds() if last else -1.0
    return one("ambassadors_heartbeat_age_seconds", "Since a scheduler last ticked.", age)


def schedulers(session: Session, now: datetime) -> Measure:
    """How many ticked within the last minute."""
    alive = count(session, Heartbeat, Heartbeat.beat_at > now - timedelta(minutes=1))
    return one("ambassadors_schedulers", "Schedulers that ticked within a minute.", alive)


def notices_due(session: Session, now: datetime) -> Measure:
    """Mails that wait though their moment has come."""
    due = (Notice.state == "waiting", Notice.due_at <= now)
    text = "Mails that are due and not sent."
    return one("ambassadors_notices_due", text, count(session, Notice, *due))


def notices_overdue(session: Session, now: datetime) -> Measure:
    """Those that are due for two minutes."""
    overdue = (Notice.state == "waiting", Notice.due_at <= now - OVERDUE)
    text = "Mails that are due for two minutes or more."
    return one("ambassadors_notices_overdue", text, count(session, Notice, *overdue))


def notices_of_day(session: Session, now: datetime) -> Measure:
    """What became of the mails that were due within a day."""
    rows = session.execute(
        select(Notice.state, func.count())
        .where(Notice.due_at.between(now - DAY, now))
        .group_by(Notice.state)
    )
    values = tuple(((state,), float(number)) for state, number in rows)
    return Measure("ambassadors_notices_day", "Mails due within a day.", ("state",), values)


def chats_of_day(session: Session, now: datetime) -> Measure:
    """What became of the chats that were asked for within a day."""
    rows = session.execute(
        select(Chat.status, func.count()).where(Chat.created_at > now - DAY).group_by(Chat.status)
    )
    values = tuple(((status,), float(number)) for status, number in rows)
    return Measure("ambassadors_chats_day", "Chats asked for within a day.", ("status",), values)


def holds(session: Session, now: datetime) -> Measure:
    """Times that are held now."""
    return one("ambassadors_holds", "Times held now.", count(session, Chat, Chat.status == "held"))


def chats_ahead(session: Session, now: datetime) -> Measure:
    """Booked chats to come."""
    ahead = (Chat.status == "confirmed", Chat.starts_at > now)
    return one("ambassadors_chats_ahead", "Booked chats to come.", count(session, Chat, *ahead))


def calendars_stale(session: Session, now: datetime) -> Measure:
    """Calendars of ambassadors that were not read for a day."""
    text = "Calendars not read for a day."
    return one("ambassadors_calendars_stale", text, len(stale(session, now)))


def webhooks_of_day(session: Session, now: datetime) -> Measure:
    """What other systems were told within a day."""
    rows = session.execute(
        select(WebhookDelivery.state, func.count())
        .where(WebhookDelivery.created_at > now - DAY)
        .group_by(WebhookDelivery.state)
    )
    values = tuple(((state,), float(number)) for state, number in rows)
    text = "Deliveries to other systems within a day."
    return Measure("ambassadors_webhook_deliveries_day", text, ("state",), values)


def erasures(session: Session, now: datetime) -> Measure:
    """Erasures that were asked for and are not done."""
    under_way = count(session, PrivacyAct, PrivacyAct.done_at.is_(None))
    return one("ambassadors_erasures_open", "Erasures asked for and not done.", under_way)


READERS: tuple[Callable[[Session, datetime], Measure], ...] = (
    heartbeat,
    schedulers,
    notices_due,
    notices_overdue,
    notices_of_day,
    chats_of_day,
    holds,
    chats_ahead,
    calendars_stale,
    webhooks_of_day,
    erasures,
)
