"""A mail about an invented chat, with texts that are not saved yet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ambassadors.core.notices import Kind
from ambassadors.core.settings.wordings import Wording
from ambassadors.mail import compose
from ambassadors.mail.compose import ChatFacts, Mail, Newcomer, Person, Service, StaleCalendar

PRIYA = Person("Priya Raman", "priya@example.org", "Asia/Kolkata")
ANA = Person("Ana Almeida", "ana@example.edu", "America/New_York")
INTERESTS = ("Thesis option", "Robotics")
STALE = StaleCalendar("My timetable", "The address answers with an error.", None)
QUESTION = "How does one find a thesis adviser?"


def write_sample(kind: str, wording: Wording, service: Service, now: datetime) -> Mail:
    """The mail as it would be sent: to a prospect in Kolkata, or to an ambassador in Boston."""
    service = replace(service, wordings={kind: wording})
    base, facts, message_id = (
        service.base_url,
        invent(service.base_url, now),
        "<sample@example.org>",
    )
    people = (Newcomer(PRIYA.name, PRIYA.zone, INTERESTS, QUESTION),)
    link, days = f"{base}/invitation/sample", timedelta(days=14)
    writers: dict[str, Callable[[], Mail]] = {
        "code": lambda: compose.code(facts, service, message_id),
        "invitation": lambda: compose.invitation(facts, "prospect", service, message_id),
        "update": lambda: compose.update(facts, "prospect", service, message_id),
        "cancellation": lambda: compose.cancellation(facts, "prospect", service, message_id),
        "reminder": lambda: compose.reminder(
            facts, "prospect", Kind.REMINDER_DAY, service, message_id
        ),
        "thanks": lambda: compose.thanks(facts, service, message_id),
        "request_received": lambda: compose.request_received(PRIYA, INTERESTS, service, message_id),
        "request_matched": lambda: compose.request_matched(
            PRIYA, ANA.name, INTERESTS, f"{base}/", service, message_id
        ),
        "plan_digest": lambda: compose.plan_digest(ANA, people, f"{base}/", service, message_id),
        "calendar_clash": lambda: compose.calendar_clash(facts, service, message_id),
        "calendar_stale": lambda: compose.calendar_stale(
            ANA, STALE, f"{base}/", service, message_id
        ),
        "account_invitation": lambda: compose.account_invitation(
            ANA, "ambassador", link, days, service, message_id
        ),
        "password_reset": lambda: compose.password_reset(
            ANA, link, timedelta(hours=2), service, message_id
        ),
    }
    return writers[kind]()


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
    )
