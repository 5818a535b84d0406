"""Which mail is due to whom and when, whether it still is, and when to try again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ambassadors.core.chats import FEEDBACK_AFTER, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import ENGLISH, Language, said, shown
from ambassadors.core.wording import days_text, duration_text, listed


class Kind(StrEnum):
    """The mails there are. A calendar part have the first three, and COUNTER_DECLINED."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    CODE = "code"
    REMINDER_WEEK = "reminder-7d"
    REMINDER_3_DAYS = "reminder-3d"
    REMINDER_2_DAYS = "reminder-2d"
    REMINDER_DAY = "reminder-24h"
    REMINDER_12_HOURS = "reminder-12h"
    REMINDER_6_HOURS = "reminder-6h"
    REMINDER_3_HOURS = "reminder-3h"
    REMINDER_2_HOURS = "reminder-2h"
    REMINDER_HOUR = "reminder-1h"
    REMINDER_30_MINUTES = "reminder-30m"
    REMINDER_15_MINUTES = "reminder-15m"
    EXTRA_REMINDER = "extra-reminder"  # asked for by a coordinator, beside the usual ones
    THANKS = "thanks"
    PROPOSAL = "proposal"
    COUNTER_DECLINED = "counter-declined"
    CONFIRM_CANCEL = "confirm-cancel"
    REQUEST_RECEIVED = "request-received"
    REQUEST_MATCHED = "request-matched"
    PLAN_DIGEST = "plan-digest"
    HAND_OFF_ASKED = "hand-off-asked"
    HAND_OFF_STARTED = "hand-off-started"
    HAND_OFF_OVER = "hand-off-over"
    CALENDAR_STALE = "calendar-stale"
    CALENDAR_CLASH = "calendar-clash"
    PROFILE_APPROVED = "profile-approved"
    PRIVACY_LINK = "privacy-link"
    ACCOUNT_INVITATION = "account-invitation"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - the name of a mail


# How long before a chat each reminder is sent: what coordinators choose from, a kind for each, so
# that a chat has each of them once whatever they choose and however often.
REMINDERS = {
    Kind.REMINDER_WEEK: timedelta(days=7),
    Kind.REMINDER_3_DAYS: timedelta(days=3),
    Kind.REMINDER_2_DAYS: timedelta(days=2),
    Kind.REMINDER_DAY: timedelta(hours=24),
    Kind.REMINDER_12_HOURS: timedelta(hours=12),
    Kind.REMINDER_6_HOURS: timedelta(hours=6),
    Kind.REMINDER_3_HOURS: timedelta(hours=3),
    Kind.REMINDER_2_HOURS: timedelta(hours=2),
    Kind.REMINDER_HOUR: timedelta(hours=1),
    Kind.REMINDER_30_MINUTES: timedelta(minutes=30),
    Kind.REMINDER_15_MINUTES: timedelta(minutes=15),
}
SOON = timedelta(hours=3)  # a reminder this near says that the chat begins soon
MOST_REMINDERS = 3
STANDARD = (Kind.REMINDER_DAY, Kind.REMINDER_HOUR)  # until coordinators choose others
PROSPECT = "prospect"

# Pauses before the next attempt; the last repeats until all tries are used up: 6 hours and more.
PAUSES = tuple(timedelta(seconds=s) for s in (30, 60, 120, 300, 600, 900, 1800))
TRIES = 18


# What changes a calendar: one that did not leave is shown as failed, it never just goes away.
LASTING = frozenset({Kind.INVITATION, Kind.UPDATE, Kind.CANCELLATION})


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
    """What decides a chat's notices; `reminders` are the kinds that there are at present."""

    starts_at: datetime
    ends_at: datetime
    ambassador_id: int
    reminders: tuple[Kind, ...] = STANDARD

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
    thanks_at = chat.ends_at + FEEDBACK_AFTER
    thanks = Due(Kind.THANKS, PROSPECT, thanks_at, thanks_at + timedelta(days=7))
    return [*reminders(chat, now), thanks]


def reminders(chat: Times, now: datetime) -> list[Due]:
    """Those to both whose moment is still to come."""
    return [
        Due(kind, recipient, chat.starts_at - REMINDERS[kind], chat.starts_at)
        for kind in chat.reminders
        for recipient in chat.parties
        if chat.starts_at - REMINDERS[kind] > now
    ]


def before_text(kind: Kind, language: Language = ENGLISH) -> str:
    """How long before a chat a reminder comes: "a day", "12 hours", "15 minutes"."""
    minutes = int(REMINDERS[kind].total_seconds()) // 60
    if language.locale != "en":
        whole = minutes % 1440 == 0
        return days_text(minutes // 1440, language) if whole else duration_text(minutes, language)
    if minutes == 1440 or minutes == 60:
        return "a day" if minutes == 1440 else "an hour"
    for unit, length in (("day", 1440), ("hour", 60)):
        if minutes % length == 0:
            return f"{minutes // length} {unit}s"
    return f"{minutes} minutes"


def choose_reminders(chosen: Iterable[str]) -> tuple[Kind, ...]:
    """Kinds of reminders by their names, the earliest before a chat first; Refused otherwise."""
    known = {kind.value: kind for kind in REMINDERS}
    names = set(chosen)
    if not names or len(names) > MOST_REMINDERS or not names <= set(known):
        raise Refused(
            said("Choose from one to {most_reminders} reminders.", most_reminders=MOST_REMINDERS),
            field="reminders",
        )
    return tuple(kind for name, kind in known.items() if name in names)


def reminded_text(kinds: Sequence[Kind], language: Language = ENGLISH) -> str:
    """When reminders come: "a day before and an hour before"."""
    told = [said("{time} before", time=shown(before_text, kind)) for kind in kinds]
    return listed(told, "and", language)


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
    if kind == Kind.HAND_OFF_ASKED:  # whoever is asked has no part in the chat yet
        return confirmed and version == chat.version
    return confirmed and recipient in chat.parties and version == chat.version


def retry_at(attempts: int, now: datetime, not_after: datetime | None) -> datetime | None:
    """When to try again after `attempts` failures; None: it is no use any more, give up.

    Goes on for about six hours (at least four are promised), and never past `not_after`.
    """
    again = now + PAUSES[min(attempts, len(PAUSES)) - 1]
    if attempts >= TRIES or (not_after is not None and again >= not_after):
        return None
    return again
