"""What all mails are made of: typed text made plain, templates filled in, a calendar part."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from ambassadors.core.invites import Invite, cancel, decline_counter, request
from ambassadors.core.moments import spoken
from ambassadors.core.said import said, say, shown
from ambassadors.core.settings.wordings import Wording, fill
from ambassadors.core.text import one_line, plain
from ambassadors.core.wording import days_text, duration_text
from ambassadors.mail.entries import Side, entry, sides
from ambassadors.mail.facts import ChatFacts, Mail, Person, Service
from ambassadors.mail.render import render
from ambassadors.mail.times import times_for
from ambassadors.translations import catalog

NAME_LIMIT = 80
METHODS: dict[Callable[[Invite], bytes], str] = {
    request: "REQUEST",
    cancel: "CANCEL",
    decline_counter: "DECLINECOUNTER",
}
# Names that hold an address, a link or a number: not repeated to an address nobody has verified.
ADVERTISING = re.compile(r"[/@:]|\w\.\w{2,}|\d{3}", re.IGNORECASE)
NOTHING_SAID: Mapping[str, str] = {}
LONG_NUMBER = re.compile(r"\d{6,}")


def chat_mail(
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
    known = {
        "prospect": facts.prospect.name,
        "ambassador": facts.ambassador.name,
        "time": spoken(facts.start, me.zone, catalog(me.locale)),
    }
    mail = letter(kind, me, service, message_id, subject, known, **values, **more)
    if calendar is None:
        return mail
    return replace(mail, calendar=calendar(entry(facts, reader, service)), method=METHODS[calendar])


def letter(
    kind: str,
    to: Person,
    service: Service,
    message_id: str,
    subject: str,
    more: Mapping[str, str] = NOTHING_SAID,
    /,
    **values: object,
) -> Mail:
    """Any mail: its templates filled in, without a calendar part.

    `more` is what the placeholders of coordinators' own texts stand for, beside the reader's name
    and what the service is called.
    """
    to = tidy_person(to)
    language = catalog(to.locale)
    wording = service.wordings.get(kind, Wording())
    known = {"name": to.name, "programme": service.programme, "service": service.name, **more}
    subject = one_line(fill(wording.subject, known)) or one_line(str(say(subject, language)))
    added = {
        "opening": paragraphs(fill(wording.opening, known)),
        "closing": paragraphs(fill(wording.closing, known)),
    }
    text, html = render(
        kind, language.locale, me=to, service=service, subject=subject, **added, **values
    )
    return Mail(to, subject, text, html, None, None, message_id)


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def as_it_was(facts: ChatFacts) -> ChatFacts:
    """The chat as the replaced ambassador knows it: theirs, at the time it had."""
    if facts.previous_ambassador is None:
        raise ValueError("Nobody was replaced in this chat.")
    start = facts.previous_start or facts.start
    end = start + (facts.end - facts.start)
    return replace(facts, ambassador=facts.previous_ambassador, start=start, end=end, question="")


def _changed_by(facts: ChatFacts, reader: Side) -> str:
    """Who made the last change, as its reader would say it; empty when it happened by itself."""
    if facts.changed_by == reader and facts.previous_ambassador is None:
        return said("you")
    people = {
        "prospect": facts.prospect.name,
        "ambassador": facts.ambassador.name,
        "coordinator": said("a coordinator of the programme"),
    }
    return people.get(facts.changed_by, "")


def tidy(facts: ChatFacts) -> ChatFacts:
    """All typed text made plain, once, before any destination adds its own escaping."""
    before = facts.previous_ambassador
    return replace(
        facts,
        prospect=tidy_person(facts.prospect),
        ambassador=tidy_person(facts.ambassador),
        previous_ambassador=tidy_person(before) if before else None,
        question=plain(facts.question),
        place=one_line(facts.place),
        reason=plain(facts.reason),
    )


def tidy_person(person: Person) -> Person:
    return replace(person, name=one_line(person.name, NAME_LIMIT))


def unverified(facts: ChatFacts) -> ChatFacts:
    """Nothing a stranger could advertise with, since anybody may type anybody's address."""
    prospect = replace(facts.prospect, name=harmless(facts.prospect.name))
    ambassador = replace(facts.ambassador, name=countless(facts.ambassador.name))
    return replace(facts, prospect=prospect, ambassador=ambassador, question="", place="")


def harmless(name: str) -> str:
    return "" if ADVERTISING.search(name) else name


def countless(text: str) -> str:
    return LONG_NUMBER.sub("…", text)


def span(valid: timedelta) -> str:
    """A validity in words: "7 days", "1 hour", "30 minutes"."""
    minutes = int(valid.total_seconds()) // 60
    days, rest = divmod(minutes, 1440)
    return shown(days_text, days) if days and not rest else shown(duration_text, minutes)
