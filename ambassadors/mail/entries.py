"""A chat as an entry in one reader's calendar, for mails, downloads and feeds alike."""

from typing import Literal

from ambassadors.core.invites import Invite
from ambassadors.mail.facts import ChatFacts, Person, Service

Side = Literal["prospect", "ambassador"]


def sides(facts: ChatFacts, reader: Side) -> tuple[Person, Person]:
    """The reader, and the person they talk with."""
    if reader == "prospect":
        return facts.prospect, facts.ambassador
    return facts.ambassador, facts.prospect


def entry(facts: ChatFacts, reader: Side, service: Service) -> Invite:
    """The reader's own entry. It names the other person and shows nobody's address to anybody."""
    me, other = sides(facts, reader)
    role = "student ambassador" if reader == "prospect" else "prospective student"
    return Invite(
        uid=facts.uid,
        sequence=facts.sequence,
        start=facts.start,
        end=facts.end,
        stamp=facts.stamp,
        summary=f"Chat with {other.name} ({role})",
        description=_description(facts, reader, service),
        location=facts.place,
        organizer=service.address,
        organizer_name=service.name,
        attendee=me.address,
        attendee_name=me.name,
        url=_page(facts, reader),
        status="CANCELLED" if facts.status == "cancelled" else "CONFIRMED",
    )


def _description(facts: ChatFacts, reader: Side, service: Service) -> str:
    """The links first: some calendars show only the first lines."""
    lines = [f"To view, move or cancel the chat: {_page(facts, reader)}"]
    if facts.place:
        lines.append(f"Where: {facts.place}")
    if facts.interests and reader == "ambassador":
        lines.append(f"Interested in: {', '.join(facts.interests)}")
    lines += ["", service.programme]
    if facts.question:
        asked = "Your question" if reader == "prospect" else "Their question"
        lines += ["", f"{asked}:", facts.question]
    return "\n".join(lines)


def _page(facts: ChatFacts, reader: Side) -> str:
    return facts.manage_url if reader == "prospect" else facts.staff_url
