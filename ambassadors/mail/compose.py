"""One function per mail: facts in, a `Mail` out. Nothing is fetched, nothing is sent.

`message_id` is the notice's own, the same on every attempt. Text that people typed is made plain
before it reaches a template.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from ambassadors.core.invites import Invite, cancel, request
from ambassadors.core.moments import city, clock, long_day, spoken
from ambassadors.core.text import one_line, plain
from ambassadors.core.wording import count_text
from ambassadors.mail.entries import Side, entry, sides
from ambassadors.mail.facts import ChatFacts, Mail, Newcomer, Person, Service
from ambassadors.mail.render import render
from ambassadors.mail.times import times_for

__all__ = ["ChatFacts", "Mail", "Newcomer", "Person", "Service", "Side"]

NAME_LIMIT = 80
# Names that hold an address, a link or a number: not repeated to an address nobody has verified.
ADVERTISING = re.compile(r"[/@:]|\w\.\w{2,}|\d{3}", re.IGNORECASE)
LONG_NUMBER = re.compile(r"\d{6,}")


def code(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """The code that confirms a hold: the only run of six digits in the text, so no link."""
    if facts.code is None or facts.hold_expires_at is None:
        raise ValueError("Only a held chat has a code.")
    until = clock(facts.hold_expires_at, facts.prospect.zone)
    facts = _unverified(_tidy(facts))
    service = replace(
        service, name=_countless(service.name), programme=_countless(service.programme)
    )
    subject = f"Your code for the chat with {facts.ambassador.name}"
    return _chat_mail(
        "code",
        facts,
        "prospect",
        service,
        message_id,
        subject,
        until=f"{until} ({city(facts.prospect.zone)})",
    )


def invitation(facts: ChatFacts, reader: Side, service: Service, message_id: str) -> Mail:
    """A chat is confirmed, or an ambassador takes one over."""
    facts = _tidy(facts)
    me, other = sides(facts, reader)
    subject = f"Chat with {other.name}: {spoken(facts.start, me.zone)}"
    return _chat_mail("invitation", facts, reader, service, message_id, subject, calendar=request)


def update(facts: ChatFacts, reader: Side, service: Service, message_id: str) -> Mail:
    """Time, place or ambassador changed: the same calendar entry, a higher SEQUENCE."""
    facts = _tidy(facts)
    me, other = sides(facts, reader)
    subject = f"Changed: chat with {other.name}, {spoken(facts.start, me.zone)}"
    before = spoken(facts.previous_start, me.zone) if facts.previous_start else ""
    return _chat_mail(
        "update", facts, reader, service, message_id, subject, calendar=request, before=before
    )


def cancellation(
    facts: ChatFacts,
    reader: Literal["prospect", "ambassador", "replaced"],
    service: Service,
    message_id: str,
) -> Mail:
    """A chat is off; for the `replaced` ambassador it is off because another one has it now."""
    facts = replace(_tidy(facts), place="")
    side: Side = "prospect" if reader == "prospect" else "ambassador"
    if reader == "replaced":
        facts = _as_it_was(facts)
    me, other = sides(facts, side)
    subject = f"Cancelled: chat with {other.name} on {spoken(facts.start, me.zone)}"
    return _chat_mail(
        "cancellation",
        facts,
        side,
        service,
        message_id,
        subject,
        calendar=cancel,
        replaced=reader == "replaced",
    )


def reminder(
    facts: ChatFacts, reader: Side, hours: Literal[24, 1], service: Service, message_id: str
) -> Mail:
    """A day or an hour before. No calendar part: the entry is there already."""
    facts = _tidy(facts)
    me, other = sides(facts, reader)
    opening = "Reminder" if hours == 24 else "Starting soon"
    subject = f"{opening}: chat with {other.name}, {spoken(facts.start, me.zone)}"
    return _chat_mail("reminder", facts, reader, service, message_id, subject, soon=hours == 1)


def thanks(facts: ChatFacts, service: Service, message_id: str) -> Mail:
    """To the prospect, after the chat: thanks, one question, one link."""
    facts = _tidy(facts)
    subject = f"Thank you for talking with {facts.ambassador.name}"
    day = long_day(facts.start, facts.prospect.zone)
    return _chat_mail("thanks", facts, "prospect", service, message_id, subject, day=day)


def account_invitation(
    to: Person, role: str, url: str, valid: timedelta, service: Service, message_id: str
) -> Mail:
    """To somebody the coordinators want as `role`: a link where they set their password."""
    subject = f"Your account as {role}: {service.name}"
    return _letter(
        "account_invitation",
        to,
        service,
        message_id,
        subject,
        role=role,
        url=url,
        valid=_span(valid),
    )


def password_reset(
    to: Person, url: str, valid: timedelta, service: Service, message_id: str
) -> Mail:
    """A link where a new password is set."""
    subject = f"A new password for {service.name}"
    return _letter("password_reset", to, service, message_id, subject, url=url, valid=_span(valid))


def request_received(
    to: Person, interests: tuple[str, ...], service: Service, message_id: str
) -> Mail:
    """To a prospect whom nobody matches, or nobody is free for: a coordinator looks."""
    subject = "We will match you with a student ambassador"
    to = replace(to, name=_harmless(to.name))
    return _letter("request_received", to, service, message_id, subject, interests=interests)


def request_matched(
    to: Person,
    ambassador_name: str,
    interests: tuple[str, ...],
    url: str,
    service: Service,
    message_id: str,
) -> Mail:
    """To a prospect who waited: who was found, what they share, where to choose a time."""
    name = one_line(ambassador_name, NAME_LIMIT)
    subject = f"We found a student ambassador for you: {name}"
    return _letter(
        "request_matched",
        to,
        service,
        message_id,
        subject,
        ambassador=name,
        interests=interests,
        url=url,
    )


def plan_digest(
    to: Person, people: Sequence[Newcomer], url: str, service: Service, message_id: str
) -> Mail:
    """To an ambassador: the prospects a coordinator matched with them, who will choose a time."""
    subject = f"{count_text(len(people), 'prospect')} matched with you"
    tidy = [
        {
            "name": one_line(one.name, NAME_LIMIT),
            "city": city(one.zone),
            "interests": one.interests,
            "question": plain(one.question),
        }
        for one in people
    ]
    return _letter("plan_digest", to, service, message_id, subject, people=tidy, url=url)


def _chat_mail(
    kind: str,
    facts: ChatFacts,
    reader: Side,
    service: Service,
    message_id: str,
    subject: str,
    *,
    calendar: Callable[[Invite], bytes] | None = None,
    **more: object,
) -> Mail:
    """A mail about a chat, with its calendar object when the mail changes calendars."""
    me, other = sides(facts, reader)
    values = {
        "facts": facts,
        "reader": reader,
        "other": other,
        "times": times_for(facts.start, facts.end, me, other),
        "changed_by": _changed_by(facts, reader),
    }
    mail = _letter(kind, me, service, message_id, subject, **values, **more)
    if calendar is None:
        return mail
    method = "CANCEL" if calendar is cancel else "REQUEST"
    return replace(mail, calendar=calendar(entry(facts, reader, service)), method=method)


def _letter(
    kind: str, to: Person, service: Service, message_id: str, subject: str, **values: object
) -> Mail:
    """Any mail: its templates filled in, without a calendar part."""
    to = _tidy_person(to)
    subject = one_line(subject)
    text, html = render(kind, me=to, service=service, subject=subject, **values)
    return Mail(to, subject, text, html, None, None, message_id)


def _as_it_was(facts: ChatFacts) -> ChatFacts:
    """The chat as the replaced ambassador knows it: theirs, at the time it had."""
    if facts.previous_ambassador is None:
        raise ValueError("Nobody was replaced in this chat.")
    start = facts.previous_start or facts.start
    end = start + (facts.end - facts.start)
    return replace(facts, ambassador=facts.previous_ambassador, start=start, end=end, question="")


def _changed_by(facts: ChatFacts, reader: Side) -> str:
    """Who made the last change, as its reader would say it; empty when it happened by itself."""
    if facts.changed_by == reader and facts.previous_ambassador is None:
        return "you"
    people = {
        "prospect": facts.prospect.name,
        "ambassador": facts.ambassador.name,
        "coordinator": "a coordinator of the programme",
    }
    return people.get(facts.changed_by, "")


def _tidy(facts: ChatFacts) -> ChatFacts:
    """All typed text made plain, once, before any destination adds its own escaping."""
    before = facts.previous_ambassador
    return replace(
        facts,
        prospect=_tidy_person(facts.prospect),
        ambassador=_tidy_person(facts.ambassador),
        previous_ambassador=_tidy_person(before) if before else None,
        question=plain(facts.question),
        place=one_line(facts.place),
        reason=plain(facts.reason),
    )


def _tidy_person(person: Person) -> Person:
    return replace(person, name=one_line(person.name, NAME_LIMIT))


def _unverified(facts: ChatFacts) -> ChatFacts:
    """Nothing a stranger could advertise with, since anybody may type anybody's address."""
    prospect = replace(facts.prospect, name=_harmless(facts.prospect.name))
    ambassador = replace(facts.ambassador, name=_countless(facts.ambassador.name))
    return replace(facts, prospect=prospect, ambassador=ambassador, question="", place="")


def _harmless(name: str) -> str:
    return "" if ADVERTISING.search(name) else name


def _countless(text: str) -> str:
    return LONG_NUMBER.sub("…", text)


def _span(valid: timedelta) -> str:
    """A validity in words: "7 days", "1 hour", "30 minutes"."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count, rest = divmod(int(valid.total_seconds()), length)
        if count and not rest:
            return f"{count} {unit}" + ("s" if count > 1 else "")
    return f"{int(valid.total_seconds() // 60)} minutes"
