"""Accepting a plan: everybody in it is told, all at once or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, contains_eager

from ambassadors.core.capacity import chats_left, free_of
from ambassadors.core.notices import PROSPECT, Due, Kind, ambassador
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Plan, PlanLine, User, WaitingRequest
from ambassadors.services.assignment.ledger import find_plan
from ambassadors.services.assignment.waiting import PROMISED, count_promised, still_waiting
from ambassadors.services.diary import load_diaries
from ambassadors.services.notices import queue
from ambassadors.services.standing import STANDING

DIGEST_USEFUL = timedelta(days=7)
MATCHED_VERSION = 2  # of a request's mails; that it was received is the first


@dataclass(frozen=True)
class Accepted:
    """How many were matched; the names of those who do not wait any more, or whose ambassador
    is not active any more; how many ambassadors are told; and the names of those whose ambassador
    has no hours left for them any more.
    """

    matched: int
    skipped: tuple[str, ...]
    ambassadors: int
    full: tuple[str, ...] = ()


def accept(session: Session, plan_id: int, now: datetime) -> Accepted:
    """Matches everybody as the plan says and queues the mails: to each prospect, with a link to
    choose a time, and to each ambassador, one about all of theirs.

    Who was booked, closed or matched meanwhile is skipped and named; so is who came last to an
    ambassador who can take fewer now than the plan gives them. Refused (409) when the plan
    is not ready, or nobody in it can be matched.
    """
    claim(session, plan_id, now)
    full = leave_waiting(session, plan_id, now)
    uids = match_all(session, plan_id, now)
    if not uids:
        raise Refused(said("There is nobody in this plan who could be matched now."), status=409)
    for request_id, uid in uids.items():
        due = Due(Kind.REQUEST_MATCHED, PROSPECT, now, now + PROMISED)
        queue(session, uid, MATCHED_VERSION, [due], now, request_id=request_id)
    told = mark(session, plan_id, uids)
    queue_digests(session, plan_id, told, now)
    skipped = session.scalars(
        select(WaitingRequest.name)
        .join(PlanLine, PlanLine.request_id == WaitingRequest.id)
        .where(PlanLine.plan_id == plan_id, PlanLine.outcome == "skipped", PlanLine.id.not_in(full))
        .order_by(WaitingRequest.created_at, WaitingRequest.id)
    )
    return Accepted(len(uids), tuple(skipped), len(told), tuple(full.values()))


def claim(session: Session, plan_id: int, now: datetime) -> None:
    """Only one acceptance comes through."""
    found = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.status == "ready")
        .values(status="accepted", accepted_at=now)
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        status = find_plan(session, plan_id).status
        raise Refused(
            said("Only a plan that is ready can be accepted; this one is {status}.", status=status),
            status=409,
        )


def leave_waiting(session: Session, plan_id: int, now: datetime) -> dict[int, str]:
    """Skips the lines for which an ambassador has no hours left any more, and says so in them; the
    prospects' names by line. Pairs kept by hand come first, then who has waited longest.
    """
    lines = session.scalars(
        select(PlanLine)
        .join(PlanLine.request)
        .join(PlanLine.ambassador)
        .where(PlanLine.plan_id == plan_id, Ambassador.status == "active", still_waiting())
        .order_by(PlanLine.pinned.desc(), WaitingRequest.created_at, WaitingRequest.id)
        .options(contains_eager(PlanLine.request), contains_eager(PlanLine.ambassador))
        .execution_options(populate_existing=True)
    ).all()
    room = count_room(session, sorted({one.ambassador_id or 0 for one in lines}), now)
    left = {}
    for line in lines:
        id, name = line.ambassador_id or 0, line.ambassador.name if line.ambassador else ""
        room[id] -= 1
        if room[id] < 0:
            text = said("{name}'s hours had gone when the plan was accepted.", name=name)
            gone = {"code": "full", "text": text}
            line.outcome, line.why = "skipped", [gone, *line.why]
            left[line.id] = line.request.name
    session.flush()
    return left


def count_room(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    """How many more chats ambassadors can take in this week and the next, less those promised."""
    farthest = now + STANDING.read(session).horizon
    diaries, promised = load_diaries(session, ids, now, farthest, now), count_promised(session, now)
    return {
        id: chats_left(diaries[id], free_of(diaries[id], now), now) - promised.get(id, 0)
        for id in ids
    }


def match_all(session: Session, plan_id: int, now: datetime) -> dict[int, str]:
    """Marks the requests matched that still wait, and whose ambassador is active; their UIDs."""
    given = select(PlanLine.ambassador_id).where(
        PlanLine.plan_id == plan_id,
        PlanLine.request_id == WaitingRequest.id,
    )
    there = (
        exists()
        .where(
            PlanLine.plan_id == plan_id,
            PlanLine.request_id == WaitingRequest.id,
            PlanLine.outcome == "",
            Ambassador.id == PlanLine.ambassador_id,
            Ambassador.status == "active",
            Ambassador.pending_since.is_(None),
            User.id == Ambassador.user_id,
            User.active,
        )
        .correlate(WaitingRequest)
    )
    rows = session.execute(
        update(WaitingRequest)
        .where(still_waiting(), there)
        .values(state="matched", ambassador_id=given.scalar_subquery(), changed_at=now)
        .returning(WaitingRequest.id, WaitingRequest.uid)
        .execution_options(synchronize_session=False)
    )
    uids = {row.id: row.uid for row in sorted(rows)}
    session.expire_all()  # requests were read before
    return uids


def mark(session: Session, plan_id: int, matched: Iterable[int]) -> list[int]:
    """Writes into the lines what came of them; the ambassadors who got somebody."""
    done, told = set(matched), set[int]()
    lines = session.scalars(
        select(PlanLine)
        .where(PlanLine.plan_id == plan_id, PlanLine.ambassador_id.is_not(None))
        .execution_options(populate_existing=True)
    )
    for line in lines:
        line.outcome = "matched" if line.request_id in done else "skipped"
        if line.outcome == "matched" and line.ambassador_id is not None:
            told.add(line.ambassador_id)
    session.flush()
    return sorted(told)


def queue_digests(session: Session, plan_id: int, ids: list[int], now: datetime) -> None:
    """One mail to each ambassador about everybody they got."""
    rows = session.execute(
        select(Ambassador.id, Ambassador.user_id).where(Ambassador.id.in_(ids))
    ).all()
    for id, user_id in sorted(rows):
        due = Due(Kind.PLAN_DIGEST, ambassador(id), now, now + DIGEST_USEFUL)
        details = {"plan_id": plan_id, "ambassador_id": id}
        queue(session, f"plan:{plan_id}", 1, [due], now, user_id=user_id, details=details)
