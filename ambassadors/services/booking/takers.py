"""Who could take a booked chat over at its time, and whom only the weekly guard keeps from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.kept_out import Load, kept_out_load
from ambassadors.core.matching import rank
from ambassadors.core.slots import Diary, could_take
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat
from ambassadors.services.booking.door import find_chat
from ambassadors.services.diary import load_diaries
from ambassadors.services.matching import load_profiles
from ambassadors.services.programme import vocabulary


@dataclass(frozen=True)
class Takers:
    """Who is free at a chat's time, each with the points of the match; and who would be but for
    the weekly guard, with how much they work in that week. The best match comes first.
    """

    free: list[tuple[Ambassador, int]]
    kept_out: list[tuple[Ambassador, Load]]


def free_ambassadors(session: Session, uid: str, now: datetime) -> list[tuple[Ambassador, int]]:
    """Who could take a chat over at its time, each with the points of the match; best first."""
    return find_takers(session, uid, now).free


def find_takers(session: Session, uid: str, now: datetime) -> Takers:
    """Who could take a chat over at its time, whatever their notice."""
    chat = find_chat(session, uid)
    others = [one for one in load_profiles(session) if one.id != chat.ambassador_id]
    diaries = diaries_around(session, [one.id for one in others], chat, now)
    start, minutes = minute_of(chat.starts_at), chat.minutes
    free = {one for one, diary in diaries.items() if could_take(diary, start, minutes)}
    loads = {one: kept_out_load(diary, start, minutes) for one, diary in diaries.items()}
    kept_out = {one: load for one, load in loads.items() if load is not None}
    asked = [one for one in others if one.id in free or one.id in kept_out]
    scores = points_of(session, chat, asked)
    rows = select(Ambassador).where(Ambassador.id.in_([one.id for one in asked]))
    by_id = {row.id: row for row in session.scalars(rows)}
    order = sorted(by_id, key=lambda one: (-scores.get(one, 0), one))
    return Takers(
        [(by_id[one], scores.get(one, 0)) for one in order if one in free],
        [(by_id[one], kept_out[one]) for one in order if one in kept_out],
    )


def points_of(session: Session, chat: Chat, people: list[Profile]) -> dict[int, int]:
    """The points of those who share what a chat is about, by their ids."""
    known = vocabulary(session)
    asked = tuple(key for key in chat.interests if known.knows(key))
    wanted = Wanted(asked, frozenset(chat.most).intersection(asked), tuple(chat.languages))
    return {match.profile.id: match.score for match in rank(wanted, people, known)}


def score_of(session: Session, chat: Chat, ambassador_id: int) -> int | None:
    """The points (0–100) of a chat's match with somebody; None when nothing was asked for."""
    if not chat.interests:
        return None
    people = [one for one in load_profiles(session) if one.id == ambassador_id]
    return points_of(session, chat, people).get(ambassador_id, 0)


def diaries_around(
    session: Session, ids: Sequence[int], chat: Chat, now: datetime
) -> dict[int, Diary]:
    """The diaries of these ambassadors, whole in the weeks that a chat touches."""
    week = timedelta(days=8)
    return load_diaries(session, ids, chat.starts_at - week, chat.starts_at + week, now)
