"""Old plans that nobody accepted, forgotten."""

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from ambassadors.models import Plan, PlanLine

KEPT = 10  # the latest, whatever came of them


def old_plans() -> Select[int]:
    """Plans neither accepted nor among the latest, nor compared with on the page of one that is."""
    newer, latest = aliased(Plan), select(Plan.id).order_by(Plan.id.desc()).limit(KEPT)
    compared = exists().where(
        newer.previous_id == Plan.id,
        or_(newer.status == "accepted", newer.id.in_(latest)),
    )
    return select(Plan.id).where(Plan.status != "accepted", Plan.id.not_in(latest), ~compared)


def any_old(session: Session) -> bool:
    """Whether there are plans to forget."""
    return session.scalar(old_plans().limit(1)) is not None


def forget_old(session: Session) -> int:
    """Deletes them with their lines; how many."""
    ids = session.scalars(old_plans()).all()
    session.execute(delete(PlanLine).where(PlanLine.plan_id.in_(ids)))
    session.execute(update(Plan).where(Plan.previous_id.in_(ids)).values(previous_id=None))
    session.execute(delete(Plan).where(Plan.id.in_(ids)))
    return len(ids)
