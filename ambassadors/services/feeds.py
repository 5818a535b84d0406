"""An ambassador's chats as a calendar to subscribe to, under an address with a secret."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ambassadors.core import invites
from ambassadors.core.chats import Status
from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.mail.entries import entry
from ambassadors.mail.facts import ChatFacts, Person, Service
from ambassadors.models import Ambassador, Chat
from ambassadors.models.engine import data_version
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.programme import vocabulary

REFRESH = timedelta(minutes=30)
KEPT = timedelta(days=90)
SHOWN = [status.value for status in (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)]


@dataclass(frozen=True)
class Feed:
    """Whose feed it is, and a mark that changes whenever its content may have changed."""

    ambassador: Ambassador
    since: datetime
    mark: str


def find_feed(session: Session, secret: str, now: datetime) -> Feed:
    """The feed at a secret address; refused (404) when the address is none, or was renewed."""
    secret = secret if secret.isascii() and secret.isprintable() else ""  # none of ours otherwise
    row = session.scalar(select(Ambassador).where(Ambassador.feed_secret == secret))
    if row is None or not row.user.active:
        raise Refused("There is no such feed. Its address may have been renewed.", status=404)
    since = datetime.combine(now.date(), time(), now.tzinfo) - KEPT
    changed = session.execute(
        select(func.count(), func.max(Chat.changed_at)).where(*of(row, since))
    ).one()
    state = (row.id, since.isoformat(), data_version(session.connection()), *map(str, changed))
    return Feed(row, since, hashlib.sha256(repr(state).encode()).hexdigest()[:32])


def of(ambassador: Ambassador, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which chats stand in a feed: booked ones, those of the last three months too."""
    return (
        Chat.ambassador_id == ambassador.id,
        Chat.status.in_(SHOWN),
        Chat.starts_at >= since,
    )


def write_feed(session: Session, feed: Feed, service: Service) -> bytes:
    """The whole calendar; the same bytes as long as nothing changes."""
    rows = joined_chats().where(*of(feed.ambassador, feed.since))
    chats = session.scalars(rows.order_by(Chat.starts_at, Chat.id))
    known = vocabulary(session)
    entries = [entry(facts(chat, known, service), "ambassador", service) for chat in chats]
    return invites.feed(f"Chats of {feed.ambassador.name}", entries, REFRESH)


def facts(chat: Chat, known: Vocabulary, service: Service) -> ChatFacts:
    """A chat as its ambassador's calendar shows it; nothing that only the prospect may see."""
    ambassador = chat.ambassador
    return ChatFacts(
        uid=chat.uid,
        sequence=chat.sequence,
        status=Status.CONFIRMED.value,
        start=chat.starts_at,
        end=chat.ends_at,
        prospect=Person(chat.prospect_name, "", chat.prospect_zone),
        ambassador=Person(ambassador.name, ambassador.user.email, ambassador.time_zone),
        question=chat.question,
        place=chat.place,
        interests=tuple(known.item(key).label for key in chat.interests if known.knows(key)),
        manage_url="",
        staff_url=f"{service.base_url}/ambassador/chats/{chat.uid}",
        feedback_url="",
        ask_url="",
        reason="",
        changed_by="service",
        previous_start=None,
        previous_ambassador=None,
        hold_expires_at=None,
        code=None,
        stamp=chat.changed_at,
    )
