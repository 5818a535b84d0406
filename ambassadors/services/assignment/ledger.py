"""Plans as rows: started, looked at, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.outlooks import Outlook
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Plan, PlanLine, Prospect, User, WaitingRequest
from ambassadors.services.assignment.waiting import count_waiting
from ambassadors.services.paging import Page, contains, page_of

OPEN = ("queued", "running", "ready")
MOST_RECENT = 10


@dataclass(frozen=True)
class Start:
    """What a plan would start from, and the plans there were, the latest first."""

    waiting: int
    ambassadors: int
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class LineFilter:
    """Which lines: `show` is '' (all), placed, unplaced, changed, lower (not the first choice) or
    hand (fixed by hand); search as for requests.
    """

    show: str = ""
    ambassador_id: int | None = None
    search: str = ""


@dataclass(frozen=True)
class Changes:
    """How a plan differs from the one before, in prospects; all 0 when there was none.

    `lower` counts those who do not get their first choice.
    """

    lower: int = 0
    kept: int = 0
    moved: int = 0
    added: int = 0
    lost: int = 0


def start(
    session: Session, now: datetime, user_id: int | None = None, edits: dict[str, Any] | None = None
) -> Plan:
    """Asks for a plan; whatever plan was open before is cancelled by it.

    A scheduler runs it within seconds. `edits` is what was fixed by hand (see models.Plan).
    """
    before = session.scalar(
        select(func.max(Plan.id)).where(Plan.finished_at.is_not(None), Plan.status != "failed")
    )
    session.execute(
        update(Plan)
        .where(Plan.status.in_(OPEN))
        .values(status="cancelled", owner=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    plan = Plan(
        status="queued", created_at=now, user_id=user_id, previous_id=before, edits=edits or {}
    )
    session.add(plan)
    session.flush()
    return plan


def again(session: Session, plan_id: int, now: datetime, user_id: int | None = None) -> Plan:
    """The same once more as things stand now, with everything that was fixed by hand."""
    return start(session, now, user_id, edits_in(session, plan_id))


def edits_in(session: Session, plan_id: int) -> dict[str, Any]:
    """What a coordinator fixed by hand in a plan, as a plan's `edits` have it."""
    plan = find_plan(session, plan_id)
    if plan.finished_at is None or plan.status == "failed":
        return {name: kept for name, kept in plan.edits.items() if name != "touched"}
    lines = session.scalars(select(PlanLine).where(PlanLine.plan_id == plan_id)).all()
    return {
        "pinned": {str(line.request_id): line.ambassador_id for line in lines if line.pinned},
        "excluded": {str(line.request_id): line.excluded for line in lines if line.excluded},
        "left_out": [line.request_id for line in lines if line.left_out],
    }


def cancel(session: Session, plan_id: int) -> Plan:
    """Ends a plan that is not accepted; a run under way drops what it has. Refused (409) else."""
    plan = find_plan(session, plan_id)
    found = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.status.in_(OPEN))
        .values(status="cancelled", owner=None, lease_until=None)
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        raise Refused(said("This plan is {status} already.", status=plan.status), status=409)
    return plan


def find_plan(session: Session, plan_id: int) -> Plan:
    """One plan as it is now; refused (404) when there is none."""
    plan = session.get(Plan, plan_id, populate_existing=True)
    if plan is None:
        raise Refused(said("There is no such plan."), status=404)
    return plan


def look(session: Session) -> Start:
    """What a plan would start from."""
    active = select(func.count()).select_from(Ambassador).join(User, User.id == Ambassador.user_id)
    return Start(
        count_waiting(session),
        session.scalar(
            active.where(
                Ambassador.status == "active", Ambassador.pending_since.is_(None), User.active
            )
        )
        or 0,
        tuple(recent(session)),
    )


def recent(session: Session) -> Sequence[Plan]:
    """The latest plans, the last one first."""
    return session.scalars(select(Plan).order_by(Plan.id.desc()).limit(MOST_RECENT)).all()


def find_line(session: Session, plan_id: int, line_id: int) -> PlanLine:
    """One line with its people; refused (404) when the plan has none such."""
    line = session.scalar(
        select(PlanLine)
        .where(PlanLine.id == line_id, PlanLine.plan_id == plan_id)
        .options(*WITH_PEOPLE)
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise Refused(said("There is no such line in this plan."), status=404)
    return line


WITH_PEOPLE = (
    joinedload(PlanLine.request).joinedload(WaitingRequest.prospect),
    joinedload(PlanLine.ambassador),
    joinedload(PlanLine.previous_ambassador),
)

MOVED = PlanLine.ambassador_id.is_distinct_from(PlanLine.previous_ambassador_id)
SHOWN: dict[str, ColumnElement[bool]] = {
    "placed": PlanLine.ambassador_id.is_not(None),
    "unplaced": PlanLine.ambassador_id.is_(None),
    "changed": MOVED,
    "lower": PlanLine.choice > 1,
    "hand": PlanLine.pinned | PlanLine.left_out | PlanLine.code.in_(("excluded", "open")),
    "skipped": PlanLine.outcome == "skipped",
}


def find_lines(
    session: Session, plan_id: int, wanted: LineFilter, number: int = 1
) -> Page[PlanLine]:
    """The lines that a filter means, longest waiting first: two queries."""
    rows = (
        select(PlanLine)
        .join(PlanLine.request)
        .where(PlanLine.plan_id == plan_id)
        .order_by(WaitingRequest.created_at, PlanLine.id)
        .options(*WITH_PEOPLE)
    )
    if wanted.show:
        rows = rows.where(SHOWN[wanted.show])
    if wanted.ambassador_id:
        rows = rows.where(PlanLine.ambassador_id == wanted.ambassador_id)
    if wanted.search:
        found = select(Prospect.id).where(contains(wanted.search, Prospect.email))
        named = contains(wanted.search, WaitingRequest.name)
        rows = rows.where(named | WaitingRequest.prospect_id.in_(found))
    return page_of(session, rows, number)


def changes(session: Session, plan: Plan) -> Changes:
    """How many prospects kept their ambassador, changed, were added and lost theirs: one query."""
    now, before = PlanLine.ambassador_id, PlanLine.previous_ambassador_id
    kinds = (
        PlanLine.choice > 1,
        now == before,
        now != before,
        now.is_not(None) & before.is_(None),
        now.is_(None) & before.is_not(None),
    )
    counted = select(*(func.count().filter(kind) for kind in kinds))
    row = session.execute(counted.where(PlanLine.plan_id == plan.id)).one()
    lower, *others = (int(count) for count in row)
    return Changes(lower, *others) if plan.previous_id else Changes(lower)


def outlooks(session: Session, plan: Plan) -> list[Outlook]:
    """Each ambassador of a plan, with what the lines give them now; fullest first, then by name."""
    rows = session.execute(
        select(PlanLine.ambassador_id, func.count())
        .where(PlanLine.plan_id == plan.id)
        .group_by(PlanLine.ambassador_id)
    )
    given = {row[0]: row[1] for row in rows}
    found = [
        Outlook(**{**one, "given": given.get(one["ambassador_id"], 0)}) for one in plan.outlooks
    ]
    return sorted(found, key=lambda one: (one.left > 0, -one.helped, one.name, one.ambassador_id))
