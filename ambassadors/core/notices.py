"""Which mail is due to whom and when, whether it still is, and when to try again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ambassadors.core.chats import FEEDBACK_AFTER, Status


class Kind(StrEnum):
    """The mails there are. A reminder carries no calendar part; the first three about chats do."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    CODE = "code"
    REMINDER_DAY = "reminder-24h"
    REMINDER_HOUR = "reminder-1h"
    THANKS = "thanks"
    REQUEST_RECEIVED = "request-received"
    REQUEST_MATCHED = "request-matched"
    PLAN_DIGEST = "plan-digest"
    CALENDAR_STALE = "calendar-stale"
    CALENDAR_CLASH = "calendar-clash"
    ACCOUNT_INVITATION = "account-invitation"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - the name of a mail


REMINDERS = {Kind.REMINDER_DAY: timedelta(hours=24), Kind.REMINDER_HOUR: timedelta(hours=1)}
PROSPECT = "prospect"

# Pauses before the next attempt; the last repeats until all tries are used up: 6 hours and more.
PAUSES = tuple(timedelta(seconds=s) for s in (30, 60, 120, 300, 600, 900, 1800))
TRIES = 18


def ambassador(ambassador_id: int) -> str:
    """How a notice names an ambassador as its recipient."""
    return f"ambassador:{ambassador_id}"


@dataclass(frozen=True)
class Due:
    """One mail that has become necessary; after `not_after` it is no use to its reader."""

    kind: Kind
    recipient: str
    due_at: datetime
    not_after: datetime | None = None


@dataclass(frozen=True)
class Times:
    """What decides a chat's notices."""

    starts_at: datetime
    ends_at: datetime
    ambassador_id: int

    @property
    def parties(self) -> tuple[str, str]:
        """Both people of the chat, as recipients."""
        return PROSPECT, ambassador(self.ambassador_id)


def for_hold(expires_at: datetime, now: datetime) -> list[Due]:
    """The code, while the hold lasts."""
    return [Due(Kind.CODE, PROSPECT, now, expires_at)]


def for_confirmed(chat: Times, now: datetime) -> list[Due]:
    """Invitations to both, reminders, thanks."""
    return [*_to(chat.parties, Kind.INVITATION, chat, now), *timed(chat, now)]


def for_changed(chat: Times, now: datetime) -> list[Due]:
    """Updates to both after a move or a change of place, and everything timed anew."""
    return [*_to(chat.parties, Kind.UPDATE, chat, now), *timed(chat, now)]


def for_handed_over(chat: Times, replaced_id: int, now: datetime) -> list[Due]:
    """An update to the prospect, an invitation to the new ambassador, the end for the old one."""
    prospect, new = chat.parties
    return [
        *_to((prospect,), Kind.UPDATE, chat, now),
        *_to((new,), Kind.INVITATION, chat, now),
        *_to((ambassador(replaced_id),), Kind.CANCELLATION, chat, now),
        *timed(chat, now),
    ]


def for_cancelled(chat: Times, now: datetime) -> list[Due]:
    """Cancellations to both."""
    return list(_to(chat.parties, Kind.CANCELLATION, chat, now))


def _to(recipients: tuple[str, ...], kind: Kind, chat: Times, now: datetime) -> Iterator[Due]:
    return (Due(kind, recipient, now, chat.starts_at) for recipient in recipients)


def timed(chat: Times, now: datetime) -> list[Due]:
    """Reminders to both (none whose moment has passed already) and thanks to the prospect."""
    reminders = [
        Due(kind, recipient, chat.starts_at - before, chat.starts_at)
        for kind, before in REMINDERS.items()
        for recipient in chat.parties
        if chat.starts_at - before > now
    ]
    thanks_at = chat.ends_at + FEEDBACK_AFTER
    return [*reminders, Due(Kind.THANKS, PROSPECT, thanks_at, thanks_at + timedelta(days=7))]


@dataclass(frozen=True)
class Standing:
    """A chat as it is at the moment of sending."""

    status: str
    version: int
    parties: tuple[str, str]


def still_due(kind: Kind, recipient: str, version: int, chat: Standing) -> bool:
    """Whether a mail queued for an earlier `version` of a chat should still go out as it is now."""
    confirmed = chat.status == Status.CONFIRMED
    if kind == Kind.CANCELLATION:
        return not (confirmed and recipient in chat.parties)
    if kind == Kind.CODE:
        return chat.status == Status.HELD and version == chat.version
    if kind == Kind.THANKS:
        return chat.status in (Status.CONFIRMED, Status.COMPLETED)
    return confirmed and recipient in chat.parties and version == chat.version


def retry_at(attempts: int, now: datetime, not_after: datetime | None) -> datetime | None:
    """When to try again after `attempts` failures; None: it is no use any more, give up.

    Goes on for about six hours (at least four are promised), and never past `not_after`.
    """
    again = now + PAUSES[min(attempts, len(PAUSES)) - 1]
    if attempts >= TRIES or (not_after is not None and again >= not_after):
        return None
    return again
