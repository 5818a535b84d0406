"""Running queued plans: claimed with a lease, reported step by step, always brought to an end.

A plan whose lease has run out (its process died) is queued once more, then failed with a sentence.
Whoever cancels a running plan takes the claim away: what was computed is dropped.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Plan, PlanLine
from ambassadors.services.assignment.ledger import find_plan, start
from ambassadors.services.writing import write

if TYPE_CHECKING:
    from ambassadors.core.explaining import Draft
    from ambassadors.core.plans import Line

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 2
CLAIMED = 5  # per cent
STOPPED_TWICE = said("It stopped twice before it was finished. Please make the plan again.")
NOT_COMPUTED = said(
    "It could not be computed. Please make it again, or tell whoever runs this service."
)

log = structlog.get_logger("assignment")


class Stopped(Exception):
    """Somebody else has the plan now, or it was cancelled."""


@dataclass(frozen=True)
class Runner:
    """Who runs plans, and by which clocks: `now` for the plan, `clock` (the real one) for leases.

    `beat` is called between steps, so that a long plan does not look like a silent scheduler.
    """

    owner: str
    now: datetime
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    beat: Callable[[], None] = lambda: None


def run_queued(session: Session, runner: Runner) -> int:
    """Runs every plan that waits to be made, one after another; how many."""
    count = 0
    while any_to_run(session, runner):
        plan_id = write(session, lambda s: claim(s, runner))
        if plan_id is None:  # failed for good, or another scheduler was quicker
            break
        run(session, runner, plan_id)
        count += 1
    return count


def run_at_once(session: Session, runner: Runner) -> "tuple[int, Draft]":
    """Makes a plan here and now, whatever schedulers do; its id and what it says.

    Refused with the plan's own sentence when it failed.
    """

    def begin(session: Session) -> int:
        plan = start(session, runner.now)
        plan.status, plan.owner, plan.attempts = "running", runner.owner, MOST_ATTEMPTS
        plan.lease_until = runner.clock() + LEASE
        session.flush()
        return plan.id

    plan_id = write(session, begin)
    draft = run(session, runner, plan_id)
    if draft is None:
        raise Refused(
            find_plan(session, plan_id).error or said("The plan was cancelled."), status=409
        )
    return plan_id, draft


def any_to_run(session: Session, runner: Runner) -> bool:
    """Whether there is anything to do; looking takes no write lock."""
    left = (Plan.status == "running") & (Plan.lease_until < runner.clock())
    found = bool(session.scalar(select(exists().where((Plan.status == "queued") | left))))
    session.rollback()
    return found


def claim(session: Session, runner: Runner) -> int | None:
    """Takes the plan that was asked for first; before that, sees to those that were left."""
    recover(session, runner)
    first = (
        select(Plan.id)
        .where(Plan.status == "queued")
        .order_by(Plan.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.execute(
        update(Plan)
        .where(Plan.id == first.scalar_subquery(), Plan.status == "queued")
        .values(
            status="running", progress=CLAIMED, owner=runner.owner,
            lease_until=runner.clock() + LEASE, attempts=Plan.attempts + 1,
        )
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    ).scalar()  # fmt: skip


def recover(session: Session, runner: Runner) -> None:
    """Plans whose process died: queued once more, and failed the second time."""
    left = (Plan.status == "running") & (Plan.lease_until < runner.clock())
    for tried, values in (
        (Plan.attempts >= MOST_ATTEMPTS,
         {"status": "failed", "error": STOPPED_TWICE, "finished_at": runner.now}),
        (Plan.attempts < MOST_ATTEMPTS, {"status": "queued", "progress": 0}),
    ):  # fmt: skip
        session.execute(
            update(Plan)
            .where(left, tried)
            .values(owner=None, lease_until=None, **values)
            .execution_options(synchronize_session=False)
        )


def run(session: Session, runner: Runner, plan_id: int) -> "Draft | None":
    """Brings one claimed plan to an end: ready, failed with a sentence (None), dropped (None)."""
    # Here, and not above: numerics are large, and the web, which starts plans, needs none.
    from ambassadors.services.assignment.computing import compute

    def report(progress: int) -> None:
        write(session, lambda s: settle(s, runner, plan_id, **on_the_way(runner, progress)))
        runner.beat()

    try:
        draft = compute(session, plan_id, runner.now, report)
        write(session, lambda s: save(s, runner, plan_id, draft))
        return draft
    except Stopped:
        log.info("plan-stopped", plan=plan_id)
    except Refused as refusal:
        give_up(session, runner, plan_id, refusal.text)
    except Exception:  # whatever it was: somebody waits to hear that it did not work
        log.exception("plan-failed", plan=plan_id)
        give_up(session, runner, plan_id, NOT_COMPUTED)
    finally:
        session.rollback()
    return None


def on_the_way(runner: Runner, progress: int) -> dict[str, Any]:
    """How far it is, with the claim prolonged."""
    return {"progress": progress, "lease_until": runner.clock() + LEASE}


def settle(session: Session, runner: Runner, plan_id: int, **values: Any) -> None:
    """Writes how it goes; Stopped when the claim is gone."""
    found = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.status == "running", Plan.owner == runner.owner)
        .values(**values)
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        raise Stopped


def give_up(session: Session, runner: Runner, plan_id: int, sentence: str) -> None:
    """Failed, unless somebody cancelled it in the meantime."""
    session.rollback()
    ended = {"owner": None, "lease_until": None, "finished_at": runner.now}
    try:
        write(
            session,
            lambda s: settle(s, runner, plan_id, status="failed", error=sentence, **ended),
        )
    except Stopped:
        log.info("plan-stopped", plan=plan_id)


def save(session: Session, runner: Runner, plan_id: int, draft: "Draft") -> None:
    """The plan with all its lines, ready to be looked at."""
    settle(
        session, runner, plan_id, status="ready", progress=100, owner=None, lease_until=None,
        placed=draft.placed, unplaced=len(draft.lines) - draft.placed, proven=draft.proven,
        outlooks=[asdict(one) for one in draft.outlooks], notes=list(draft.notes),
        finished_at=runner.now,
    )  # fmt: skip
    if draft.lines:
        session.execute(insert(PlanLine), [row_of(plan_id, line) for line in draft.lines])


def row_of(plan_id: int, line: "Line") -> dict[str, Any]:
    """A line as the table has it."""
    return {
        "plan_id": plan_id,
        "request_id": line.request_id,
        "ambassador_id": line.ambassador_id,
        "previous_ambassador_id": line.previous_id,
        "points": line.points,
        "choice": line.choice,
        "code": line.code,
        "reasons": [asdict(reason) for reason in line.reasons],
        "why": [asdict(why) for why in line.why],
        "pinned": line.pinned,
        "left_out": line.left_out,
        "excluded": list(line.excluded),
        "outcome": "",
    }
