"""The life of a chat: its states, and who may do what when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

HOLD = timedelta(minutes=10)
GUESSES = 5
LIVE_CHATS = 3  # confirmed chats to come, for one prospect
HOLDS_PER_ADDRESS = 3  # unverified holds from one network address
FEEDBACK_AFTER = timedelta(hours=1)


class Status(StrEnum):
    """Where a chat stands. HELD waits for its code; HELD and CONFIRMED are live."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


LIVE = (Status.HELD, Status.CONFIRMED)
COUNTED = (Status.HELD, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)  # against caps


@dataclass(frozen=True)
class Actor:
    """Who changes a chat; `user_id` for somebody with an account."""

    kind: Literal["prospect", "ambassador", "coordinator", "service"]
    user_id: int | None = None


class ChatTimes(Protocol):
    """What the rules below look at."""

    status: str
    starts_at: datetime
    ends_at: datetime


def may_change(chat: ChatTimes, now: datetime) -> bool:
    """Whether a chat can still be moved, cancelled or handed over: confirmed and not begun."""
    return chat.status == Status.CONFIRMED and now < chat.starts_at


def may_finish(chat: ChatTimes, now: datetime) -> bool:
    """Whether a chat can be marked completed or no-show: it has begun, and was confirmed.

    A mark can be corrected: from completed to no-show and back.
    """
    marked = chat.status in (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
    return marked and now >= chat.starts_at
