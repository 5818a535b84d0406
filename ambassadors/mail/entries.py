"""A chat as an entry in one reader's calendar, for mails, downloads and feeds alike."""

from typing import Literal

from ambassadors.core.invites import Invite
from ambassadors.core.said import Language, said, say
from ambassadors.mail.facts import ChatFacts, Person, Service
from ambassadors.translations import catalog

Side = Literal["prospect", "ambassador"]
NOT_FREE = said("That time is not free.")


def sides(facts: ChatFacts, reader: Side) -> tuple[Person, Person]:
    """The reader, and the person they talk with."""
    if reader == "prospect":
        return facts.prospect, facts.ambassador
    return facts.ambassador, facts.prospect


def entry(facts: ChatFacts, reader: Side, service: Service) -> Invite:
    """The reader's own entry. It names the other person and shows nobody's address to anybody."""
    me, other = sides(facts, reader)
    language = catalog(me.locale)
    if reader == "prospect":
        summary = said("Chat with {name} (student ambassador)", name=other.name)
    else:
        summary = said("Chat with {name} (prospective student)", name=other.name)
    return Invite(
        uid=facts.uid,
        sequence=facts.sequence,
        start=facts.start,
        end=facts.end,
        stamp=facts.stamp,
        summary=str(say(summary, language)),
        description=_description(facts, reader, service, language),
        location=facts.place,
        organizer=service.address,
        organizer_name=service.name,
        attendee=me.address,
        attendee_name=me.name,
        url=_page(facts, reader),
        declined=str(say(NOT_FREE, language)),
        status="CANCELLED" if facts.status == "cancelled" else "CONFIRMED",
    )


def _description(facts: ChatFacts, reader: Side, service: Service, language: Language) -> str:
    """The links first: some calendars show only the first lines."""
    lines = [said("To view, move or cancel the chat: {address}", address=_page(facts, reader))]
    if facts.place:
        lines.append(said("Where: {place}", place=facts.place))
    if facts.interests and reader == "ambassador":
        interests = ", ".join(str(say(one, language)) for one in facts.interests)
        lines.append(said("Interested in: {interests}", interests=interests))
    told = [*(str(say(line, language)) for line in lines), "", service.programme]
    if facts.question:
        asked = said("Your question:") if reader == "prospect" else said("Their question:")
        told += ["", str(say(asked, language)), facts.question]
    return "\n".join(told)


def _page(facts: ChatFacts, reader: Side) -> str:
    return facts.manage_url if reader == "prospect" else facts.staff_url
