"""Mails about one chat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ambassadors.core.invites import cancel, request
from ambassadors.core.moments import city, clock, long_day, spoken
from ambassadors.core.notices import REMINDERS, SOON, STANDARD, Kind, before_text, reminded_text
from ambassadors.core.said import Shown, said, shown
from ambassadors.mail.compose.parts import as_it_was, chat_mail, countless, tidy, unverified
from ambassadors.mail.entries import Side, sides
from ambassadors.mail.facts import ChatFacts, Mail, OtherTime, Person, Service


def code(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """The code that confirms a hold: the only run of six digits in the text, so no link."""
    if facts.code is None or facts.hold_expires_at is None:
        raise ValueError("Only a held chat has a code.")
    until = said(
        "{time} ({city})",
        time=shown(clock, facts.hold_expires_at, facts.prospect.zone),
        city=shown(city, facts.prospect.zone),
    )
    facts = unverified(tidy(facts))
    service = replace(service, name=countless(service.name), programme=countless(service.programme))
    subject = said("Your code for the chat with {name}", name=facts.ambassador.name)
    return chat_mail(
        "code",
        facts,
        "prospect",
        service,
        message_id,
        subject,
        until=until,
    )


def time_of(facts: ChatFacts, reader: Person) -> Shown:
    """The chat's time in words, in its reader's zone."""
    return shown(spoken, facts.start, reader.zone)


def invitation(
    facts: ChatFacts,
    reader: Side,
    service: Service,
    message_id: str,
    reminders: tuple[Kind, ...] = STANDARD,
) -> Mail:
    """A chat is confirmed, or an ambassador takes one over; `reminders` are those to come."""
    facts = tidy(facts)
    me, other = sides(facts, reader)
    subject = said("Chat with {name}: {time}", name=other.name, time=time_of(facts, me))
    reminded = shown(reminded_text, reminders)
    return chat_mail(
        "invitation", facts, reader, service, message_id, subject, calendar=request,
        reminded=reminded,
    )  # fmt: skip


def update(facts: ChatFacts, reader: Side, service: Service, message_id: str) -> Mail:
    """Time, place or ambassador changed: the same calendar entry, a higher SEQUENCE."""
    facts = tidy(facts)
    me, other = sides(facts, reader)
    subject = said("Changed: chat with {name}, {time}", name=other.name, time=time_of(facts, me))
    before = shown(spoken, facts.previous_start, me.zone) if facts.previous_start else ""
    return chat_mail(
        "update", facts, reader, service, message_id, subject, calendar=request, before=before
    )


def cancellation(
    facts: ChatFacts,
    reader: Literal["prospect", "ambassador", "replaced"],
    service: Service,
    message_id: str,
    dropped_out: bool = False,
    others: Sequence[OtherTime] = (),
) -> Mail:
    """A chat is off; for the `replaced` ambassador it is off because another one has it now.

    `dropped_out`: the ambassador could not make it, nor could anybody else; `others` are times
    that the prospect could have instead.
    """
    facts = replace(tidy(facts), place="")
    side: Side = "prospect" if reader == "prospect" else "ambassador"
    if reader == "replaced":
        facts = as_it_was(facts)
    me, other = sides(facts, side)
    subject = said(
        "Cancelled: chat with {name} on {time}", name=other.name, time=time_of(facts, me)
    )
    return chat_mail(
        "cancellation",
        facts,
        side,
        service,
        message_id,
        subject,
        calendar=cancel,
        replaced=reader == "replaced",
        dropped_out=dropped_out,
        others=[(one.name, shown(spoken, one.start, me.zone), one.url) for one in others],
    )


def reminder(facts: ChatFacts, reader: Side, kind: Kind, service: Service, message_id: str) -> Mail:
    """A week to 15 minutes before, or when a coordinator asked for one.

    No calendar part: the entry is there already.
    """
    facts = tidy(facts)
    me, other = sides(facts, reader)
    timed = kind in REMINDERS
    soon = timed and REMINDERS[kind] <= SOON
    ahead = shown(before_text, kind) if timed else ""
    values = {"name": other.name, "time": time_of(facts, me)}
    if soon:
        subject = said("Starting soon: chat with {name}, {time}", **values)
    else:
        subject = said("Reminder: chat with {name}, {time}", **values)
    return chat_mail(
        "reminder", facts, reader, service, message_id, subject, soon=soon, ahead=ahead
    )


def thanks(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To the prospect, after the chat: thanks, one question, one link."""
    facts = tidy(facts)
    subject = said("Thank you for talking with {name}", name=facts.ambassador.name)
    day = shown(long_day, facts.start, facts.prospect.zone)
    return chat_mail("thanks", facts, "prospect", service, message_id, subject, day=day)
