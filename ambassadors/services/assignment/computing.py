"""From the database to a plan: everything read in one go, then computed without it.

Imports numerics: load this module only where a plan is run.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.capacity import chats_left, free_of
from ambassadors.core.explaining import Draft, draw_up
from ambassadors.core.meeting import meeting_table
from ambassadors.core.plans import Edits, Question, Taker, Waiting
from ambassadors.models import Plan, PlanLine
from ambassadors.services.assignment.waiting import count_promised, waiting_requests, wish_of
from ambassadors.services.diary import load_diaries
from ambassadors.services.standing import STANDING

READ, COMPUTED = 40, 90  # per cent of the work


def compute(session: Session, plan_id: int, now: datetime, report: Callable[[int], None]) -> Draft:
    """A plan's answer. `report` is called between steps with the per cent that are done.

    Nothing is written here, and no transaction is open while it computes.
    """
    plan = session.get_one(Plan, plan_id, populate_existing=True)
    question = read_question(session, plan.edits, read_previous(session, plan.previous_id), now)
    session.rollback()
    report(READ)
    draft = draw_up(question)
    report(COMPUTED)
    return draft


def foresee(session: Session, now: datetime) -> Draft:
    """What a plan would be now, without a row for it."""
    return draw_up(read_question(session, {}, {}, now))


def read_previous(session: Session, plan_id: int | None) -> dict[int, int]:
    """Whom the plan before gave to each request."""
    rows = session.execute(
        select(PlanLine.request_id, PlanLine.ambassador_id).where(PlanLine.plan_id == plan_id)
    )
    return {request: ambassador for request, ambassador in rows if ambassador is not None}


def read_question(
    session: Session, edits: Mapping[str, Any], previous: Mapping[int, int], now: datetime
) -> Question:
    """All that decides a plan: a fixed number of queries."""
    standing = STANDING.read(session)
    profiles = standing.pool.profiles
    ids = [one.id for one in profiles]
    diaries = load_diaries(session, ids, now, now + standing.horizon, now)
    promised = count_promised(session, now)
    free = [free_of(diaries[one], now) for one in ids]
    takers = [
        Taker(one, max(0, chats_left(diaries[one.id], times, now) - promised.get(one.id, 0)))
        for one, times in zip(profiles, free, strict=True)
    ]
    requests = waiting_requests(session)
    waiting = [
        Waiting(one.id, one.name, one.time_zone, wish_of(one, standing.vocabulary))
        for one in requests
    ]
    places = {awake: place for place, awake in enumerate({one.awake: 0 for one in requests})}
    meets = meeting_table(list(places), free)[[places[one.awake] for one in requests]]
    return Question(waiting, takers, meets, standing.vocabulary, edits_of(edits), previous)


def edits_of(kept: Mapping[str, Any]) -> Edits:
    """What was fixed by hand, as JSON keeps it."""
    return Edits(
        {int(request): int(one) for request, one in kept.get("pinned", {}).items()},
        {int(request): frozenset(ones) for request, ones in kept.get("excluded", {}).items()},
        frozenset(kept.get("left_out", ())),
    )
