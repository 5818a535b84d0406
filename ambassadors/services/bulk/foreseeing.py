"""What would become of each chosen chat, one after the other, as things stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ambassadors.core.chats import may_change
from ambassadors.core.handing import with_chat, work_more
from ambassadors.core.said import said
from ambassadors.core.slots import Diary, could_take, why_guarded, why_not
from ambassadors.core.spans import Span, minute_of
from ambassadors.models import Chat
from ambassadors.services.booking.changes import too_late
from ambassadors.services.bulk.asking import Asked
from ambassadors.services.diary import load_diaries

TOLD: Mapping[str, str] = {
    "cancel": said("Cancelled; both are told, and it leaves both calendars."),
    "move": said("Moved; both are told, and both calendars show the new time."),
    "hand-over": said(
        "Handed over; all three are told, and the calendar entry stays the same one."
    ),
    "remind": said("Both get a reminder now."),
}
NOT_FREE = said("They are not free at that time.")
THEIRS = said("It is with them already.")


@dataclass(frozen=True)
class Foreseen:
    """One chat and what would become of it: `fits` is whether anything would."""

    chat: Chat
    fits: bool
    text: str
    start: datetime


def foresee(session: Session, chats: Sequence[Chat], asked: Asked, now: datetime) -> list[Foreseen]:
    """What would become of each, in the order of the list; a few queries, however many chats."""
    asked.check()
    shift = timedelta(minutes=asked.shift if asked.action == "move" else 0)
    open_chats = [chat for chat in chats if may_change(chat, now)]
    diaries = diaries_of(session, open_chats, asked, shift, now)
    order = sorted(
        open_chats, key=lambda chat: (chat.starts_at, chat.id), reverse=shift > timedelta()
    )
    hindered = {chat.id: hindrance(diaries, chat, asked, shift, now) for chat in order}
    return [
        Foreseen(chat, not why, why or TOLD[asked.action], chat.starts_at + shift)
        for chat in chats
        for why in (hindered.get(chat.id, "") if chat.id in hindered else too_late(chat),)
    ]


def diaries_of(
    session: Session, chats: Sequence[Chat], asked: Asked, shift: timedelta, now: datetime
) -> dict[int, Diary]:
    """The diaries that the chats would come into."""
    if not chats or asked.action not in ("move", "hand-over"):
        return {}
    ids = {chat.ambassador_id for chat in chats} if asked.taker is None else {asked.taker}
    times = [chat.starts_at + n * shift for chat in chats for n in (0, 1)]
    return load_diaries(session, sorted(ids), min(times), max(times), now)


def hindrance(
    diaries: dict[int, Diary], chat: Chat, asked: Asked, shift: timedelta, now: datetime
) -> str:
    """Why a chat would stay, or nothing; what it takes is taken for those that come after it."""
    start = minute_of(chat.starts_at + shift)
    if asked.action == "hand-over":
        taker = asked.taker or 0
        if taker == chat.ambassador_id:
            return THEIRS
        if taker not in diaries:
            return NOT_FREE
        if not could_take(diaries[taker], start, chat.minutes):
            return why_guarded(diaries[taker], start, chat.minutes) or NOT_FREE
        diaries[taker] = with_chat(diaries[taker], start, chat.minutes)
    if asked.action == "move":
        rest = without_chat(diaries[chat.ambassador_id], chat)
        reason = why_not(rest, start, chat.minutes, now)
        if reason is not None:
            return reason.inside or reason.text
        diaries[chat.ambassador_id] = with_chat(rest, start, chat.minutes)
    return ""


def without_chat(diary: Diary, chat: Chat) -> Diary:
    """A diary less a chat that is in it."""
    own = Span(minute_of(chat.blocked_from), minute_of(chat.blocked_until))
    return replace(
        diary,
        taken=tuple(span for span in diary.taken if span != own),
        chats_on={**diary.chats_on, chat.cap_day: diary.chats_on.get(chat.cap_day, 1) - 1},
        chats_in_week={
            **diary.chats_in_week,
            chat.cap_week: diary.chats_in_week.get(chat.cap_week, 1) - 1,
        },
        worked=work_more(diary, minute_of(chat.starts_at), -chat.minutes),
    )
