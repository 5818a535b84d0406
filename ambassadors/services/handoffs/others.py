"""What else there is for a prospect whose chat cannot be: the nearest times of those who fit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core import slots
from ambassadors.core.interests import Wanted
from ambassadors.core.slots import Diary
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.models import Chat
from ambassadors.services.matching import find
from ambassadors.services.programme import vocabulary

OFFERED = 3
NEAREST = 40  # starts a quarter of an hour apart: enough to get past any chat
LOOKED_AT = 10  # of the best matches


@dataclass(frozen=True)
class Other:
    """A time (UTC) that could be booked instead, and with whom."""

    ambassador_id: int
    name: str
    start: datetime


def nearest_beside(chat: Chat, diary: Diary, now: datetime) -> datetime | None:
    """The bookable start nearest to a chat's that does not overlap it: then they all cannot."""
    at = minute_of(chat.starts_at)
    near = slots.nearest(diary, at, chat.minutes, now, NEAREST)
    return next((moment_of(one) for one in near if abs(one - at) >= chat.minutes), None)


def find_others(session: Session, chat: Chat, now: datetime) -> list[Other]:
    """The nearest bookable times of the best matches, the nearest first, one a person."""
    known = vocabulary(session)
    asked = tuple(key for key in chat.interests if known.knows(key))
    wanted = Wanted(asked, frozenset(chat.most).intersection(asked), tuple(chat.languages))
    found = find(session, wanted, now, minutes=chat.minutes, limit=LOOKED_AT, count=1)
    others: list[Other] = []
    for offer in found.offers:
        profile, start = offer.match.profile, nearest_beside(chat, offer.diary, now)
        if start is not None:
            others.append(Other(profile.id, profile.name, start))
    return sorted(others, key=lambda one: abs(one.start - chat.starts_at))[:OFFERED]
