"""Calendars to subscribe to, each under an address with a secret of its own.

An ambassador's chats, a coordinator's view of everybody's, and when an ambassador is busy.
"""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ambassadors.core import invites, tokens
from ambassadors.core.chats import Status
from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import merge, minute_of, moment_of
from ambassadors.mail.entries import entry
from ambassadors.mail.facts import ChatFacts, Person, Service
from ambassadors.models import Ambassador, Chat, User
from ambassadors.models.engine import PackedBy, data_version
from ambassadors.services import accounts
from ambassadors.services.diary import load_diary
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.programme import vocabulary
from ambassadors.services.shelf import Written, take

REFRESH = timedelta(minutes=30)
KEPT = timedelta(days=90)
BUSY_FOR = timedelta(days=60)
SHOWN = [status.value for status in (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)]
EVERYTHING, BUSY = "everything", "busy"  # purposes of signed addresses


def read_feed(session: Session, secret: str, service: Service, now: datetime) -> Written:
    """An ambassador's chats; refused (404) when the address is none, or was renewed."""
    secret = secret if secret.isascii() and secret.isprintable() else ""  # none of ours otherwise
    row = session.scalar(select(Ambassador).where(Ambassador.feed_secret == secret))
    if row is None or not row.user.active:
        raise no_feed()
    shown = (Chat.ambassador_id == row.id, *of(now))

    def write() -> bytes:
        known = vocabulary(session)
        chats = chats_of(session, shown)
        entries = [entry(facts(chat, known, service), "ambassador", service) for chat in chats]
        return invites.feed(said("Chats of {name}", name=row.name), entries, REFRESH)

    return take(session, f"chats {row.id}", state_of(session, shown, service, now), now, write)


def read_everything(
    session: Session, secret_key: str, token: str, service: Service, now: datetime
) -> Written:
    """Everybody's chats, for a coordinator; refused (404) likewise."""
    find_user(session, secret_key, EVERYTHING, token)
    shown = of(now)

    def write() -> bytes:
        known = vocabulary(session)
        entries = [overview(chat, known, service) for chat in chats_of(session, shown)]
        return invites.feed(said("All chats"), entries, REFRESH)

    return take(session, EVERYTHING, state_of(session, shown, service, now), now, write)


def read_busy(
    session: Session, secret_key: str, token: str, service: Service, now: datetime
) -> Written:
    """When an ambassador is busy: live chats with their buffers, and their calendars outside.

    From today (UTC) on. Hours in which they offer no slots are not busy: they belong to chats.
    """
    user = find_user(session, secret_key, BUSY, token)
    if user.ambassador is None:
        raise no_feed()
    start = midnight(now)
    end = start + BUSY_FOR
    diary = load_diary(session, user.ambassador.id, start, end, now)
    first, last = minute_of(start), minute_of(end)
    near = [one for one in (*diary.taken, *diary.busy) if one.end > first and one.start < last]
    cut = merge((max(one.start, first), min(one.end, last)) for one in near)
    busy = invites.Busy(
        uid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{service.base_url}/busy/{user.id}")),
        name=user.name,
        organizer=service.address,
        stamp=start,
        start=start,
        end=end,
        spans=tuple((moment_of(one.start), moment_of(one.end)) for one in cut),
    )
    return take(
        session, f"busy {user.id}", repr(busy), now, lambda: invites.free_busy(busy, REFRESH)
    )


def address_of(user: User, purpose: str, secret_key: str) -> str:
    """The path of a signed feed, as it stands at present."""
    token = tokens.feed_token(secret_key, purpose, user.id, user.feed_nonce)
    return f"/feeds/all/{token}.ics" if purpose == EVERYTHING else f"/feeds/busy/{token}.ics"


def renew_address(session: Session, user_id: int) -> None:
    """Another signed address; the present one is gone at once."""
    user = session.scalars(select(User).where(User.id == user_id).with_for_update()).one()
    user.feed_nonce = accounts.new_key()
    session.flush()


def find_user(session: Session, secret_key: str, purpose: str, token: str) -> User:
    """Whose signed address it is: only coordinators see everything, only the active anything."""
    user_id = tokens.read_user_id(token) or 0
    user = session.get(User, user_id) if user_id < 2**31 else None
    role = "coordinator" if purpose == EVERYTHING else "ambassador"
    if user is None or not user.active or user.role != role:
        raise no_feed()
    expected = tokens.feed_token(secret_key, purpose, user.id, user.feed_nonce)
    if not tokens.same(expected, token):
        raise no_feed()
    return user


def no_feed() -> Refused:
    return Refused(said("There is no such feed. Its address may have been renewed."), status=404)


def midnight(now: datetime) -> datetime:
    """The beginning of the day in UTC: what is written stays the same for the day."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def of(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which chats stand in a feed: booked ones, those of the last three months too."""
    return (Chat.status.in_(SHOWN), Chat.starts_at >= midnight(now) - KEPT)


def state_of(
    session: Session, shown: tuple[ColumnElement[bool], ...], service: Service, now: datetime
) -> str:
    """A text that is another one whenever the calendar may be: one query beside the version's.

    It holds every chat's own version, not the last moment of a change: clocks of two machines
    may disagree, and a chat may leave as another comes.
    """
    versions = session.scalar(select(PackedBy(Chat.id, Chat.version)).where(*shown)) or {}
    version = data_version(session.connection())
    return repr((version, midnight(now).isoformat(), service, sorted(versions.items())))


def chats_of(session: Session, shown: tuple[ColumnElement[bool], ...]) -> list[Chat]:
    """The chats of a feed, by their start."""
    return list(session.scalars(joined_chats().where(*shown).order_by(Chat.starts_at, Chat.id)))


def overview(chat: Chat, known: Vocabulary, service: Service) -> invites.Invite:
    """A chat as a coordinator's calendar shows it: both people, and its page at the desk."""
    page = f"{service.base_url}/coordinator/chats/{chat.uid}"
    shown = entry(replace(facts(chat, known, service), staff_url=page), "ambassador", service)
    return replace(
        shown,
        summary=said(
            "{prospect} with {ambassador}",
            prospect=chat.prospect_name,
            ambassador=chat.ambassador.name,
        ),
    )


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
