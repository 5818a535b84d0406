"""Mails about an ambassador's calendars elsewhere."""

from ambassadors.core.moments import spoken
from ambassadors.core.said import said, shown
from ambassadors.core.text import one_line
from ambassadors.mail.compose.parts import NAME_LIMIT, chat_mail, letter, tidy
from ambassadors.mail.entries import sides
from ambassadors.mail.facts import ChatFacts, Mail, Person, Service, StaleCalendar


def calendar_stale(
    to: Person, stale: StaleCalendar, url: str, service: Service, message_id: str
) -> Mail:
    """To an ambassador: a calendar of theirs could not be read for a day."""
    name = one_line(stale.name, NAME_LIMIT)
    read = shown(spoken, stale.read_at, to.zone) if stale.read_at else ""
    subject = said("Your calendar “{name}” cannot be read", name=name)
    return letter(
        "calendar_stale", to, service, message_id, subject,
        title=name, fault=one_line(stale.fault), read=read, url=url,
    )  # fmt: skip


def calendar_clash(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To an ambassador: their calendar has become busy at the time of a booked chat."""
    facts = tidy(facts)
    me, other = sides(facts, "ambassador")
    time = shown(spoken, facts.start, me.zone)
    subject = said("You are busy at your chat with {name}, {time}", name=other.name, time=time)
    return chat_mail("calendar_clash", facts, "ambassador", service, message_id, subject)
