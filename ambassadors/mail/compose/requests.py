"""Mails about prospects who wait to be matched, to them and to who was found for them."""

from collections.abc import Sequence
from dataclasses import replace

from ambassadors.core.moments import city
from ambassadors.core.said import said, said_n, shown
from ambassadors.core.text import one_line, plain
from ambassadors.mail.compose.parts import NAME_LIMIT, harmless, letter
from ambassadors.mail.facts import Mail, Newcomer, Person, Service


def request_received(
    to: Person, interests: tuple[str, ...], service: Service, message_id: str
) -> Mail:
    """To a prospect whom nobody matches, or nobody is free for: a coordinator looks."""
    subject = said("We will match you with a student ambassador")
    to = replace(to, name=harmless(to.name))
    return letter("request_received", to, service, message_id, subject, interests=interests)


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
    subject = said("We found a student ambassador for you: {name}", name=name)
    return letter(
        "request_matched",
        to,
        service,
        message_id,
        subject,
        {"ambassador": name},
        ambassador=name,
        interests=interests,
        url=url,
    )


def plan_digest(
    to: Person, people: Sequence[Newcomer], url: str, service: Service, message_id: str
) -> Mail:
    """To an ambassador: the prospects a coordinator matched with them, who will choose a time."""
    subject = said_n(
        "{count} prospect matched with you", "{count} prospects matched with you", len(people)
    )
    tidy = [
        {
            "name": one_line(one.name, NAME_LIMIT),
            "city": shown(city, one.zone),
            "interests": one.interests,
            "question": plain(one.question),
        }
        for one in people
    ]
    return letter("plan_digest", to, service, message_id, subject, people=tidy, url=url)
