"""Mails that follow from what somebody answered in their calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ambassadors.core.invites import decline_counter
from ambassadors.core.moments import spoken
from ambassadors.core.said import said, shown
from ambassadors.core.text import plain
from ambassadors.mail.compose.parts import chat_mail, tidy
from ambassadors.mail.entries import Side, sides
from ambassadors.mail.facts import ChatFacts, Mail, Service
from ambassadors.mail.times import times_for


@dataclass(frozen=True)
class Choice:
    """A time that the reader can move the chat to: `start` is aware, `url` where they say yes."""

    start: datetime
    url: str


def proposal(
    facts: ChatFacts, reader: Side, choice: Choice, comment: str, service: Service, message_id: str
) -> Mail:
    """The other one proposed another time, which is free: one link says yes to it."""
    facts = tidy(facts)
    me, other = sides(facts, reader)
    time = shown(spoken, choice.start, me.zone)
    subject = said("{name} proposes another time: {time}", name=other.name, time=time)
    end = choice.start + (facts.end - facts.start)
    return chat_mail(
        "proposal", facts, reader, service, message_id, subject,
        url=choice.url,
        proposed=times_for(choice.start, end, me, other),
        comment=plain(comment),
    )  # fmt: skip


def counter_declined(
    facts: ChatFacts, reader: Side, wanted: datetime, choices: Sequence[Choice],
    service: Service, message_id: str,
) -> Mail:  # fmt: skip
    """The time that the reader proposed is not free; the nearest ones that are, by link."""
    facts = tidy(facts)
    me, _ = sides(facts, reader)
    spoken_choices = [(shown(spoken, one.start, me.zone), one.url) for one in choices]
    time = shown(spoken, wanted, me.zone)
    return chat_mail(
        "counter_declined", facts, reader, service, message_id,
        said("Not free: {time}", time=time),
        calendar=decline_counter,
        wanted=time,
        choices=spoken_choices,
    )  # fmt: skip


def confirm_cancel(facts: ChatFacts, url: str, service: Service, message_id: str) -> Mail:
    """To a prospect who declined in their calendar: the chat stands until they confirm it."""
    facts = tidy(facts)
    subject = said("Cancel your chat with {name}?", name=facts.ambassador.name)
    return chat_mail("confirm_cancel", facts, "prospect", service, message_id, subject, url=url)
