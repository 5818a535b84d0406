"""A chat's history in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel import dates
from flask import Flask

from ambassadors.core.hours import local_date
from ambassadors.core.interests import Vocabulary
from ambassadors.core.moments import MONTHS, WEEKDAYS, spoken
from ambassadors.core.notices import REMINDERS, before_text
from ambassadors.core.said import pattern, said, shown, term
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.core.wording import work_text
from ambassadors.models import ChatChange
from ambassadors.services.booking.exceptions import LET_THROUGH
from ambassadors.services.oversight import Story
from ambassadors.web.speaking import language

ACTS: Mapping[str, str] = {
    "held": said("chose the time; it was held for the code"),
    "confirmed": said("booked the chat"),
    "released": said("let the held time go"),
    "code-again": said("asked for the code again"),
    "address": said("corrected the e-mail address"),
    "expired": said("released the time: the code was not entered"),
    "cancelled": said("cancelled the chat"),
    "completed": said("marked the chat completed"),
    "no-show": said("marked the chat as a no-show"),
    "feedback": said("answered the questions afterwards"),
}
STATUSES: Mapping[str, str] = {
    "held": said("Waiting for the code"),
    "confirmed": said("Booked"),
    "cancelled": said("Cancelled"),
    "expired": said("Never confirmed"),
    "completed": said("Completed"),
    "no_show": said("No-show"),
}
KINDS: Mapping[str, str] = {
    "code": said("Code"),
    "invitation": said("Invitation"),
    "update": said("Update"),
    "cancellation": said("Cancellation"),
    **{
        kind.value: said("Reminder, {time} before", time=shown(before_text, kind))
        for kind in REMINDERS
    },
    "extra-reminder": said("Reminder, sent by a coordinator"),
    "thanks": said("Thanks"),
    "proposal": said("Another time proposed"),
    "counter-declined": said("Proposed time not free"),
    "confirm-cancel": said("Cancel after declining?"),
    "request-received": said("Request received"),
    "request-matched": said("Match found"),
    "plan-digest": said("New prospects"),
    "hand-off-asked": said("Question: take this chat over?"),
    "hand-off-started": said("Somebody else is being asked"),
    "hand-off-over": said("Their ambassador can come after all"),
    "calendar-stale": said("Calendar cannot be read"),
    "calendar-clash": said("Calendar is busy at a chat"),
    "account-invitation": said("Invitation to an account"),
    "password-reset": said("Link for a password"),
    "privacy-link": said("Link to what is held of a person"),
}
WHO_CAME: Mapping[str, str] = {
    "talked": said("they talked"),
    "ambassador-missed": said("the ambassador did not come"),
    "prospect-missed": said("the prospect did not come"),
}
DESK_ACTS: Mapping[str, str] = {
    "looked": said("looked at what they see"),
    "looked-away": said("went back to the own pages"),
    "approved": said("approved the profile"),
    "held-back": said("showed the profile to nobody for now"),
    "deactivated": said("deactivated them"),
    "activated": said("activated them"),
    "away": said("noted an absence"),
    "back": said("took an absence back"),
    "leaves": said("noted the last day"),
    "stays": said("noted that they stay"),
}
OUTCOMES: Mapping[str, str] = {
    "acted": said("Acted upon"),
    "noted": said("Written down"),
    "ignored": said("Ignored"),
    "held": said("For you to look at"),
    "applied": said("Applied"),
    "dismissed": said("Dismissed"),
}
CAME_IN: Mapping[str, str] = {
    "reply": said("Answer"),
    "counter": said("Proposal"),
    "returned": said("Came back"),
    "automatic": said("Automatic"),
    "other": said("In words"),
    "unreadable": said("Unreadable"),
}
MAIL_STATES: Mapping[str, str] = {
    "waiting": said("Waiting"),
    "sent": said("Sent"),
    "failed": said("Failed"),
    "void": said("Not needed"),
}
# Where people, requests, plans, calendars are, and who somebody is, in a word.
IN_A_WORD: Mapping[str, str] = {
    "waiting": said("Waiting"),
    "matched": said("Matched"),
    "closed": said("Closed"),
    "invited": said("Invited"),
    "active": said("Active"),
    "inactive": said("Inactive"),
    "queued": said("Queued"),
    "running": said("Running"),
    "ready": said("Ready"),
    "accepted": said("Accepted"),
    "failed": said("Failed"),
    "cancelled": said("Cancelled"),
    "skipped": said("Skipped"),
    "fresh": said("Fresh"),
    "failing": said("Failing"),
    "stale": said("Stale"),
    "prospect": said("Prospect"),
    "ambassador": said("Ambassador"),
}
ROLE_WORDS: Mapping[str, str] = {
    "prospect": said("prospect"),
    "ambassador": said("ambassador"),
    "coordinator": said("coordinator"),
    "admissions": said("admissions"),
}
ACTORS: Mapping[str, str] = {
    "prospect": said("The prospect"),
    "ambassador": said("The ambassador"),
    "coordinator": said("The coordinator"),
    "service": said("The service"),
}
NAMED: Mapping[str, str] = {
    "ambassador": pattern("{name} (ambassador)"),
    "coordinator": pattern("{name} (coordinator)"),
}


def register(app: Flask) -> None:
    """Adds the words for states and kinds, and times in a row, to templates."""
    app.add_template_filter(lambda status: STATUSES.get(status, status), "status_text")
    app.add_template_filter(lambda kind: KINDS.get(kind, kind), "mail_kind")
    app.add_template_filter(lambda state: MAIL_STATES.get(state, state), "mail_state")
    app.add_template_filter(lambda action: DESK_ACTS.get(action, action), "desk_act")
    app.add_template_filter(lambda outcome: WHO_CAME.get(outcome, ""), "who_came")
    app.add_template_filter(lambda state: IN_A_WORD.get(state, state), "in_a_word")
    app.add_template_filter(lambda role: ROLE_WORDS.get(role, role), "role_word")
    app.add_template_filter(term, "as_term")
    app.add_template_filter(moment_of, "moment")
    app.add_template_filter(lambda outcome: OUTCOMES.get(outcome, outcome), "outcome_text")
    app.add_template_filter(lambda kind: CAME_IN.get(kind, kind), "came_in_kind")
    app.add_template_filter(written_time)
    app.add_template_filter(times_in)
    app.add_template_filter(date_in)
    app.add_template_filter(weekday_date)
    app.add_template_filter(short_date)
    app.add_template_filter(interest_label)
    app.add_template_filter(lambda minutes: work_text(minutes, language()), "work_time")
    app.add_template_filter(waited)


def written_time(text: str, zone: str) -> str:
    """A moment that JSON holds, in words, in a zone."""
    return spoken(datetime.fromisoformat(text), zone, language())


def times_in(moments: Iterable[datetime], zone: str) -> list[str]:
    """Each moment in words, in a zone."""
    return [spoken(moment, zone, language()) for moment in moments]


def date_in(moment: datetime, zone: str) -> str:
    """The date there, for an address: "2026-12-09"."""
    return local_date(zone, minute_of(moment)).isoformat()


def interest_label(key: str, vocabulary: Vocabulary) -> str:
    """An interest by its short name."""
    return vocabulary.item(key).short


def waited(time: timedelta) -> str:
    """A time in the unit that fits: "6 h", "3.5 days"."""
    hours = time / timedelta(hours=1)
    if hours < 48:
        return said("{hours:.0f} h", hours=hours)
    return said("{days:.1f} days", days=hours / 24)


def weekday_date(day: date) -> str:
    """A date without its year: "Tue, Mar 2"."""
    if (locale := language().locale) != "en":
        return dates.format_skeleton("MMMEd", day, locale=locale)
    return f"{WEEKDAYS[day.weekday()][:3]}, {MONTHS[day.month - 1][:3]} {day.day}"


def short_date(day: date) -> str:
    """A date as short as it can be: "Mar 2"."""
    if (locale := language().locale) != "en":
        return dates.format_skeleton("MMMd", day, locale=locale)
    return f"{MONTHS[day.month - 1][:3]} {day.day}"


@dataclass(frozen=True)
class Event:
    """One change of a chat: when, who, what they did, and the reason they gave."""

    at: datetime
    who: str
    what: str
    reason: str


def tell(story: Story, zone: str, to: int | None = None) -> list[Event]:
    """Every change of a chat, the first one first; times in `zone`.

    `to` an ambassador: without exceptions from the weekly limit of another's hours.
    """
    return [
        Event(change.at, who(change, story), what(change, story, zone), change.reason)
        for change in story.changes
        if to is None or change.action != LET_THROUGH or change.after.get("ambassador_id") == to
    ]


def who(change: ChatChange, story: Story) -> str:
    """The person behind a change, by name."""
    if change.actor == "prospect":
        return story.chat.prospect_name
    name = story.user_names.get(change.user_id or 0, "")
    if name and change.actor in NAMED:
        return said(NAMED[change.actor], name=name)
    return ACTORS.get(change.actor, change.actor)


def what(change: ChatChange, story: Story, zone: str) -> str:
    """What was done, with the values that changed."""
    before, after = change.before, change.after
    if change.action == "moved":
        return said(
            "moved the chat from {before} to {after}",
            before=time_in(before, zone),
            after=time_in(after, zone),
        )
    if change.action == "handed-over":
        names = story.ambassador_names
        old, new = (names.get(part.get("ambassador_id", 0), "?") for part in (before, after))
        return said("gave the chat from {old} to {new}", old=old, new=new)
    if change.action == LET_THROUGH:
        name = story.ambassador_names.get(change.after.get("ambassador_id", 0), "?")
        return said("made an exception from the weekly limit of hours for {name}", name=name)
    if change.action == "place":
        return said("changed the place to {place}", place=after.get("place") or said("none"))
    return ACTS.get(change.action, change.action)


def time_in(values: Mapping[str, Any], zone: str) -> str:
    """The start that a change wrote down."""
    return shown(spoken, datetime.fromisoformat(values["starts_at"]), zone)
