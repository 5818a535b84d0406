"""A mail about an invented chat, with texts that are not saved yet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ambassadors.core.notices import Kind
from ambassadors.core.said import said
from ambassadors.core.settings.wordings import Wording
from ambassadors.mail import compose
from ambassadors.mail.compose import ChatFacts, Mail, Newcomer, Person, Service, StaleCalendar

PRIYA = Person("Priya Raman", "priya@example.org", "Asia/Kolkata")
ANA = Person("Ana Almeida", "ana@example.edu", "America/New_York")
BO = Person("Bo Li", "bo@example.edu", "America/New_York")
INTERESTS = ("Thesis option", "Robotics")
STALE = StaleCalendar("My timetable", said("The address answers with an error."), None)
MESSAGE_ID = "<sample@example.org>"
QUESTION = said("How does one find a thesis adviser?")


Writers = dict[str, Callable[[], Mail]]


def write_sample(kind: str, wording: Wording, service: Service, now: datetime) -> Mail:
    """The mail as it would be sent: to a prospect in Kolkata, or to an ambassador in Boston."""
    service = replace(service, wordings={kind: wording})
    writers = about_chats(service, invent(service.base_url, now)) | about_others(service)
    return writers[kind]()


def every_sample(service: Service, now: datetime, locale: str = PRIYA.locale) -> dict[str, Mail]:
    """One mail of each kind, by the name of its templates; the prospect reads `locale`."""
    reader = replace(PRIYA, locale=locale)
    facts = replace(invent(service.base_url, now), prospect=reader)
    writers = about_chats(service, facts) | about_others(service, reader)
    return {kind: writer() for kind, writer in writers.items()}


def about_chats(service: Service, facts: ChatFacts) -> Writers:
    """The mails about a chat."""
    mid, link = MESSAGE_ID, f"{service.base_url}/c/sample"
    choice = compose.Choice(facts.start + timedelta(hours=1), link)
    day = Kind.REMINDER_DAY
    return {
        "code": lambda: compose.code(facts, service, mid),
        "invitation": lambda: compose.invitation(facts, "prospect", service, mid),
        "update": lambda: compose.update(facts, "prospect", service, mid),
        "cancellation": lambda: compose.cancellation(facts, "prospect", service, mid),
        "reminder": lambda: compose.reminder(facts, "prospect", day, service, mid),
        "thanks": lambda: compose.thanks(facts, service, mid),
        "proposal": lambda: compose.proposal(facts, "prospect", choice, "", service, mid),
        "counter_declined": lambda: compose.counter_declined(
            facts, "prospect", facts.start, [choice], service, mid
        ),
        "confirm_cancel": lambda: compose.confirm_cancel(facts, link, service, mid),
        "hand_off_asked": lambda: compose.hand_off_asked(
            facts, BO, link, facts.start - timedelta(hours=3), service, mid
        ),
        "hand_off_started": lambda: compose.hand_off_started(facts, service, mid),
        "hand_off_over": lambda: compose.hand_off_over(facts, service, mid),
        "calendar_clash": lambda: compose.calendar_clash(facts, service, mid),
    }


def about_others(service: Service, prospect: Person = PRIYA) -> Writers:
    """The mails about requests, calendars and accounts."""
    mid, home = MESSAGE_ID, f"{service.base_url}/"
    days, hours = timedelta(days=14), timedelta(hours=2)
    people = (Newcomer(PRIYA.name, PRIYA.zone, INTERESTS, QUESTION),)
    return {
        "request_received": lambda: compose.request_received(prospect, INTERESTS, service, mid),
        "request_matched": lambda: compose.request_matched(
            prospect, ANA.name, INTERESTS, home, service, mid
        ),
        "privacy_link": lambda: compose.privacy_link(prospect, home, hours, service, mid),
        "plan_digest": lambda: compose.plan_digest(ANA, people, home, service, mid),
        "calendar_stale": lambda: compose.calendar_stale(ANA, STALE, home, service, mid),
        "profile_approved": lambda: compose.profile_approved(ANA, (), home, service, mid),
        "account_invitation": lambda: compose.account_invitation(
            ANA, "ambassador", home, days, service, mid
        ),
        "password_reset": lambda: compose.password_reset(ANA, home, hours, service, mid),
    }


def invent(base: str, now: datetime) -> ChatFacts:
    """A chat that nobody has, next week at four in the afternoon (UTC)."""
    start = (now + timedelta(days=7)).replace(hour=16, minute=0, second=0, microsecond=0)
    return ChatFacts(
        uid="00000000-0000-4000-8000-000000000000",
        sequence=1,
        status="held",
        start=start,
        end=start + timedelta(minutes=30),
        prospect=PRIYA,
        ambassador=ANA,
        question=QUESTION,
        place="https://meet.example.edu/ana",
        interests=INTERESTS,
        manage_url=f"{base}/c/sample",
        staff_url=f"{base}/ambassador/chats/sample",
        feedback_url=f"{base}/feedback/sample",
        ask_url=f"{base}/",
        reason="An exam was moved.",
        changed_by="ambassador",
        previous_start=start - timedelta(days=1),
        previous_ambassador=None,
        hold_expires_at=now + timedelta(minutes=10),
        code="482913",
        stamp=now,
        drop_out_url=f"{base}/cannot/sample",
    )
