"""A chat's history in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from ambassadors.core.hours import local_date
from ambassadors.core.interests import Vocabulary
from ambassadors.core.moments import MONTHS, WEEKDAYS, spoken
from ambassadors.core.notices import REMINDERS, before_text
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.core.wording import work_text
from ambassadors.models import ChatChange
from ambassadors.services.oversight import Story

ACTS = {
    "held": "chose the time; it was held for the code",
    "confirmed": "booked the chat",
    "released": "let the held time go",
    "code-again": "asked for the code again",
    "address": "corrected the e-mail address",
    "expired": "released the time: the code was not entered",
    "cancelled": "cancelled the chat",
    "completed": "marked the chat completed",
    "no-show": "marked the chat as a no-show",
    "feedback": "answered the questions afterwards",
}
STATUSES = {
    "held": "Waiting for the code",
    "confirmed": "Booked",
    "cancelled": "Cancelled",
    "expired": "Never confirmed",
    "completed": "Completed",
    "no_show": "No-show",
}
KINDS = {
    "code": "Code",
    "invitation": "Invitation",
    "update": "Update",
    "cancellation": "Cancellation",
    **{kind.value: f"Reminder, {before_text(kind)} before" for kind in REMINDERS},
    "extra-reminder": "Reminder, sent by a coordinator",
    "thanks": "Thanks",
    "proposal": "Another time proposed",
    "counter-declined": "Proposed time not free",
    "confirm-cancel": "Cancel after declining?",
    "request-received": "Request received",
    "request-matched": "Match found",
    "plan-digest": "New prospects",
    "hand-off-asked": "Question: take this chat over?",
    "hand-off-started": "Somebody else is being asked",
    "hand-off-over": "Their ambassador can come after all",
    "calendar-stale": "Calendar cannot be read",
    "calendar-clash": "Calendar is busy at a chat",
    "account-invitation": "Invitation to an account",
    "password-reset": "Link for a password",
    "privacy-link": "Link to what is held of a person",
}
WHO_CAME = {
    "talked": "they talked",
    "ambassador-missed": "the ambassador did not come",
    "prospect-missed": "the prospect did not come",
}
DESK_ACTS = {
    "looked": "looked at what they see",
    "looked-away": "went back to the own pages",
    "approved": "approved the profile",
    "held-back": "showed the profile to nobody for now",
    "deactivated": "deactivated them",
    "activated": "activated them",
    "away": "noted an absence",
    "back": "took an absence back",
    "leaves": "noted the last day",
    "stays": "noted that they stay",
}
OUTCOMES = {
    "acted": "Acted upon",
    "noted": "Written down",
    "ignored": "Ignored",
    "held": "For you to look at",
    "applied": "Applied",
    "dismissed": "Dismissed",
}
CAME_IN = {
    "reply": "Answer",
    "counter": "Proposal",
    "returned": "Came back",
    "automatic": "Automatic",
    "other": "In words",
    "unreadable": "Unreadable",
}
MAIL_STATES = {"waiting": "Waiting", "sent": "Sent", "failed": "Failed", "void": "Not needed"}


def register(app: Flask) -> None:
    """Adds the words for states and kinds, and times in a row, to templates."""
    app.add_template_filter(lambda status: STATUSES.get(status, status), "status_text")
    app.add_template_filter(lambda kind: KINDS.get(kind, kind), "mail_kind")
    app.add_template_filter(lambda state: MAIL_STATES.get(state, state), "mail_state")
    app.add_template_filter(lambda action: DESK_ACTS.get(action, action), "desk_act")
    app.add_template_filter(lambda outcome: WHO_CAME.get(outcome, ""), "who_came")
    app.add_template_filter(moment_of, "moment")
    app.add_template_filter(lambda outcome: OUTCOMES.get(outcome, outcome), "outcome_text")
    app.add_template_filter(lambda kind: CAME_IN.get(kind, kind), "came_in_kind")
    app.add_template_filter(written_time)
    app.add_template_filter(times_in)
    app.add_template_filter(date_in)
    app.add_template_filter(weekday_date)
    app.add_template_filter(short_date)
    app.add_template_filter(interest_label)
    app.add_template_filter(work_text, "work_time")
    app.add_template_filter(waited)


def written_time(text: str, zone: str) -> str:
    """A moment that JSON holds, in words, in a zone."""
    return spoken(datetime.fromisoformat(text), zone)


def times_in(moments: Iterable[datetime], zone: str) -> list[str]:
    """Each moment in words, in a zone."""
    return [spoken(moment, zone) for moment in moments]


def date_in(moment: datetime, zone: str) -> str:
    """The date there, for an address: "2026-12-09"."""
    return local_date(zone, minute_of(moment)).isoformat()


def interest_label(key: str, vocabulary: Vocabulary) -> str:
    """An interest by its short name."""
    return vocabulary.item(key).short


def waited(time: timedelta) -> str:
    """A time in the unit that fits: "6 h", "3.5 days"."""
    hours = time / timedelta(hours=1)
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.1f} days"


def weekday_date(day: date) -> str:
    """A date without its year: "Tue, Mar 2"."""
    return f"{WEEKDAYS[day.weekday()][:3]}, {MONTHS[day.month - 1][:3]} {day.day}"


def short_date(day: date) -> str:
    """A date as short as it can be: "Mar 2"."""
    return f"{MONTHS[day.month - 1][:3]} {day.day}"


@dataclass(frozen=True)
class Event:
    """One change of a chat: when, who, what they did, and the reason they gave."""

    at: datetime
    who: str
    what: str
    reason: str


def tell(story: Story, zone: str) -> list[Event]:
    """Every change of a chat, the first one first; times in `zone`."""
    return [
        Event(change.at, who(change, story), what(change, story, zone), change.reason)
        for change in story.changes
    ]


def who(change: ChatChange, story: Story) -> str:
    """The person behind a change, by name."""
    if change.actor == "prospect":
        return story.chat.prospect_name
    if change.actor == "service":
        return "The service"
    name = story.user_names.get(change.user_id or 0, "")
    return f"{name} ({change.actor})" if name else f"The {change.actor}"


def what(change: ChatChange, story: Story, zone: str) -> str:
    """What was done, with the values that changed."""
    before, after = change.before, change.after
    if change.action == "moved":
        return f"moved the chat from {time_in(before, zone)} to {time_in(after, zone)}"
    if change.action == "handed-over":
        names = story.ambassador_names
        old, new = (names.get(part.get("ambassador_id", 0), "?") for part in (before, after))
        return f"gave the chat from {old} to {new}"
    if change.action == "place":
        return f"changed the place to {after.get('place') or 'none'}"
    return ACTS.get(change.action, change.action)


def time_in(values: Mapping[str, Any], zone: str) -> str:
    """The start that a change wrote down."""
    return spoken(datetime.fromisoformat(values["starts_at"]), zone)
