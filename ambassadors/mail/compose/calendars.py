"""Mails about an ambassador's calendars elsewhere."""

from ambassadors.core.moments import spoken
from ambassadors.core.text import one_line
from ambassadors.mail.compose.parts import NAME_LIMIT, chat_mail, letter, tidy
from ambassadors.mail.entries import sides
from ambassadors.mail.facts import ChatFacts, Mail, Person, Service, StaleCalendar


def calendar_stale(
    to: Person, stale: StaleCalendar, url: str, service: Service, message_id: str
) -> Mail:
    """To an ambassador: a calendar of theirs could not be read for a day."""
    name = one_line(stale.name, NAME_LIMIT)
    read = spoken(stale.read_at, to.zone) if stale.read_at else ""
    subject = f"Your calendar “{name}” cannot be read"
    return letter(
        "calendar_stale", to, service, message_id, subject,
        title=name, fault=one_line(stale.fault), read=read, url=url,
    )  # fmt: skip


def calendar_clash(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To an ambassador: their calendar has become busy at the time of a booked chat."""
    facts = tidy(facts)
    me, other = sides(facts, "ambassador")
    subject = f"You are busy at your chat with {other.name}, {spoken(facts.start, me.zone)}"
    return chat_mail("calendar_clash", facts, "ambassador", service, message_id, subject)
