"""Mails while somebody else is looked for, because a chat's ambassador cannot make it."""

from dataclasses import replace
from datetime import datetime

from ambassadors.core.moments import spoken
from ambassadors.core.said import said, shown
from ambassadors.mail.compose.parts import chat_mail, tidy
from ambassadors.mail.facts import ChatFacts, Mail, Person, Service


def hand_off_asked(
    facts: ChatFacts, asked: Person, url: str, until: datetime, service: Service, message_id: str
) -> Mail:
    """To somebody who could take a chat over: who needs them, when, and one link to answer."""
    facts = tidy(replace(facts, ambassador=asked, previous_ambassador=facts.ambassador, place=""))
    time = shown(spoken, facts.start, asked.zone)
    subject = said("Can you take this chat over? {time}", time=time)
    return chat_mail(
        "hand_off_asked", facts, "ambassador", service, message_id, subject,
        url=url, until=shown(spoken, until, asked.zone),
    )  # fmt: skip


def hand_off_started(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To the prospect: their ambassador cannot make it, somebody else is asked, the time stays."""
    facts = tidy(facts)
    subject = said("{name} cannot make it: we are asking somebody else", name=facts.ambassador.name)
    return chat_mail("hand_off_started", facts, "prospect", service, message_id, subject)


def hand_off_over(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To the prospect: their ambassador can make it after all."""
    facts = tidy(facts)
    subject = said("{name} can make it after all", name=facts.ambassador.name)
    return chat_mail("hand_off_over", facts, "prospect", service, message_id, subject)
