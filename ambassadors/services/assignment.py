"""Matching everybody who waits, all at once: the best plan within what ambassadors can take.

Imports numerics: load this module only where it is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.assignment import assign
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import Reason, explain
from ambassadors.core.notices import PROSPECT, Due, Kind
from ambassadors.core.score_table import score_table
from ambassadors.models import Chat, WaitingRequest
from ambassadors.services.notices import queue
from ambassadors.services.standing import STANDING, chats_this_week

WEEK = timedelta(days=7)
MATCHED_MAIL_USEFUL = timedelta(days=14)
MATCHED_VERSION = 2  # of a request's mails; that it was received is the first


@dataclass(frozen=True)
class Placed:
    """A waiting prospect, the ambassador the plan gives them, how well they fit, and why."""

    request_id: int
    prospect: str
    ambassador: Profile
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Unplaced:
    """A waiting prospect for whom there is nobody, or nobody with time left."""

    request_id: int
    prospect: str


@dataclass(frozen=True)
class Assignment:
    """A plan for everybody who waits; `proven`: no better one exists."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    proven: bool


def plan(session: Session, now: datetime) -> Assignment:
    """The best plan for the waiting requests and what active ambassadors can still take this week.

    Only reads: five queries beside those that are kept in memory.
    """
    standing = STANDING.read(session)
    requests, profiles = waiting_requests(session), standing.pool.profiles
    wishes = [wish_of(request, standing.vocabulary) for request in requests]
    taken = chats_this_week(session, profiles, now)
    promised = count_promised(session, now)
    caps = [
        max(0, one.load[1] - taken.get(one.id, 0) - promised.get(one.id, 0)) for one in profiles
    ]
    found = assign(score_table(wishes, profiles, standing.vocabulary), caps)
    placed: list[Placed] = []
    unplaced: list[Unplaced] = []
    for request, wish, choice in zip(requests, wishes, found.choice.tolist(), strict=True):
        if choice < 0:
            unplaced.append(Unplaced(request.id, request.name))
        else:
            placed.append(place(request, wish, profiles[choice], standing.vocabulary))
    return Assignment(tuple(placed), tuple(unplaced), found.proven)


def waiting_requests(session: Session) -> Sequence[WaitingRequest]:
    """Everybody who waits, longest first."""
    return session.scalars(
        select(WaitingRequest)
        .where(WaitingRequest.state == "waiting")
        .order_by(WaitingRequest.created_at, WaitingRequest.id)
        .options(joinedload(WaitingRequest.prospect))
    ).all()


def wish_of(request: WaitingRequest, vocabulary: Vocabulary) -> Wanted:
    """What they asked for, as far as the programme still has it."""
    asked = tuple(key for key in request.interests if vocabulary.knows(key))
    return Wanted(asked, frozenset(request.most).intersection(asked), tuple(request.languages))


def count_promised(session: Session, now: datetime) -> dict[int, int]:
    """How many were matched with each ambassador this past week and have not booked them yet."""
    booked = exists().where(
        Chat.prospect_id == WaitingRequest.prospect_id,
        Chat.ambassador_id == WaitingRequest.ambassador_id,
        Chat.created_at >= WaitingRequest.changed_at,
    )
    rows = session.execute(
        select(WaitingRequest.ambassador_id, func.count())
        .where(
            WaitingRequest.state == "matched",
            WaitingRequest.ambassador_id.is_not(None),
            WaitingRequest.changed_at > now - WEEK,
            ~booked,
        )
        .group_by(WaitingRequest.ambassador_id)
    )
    return {id: count for id, count in rows if id is not None}


def place(
    request: WaitingRequest, wish: Wanted, profile: Profile, vocabulary: Vocabulary
) -> Placed:
    """One row of the plan, explained."""
    match = explain(wish, [profile], vocabulary)[0]
    return Placed(request.id, request.name, profile, match.score, match.reasons)


def carry_out(session: Session, placed: Sequence[Placed], now: datetime) -> list[Placed]:
    """Marks the requests matched and queues the mail that says with whom; those it was done for.

    Who does not wait any more, since the plan was made, is left alone.
    """
    return [one for one in placed if match(session, one.request_id, one.ambassador.id, now)]


def match(session: Session, request_id: int, ambassador_id: int, now: datetime) -> bool:
    """Gives one waiting prospect an ambassador; False when they do not wait any more."""
    uid = session.execute(
        update(WaitingRequest)
        .where(WaitingRequest.id == request_id, WaitingRequest.state == "waiting")
        .values(state="matched", ambassador_id=ambassador_id, changed_at=now)
        .returning(WaitingRequest.uid)
        .execution_options(synchronize_session=False)
    ).scalar()
    if uid is None:
        return False
    due = Due(Kind.REQUEST_MATCHED, PROSPECT, now, now + MATCHED_MAIL_USEFUL)
    queue(session, uid, MATCHED_VERSION, [due], now, request_id=request_id)
    return True
