"""Why this ambassador, and who else there was: a chat's match in words."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.models import Ambassador, Chat, Family, Interest, User, ambassador_interests


@dataclass(frozen=True)
class Other:
    """Somebody who fitted too when the chat was booked, with the points of that moment."""

    ambassador_id: int
    name: str
    score: int


@dataclass(frozen=True)
class Fit:
    """How whoever has the chat fits what was asked for, by today's profile; and the others."""

    match: Match
    others: tuple[Other, ...]


def fit_of(session: Session, chat: Chat, known: Vocabulary) -> Fit | None:
    """The match of a chat; None when nothing was asked for that the programme still knows."""
    asked = tuple(key for key in chat.interests if known.knows(key))
    if not asked:
        return None
    wish = Wanted(asked, frozenset(chat.most).intersection(asked), tuple(chat.languages))
    match = explain(wish, [profile_of(session, chat.ambassador)], known)[0]
    return Fit(match, others_of(session, chat))


def profile_of(session: Session, ambassador: Ambassador) -> Profile:
    """One ambassador as matching sees them, whether or not they can be found."""
    rows = session.execute(
        select(Family.key, Interest.key)
        .join(Interest, Interest.family_id == Family.id)
        .join(ambassador_interests, ambassador_interests.c.interest_id == Interest.id)
        .where(ambassador_interests.c.ambassador_id == ambassador.id)
    )
    return Profile(
        id=ambassador.id,
        name=ambassador.name,
        zone=ambassador.time_zone,
        languages=tuple(ambassador.languages),
        interests=frozenset(f"{family}/{item}" for family, item in rows),
    )


def others_of(session: Session, chat: Chat) -> tuple[Other, ...]:
    """The best matches that were kept with the chat, without whoever has it."""
    kept = session.scalar(select(Chat.offered).where(Chat.id == chat.id)) or []
    rows = session.execute(
        select(Ambassador.id, User.name)
        .join(User, User.id == Ambassador.user_id)
        .where(Ambassador.id.in_([one for one, _ in kept if one != chat.ambassador_id]))
    )
    names = {row.id: row.name for row in rows}
    return tuple(Other(one, names[one], score) for one, score in kept if one in names)
