"""Mails about one chat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ambassadors.core.invites import cancel, request
from ambassadors.core.moments import city, clock, long_day, spoken
from ambassadors.core.notices import REMINDERS, SOON, STANDARD, Kind, before_text, reminded_text
from ambassadors.mail.compose.parts import as_it_was, chat_mail, countless, tidy, unverified
from ambassadors.mail.entries import Side, sides
from ambassadors.mail.facts import ChatFacts, Mail, OtherTime, Service


def code(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """The code that confirms a hold: the only run of six digits in the text, so no link."""
    if facts.code is None or facts.hold_expires_at is None:
        raise ValueError("Only a held chat has a code.")
    until = clock(facts.hold_expires_at, facts.prospect.zone)
    facts = unverified(tidy(facts))
    service = replace(service, name=countless(service.name), programme=countless(service.programme))
    subject = f"Your code for the chat with {facts.ambassador.name}"
    return chat_mail(
        "code",
        facts,
        "prospect",
        service,
        message_id,
        subject,
        until=f"{until} ({city(facts.prospect.zone)})",
    )


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
    subject = f"Chat with {other.name}: {spoken(facts.start, me.zone)}"
    reminded = reminded_text(reminders)
    return chat_mail(
        "invitation", facts, reader, service, message_id, subject, calendar=request,
        reminded=reminded,
    )  # fmt: skip


def update(facts: ChatFacts, reader: Side, service: Service, message_id: str) -> Mail:
    """Time, place or ambassador changed: the same calendar entry, a higher SEQUENCE."""
    facts = tidy(facts)
    me, other = sides(facts, reader)
    subject = f"Changed: chat with {other.name}, {spoken(facts.start, me.zone)}"
    before = spoken(facts.previous_start, me.zone) if facts.previous_start else ""
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
    subject = f"Cancelled: chat with {other.name} on {spoken(facts.start, me.zone)}"
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
        others=[(one.name, spoken(one.start, me.zone), one.url) for one in others],
    )


def reminder(facts: ChatFacts, reader: Side, kind: Kind, service: Service, message_id: str) -> Mail:
    """A week to 15 minutes before, or when a coordinator asked for one.

    No calendar part: the entry is there already.
    """
    facts = tidy(facts)
    me, other = sides(facts, reader)
    timed = kind in REMINDERS
    soon = timed and REMINDERS[kind] <= SOON
    ahead = before_text(kind) if timed else ""
    opening = "Starting soon" if soon else "Reminder"
    subject = f"{opening}: chat with {other.name}, {spoken(facts.start, me.zone)}"
    return chat_mail(
        "reminder", facts, reader, service, message_id, subject, soon=soon, ahead=ahead
    )


def thanks(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To the prospect, after the chat: thanks, one question, one link."""
    facts = tidy(facts)
    subject = f"Thank you for talking with {facts.ambassador.name}"
    day = long_day(facts.start, facts.prospect.zone)
    return chat_mail("thanks", facts, "prospect", service, message_id, subject, day=day)
