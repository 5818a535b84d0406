"""All chats with filters, search and paging; one chat with everything that happened to it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.zones import zone
from ambassadors.models import Ambassador, Chat, ChatChange, Notice, Prospect, User, WaitingRequest
from ambassadors.models.chats import HANDED
from ambassadors.services.booking import find_chat
from ambassadors.services.oversight.searching import chats_with
from ambassadors.services.paging import PAGE_SIZE, Page, last_page

T = TypeVar("T")


LONGEST = timedelta(days=1)  # no chat lasts so long: what begins earlier is over


@dataclass(frozen=True)
class ChatFilter:
    """Which chats: what is empty does not narrow. Dates are whole days in `zone`, both included.

    `when`: "upcoming" (not over), "past" or "" for all. `prospect_zone`: where prospects are.
    `source`: how they came to be (see `SOURCES`); a match counts with whichever way it was booked.
    Search looks at names, addresses, questions, reasons and UIDs.
    """

    status: str = ""
    ambassador_id: int | None = None
    when: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"
    search: str = ""
    interest: str = ""
    prospect_zone: str = ""
    source: str = ""


# How a chat came to be, and came to be with whom it is.
SOURCES = {
    "web": said("Booked on our pages"),
    "api": said("Booked by the API"),
    "match": said("After a coordinator’s match"),
    "handed-over": said("Handed over to another ambassador"),
}
_MATCHED = (
    select(Chat.id)
    .join(
        WaitingRequest,
        (WaitingRequest.prospect_id == Chat.prospect_id)
        & (WaitingRequest.ambassador_id == Chat.ambassador_id)
        & (WaitingRequest.changed_at <= Chat.created_at),
    )
    .where(WaitingRequest.state == "matched")
)
_HANDED = select(ChatChange.chat_id).where(HANDED)


def find_chats(session: Session, wanted: ChatFilter, now: datetime, number: int = 1) -> Page[Chat]:
    """The chats that a filter means: those to come the next one first, others the latest first."""
    order = in_order(wanted)
    ids = narrow(session, select(Chat.id), wanted, now).order_by(*order)
    total = count_chats(session, wanted, now)
    number = min(max(1, number), last_page(total, PAGE_SIZE))
    shown = ids.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    # The page is cut out of narrow rows first: what is skipped is not joined with anything.
    rows = joined_chats().where(Chat.id.in_(shown)).order_by(*order)
    return Page(tuple(session.scalars(rows).unique()), total, number)


def count_chats(session: Session, wanted: ChatFilter, now: datetime) -> int:
    """How many chats a filter means."""
    counted = narrow(session, select(func.count()).select_from(Chat), wanted, now)
    return session.scalar(counted) or 0


def prospect_zones(session: Session) -> list[str]:
    """Where prospects are."""
    rows = select(Prospect.time_zone).distinct().order_by(Prospect.time_zone)
    return list(session.scalars(rows))


def in_order(wanted: ChatFilter) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Those to come: the next one first; others the latest."""
    if wanted.when == "upcoming":
        return Chat.starts_at.asc(), Chat.id.asc()
    return Chat.starts_at.desc(), Chat.id.desc()


def joined_chats() -> Select[Chat]:
    """Chats with their ambassador and prospect, in one query."""
    return (
        select(Chat)
        .join(Chat.ambassador)
        .join(Ambassador.user)
        .join(Chat.prospect)
        .options(
            contains_eager(Chat.ambassador).contains_eager(Ambassador.user),
            contains_eager(Chat.prospect),
        )
    )


def narrow(session: Session, rows: Select[T], wanted: ChatFilter, now: datetime) -> Select[T]:
    """Adds what a filter asks for to a query of chats."""
    if wanted.status:
        rows = rows.where(Chat.status == wanted.status)
    if wanted.ambassador_id is not None:
        rows = rows.where(Chat.ambassador_id == wanted.ambassador_id)
    if wanted.when == "upcoming":
        rows = rows.where(Chat.ends_at > now, Chat.starts_at > now - LONGEST)
    elif wanted.when == "past":
        rows = rows.where(Chat.ends_at <= now, Chat.starts_at < now)
    if wanted.first is not None:
        rows = rows.where(Chat.starts_at >= midnight(wanted.first, wanted.zone))
    if wanted.last is not None:
        rows = rows.where(Chat.starts_at < midnight(wanted.last, wanted.zone, 1))
    if wanted.prospect_zone:
        rows = rows.where(Chat.prospect_zone == wanted.prospect_zone)
    if wanted.source == "match":
        rows = rows.where(Chat.id.in_(_MATCHED))
    elif wanted.source == "handed-over":
        rows = rows.where(Chat.id.in_(_HANDED))
    elif wanted.source:
        rows = rows.where(Chat.source == wanted.source)
    if wanted.search or wanted.interest:
        rows = rows.where(chats_with(session, wanted.search, wanted.interest))
    return rows


def midnight(day: date, zone_name: str, days_later: int = 0) -> datetime:
    """When a day, or one some days later, begins in a zone. Refused beyond these centuries."""
    if not 1970 <= day.year <= 2200:
        raise Refused(said("That date is too far away."), field="first")
    return datetime.combine(day + timedelta(days=days_later), time(), zone(zone_name))


@dataclass(frozen=True)
class Story:
    """A chat, every change of it in order, its mails in order, and who the staff in it are."""

    chat: Chat
    changes: tuple[ChatChange, ...]
    notices: tuple[Notice, ...]
    ambassador_names: dict[int, str]
    user_names: dict[int, str]


def tell_story(session: Session, uid: str) -> Story:
    """The whole history of a chat; refused (404) when there is none."""
    chat = find_chat(session, uid)
    changes = session.scalars(
        select(ChatChange).where(ChatChange.chat_id == chat.id).order_by(ChatChange.version)
    ).all()
    notices = session.scalars(
        select(Notice).where(Notice.chat_id == chat.id).order_by(Notice.due_at, Notice.id)
    ).all()
    users = {change.user_id for change in changes if change.user_id is not None}
    ids = {row for change in changes for row in ambassadors_in(change)} | {chat.ambassador_id}
    ids |= {int(n.recipient.partition(":")[2]) for n in notices if n.recipient[:10] == "ambassador"}
    return Story(
        chat,
        tuple(changes),
        tuple(notices),
        names_of_ambassadors(session, ids),
        names_of_users(session, users),
    )


def ambassadors_in(change: ChatChange) -> list[int]:
    """The ambassadors that a change names."""
    named = (part.get("ambassador_id") for part in (change.before, change.after))
    return [one for one in named if isinstance(one, int)]


def names_of_ambassadors(session: Session, ids: set[int]) -> dict[int, str]:
    """Names by the ambassadors' ids."""
    rows = session.execute(
        select(Ambassador.id, User.name)
        .join(User, User.id == Ambassador.user_id)
        .where(Ambassador.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def names_of_users(session: Session, ids: set[int]) -> dict[int, str]:
    """Names by the accounts' ids."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}
