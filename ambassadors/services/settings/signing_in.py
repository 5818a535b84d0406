"""Who must have a second step when they sign in with a password, and what asking for it does."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said, said_n
from ambassadors.models import SecondStep, User
from ambassadors.services.settings.foresight import Foresight, Value

WHO: Mapping[str, str] = {
    "nobody": said("Everybody may turn it on; nobody must"),
    "desk": said("Coordinators and admissions staff must have one"),
}
DESK = ("coordinator", "admissions")


def read(value: Value) -> dict[str, Any]:
    """Checked; Refused when it is none of the choices."""
    if value["second_step"] not in WHO:
        raise Refused(said("Choose who must have a second step."), field="second_step")
    return {"second_step": value["second_step"]}


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    if before["second_step"] == after["second_step"]:
        return ()
    return (said("Second step: {rule}.", rule=WHO[after["second_step"]]),)


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """How many people will be asked to set one up."""
    return Foresight(tell(before, after), tuple(follows(session, after)))


def follows(session: Session, after: Value) -> Iterator[str]:
    """The same in sentences."""
    if after["second_step"] == "nobody":
        yield said("Whoever has one keeps it.")
        return
    has = exists().where(SecondStep.user_id == User.id, SecondStep.confirmed_at.is_not(None))
    without = select(func.count()).where(
        User.role.in_(DESK), User.active, User.password_hash.is_not(None), ~has
    )
    yield said_n(
        "One person has none yet. They set one up before they see anything else.",
        "{count} people have none yet. They set one up before they see anything else.",
        session.scalar(without) or 0,
    )
    yield said("Whoever signs in through the school is not asked: the school asks them.")


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Nothing else changes: it is looked at when somebody asks for a page."""
    return {}
