"""The weights of the families as a setting: they stand with the vocabulary, their changes here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.said import said, term
from ambassadors.core.weights import weights_of
from ambassadors.models import Family
from ambassadors.services.programme import read_vocabulary
from ambassadors.services.settings import store
from ambassadors.services.settings.current import WEIGHTS
from ambassadors.services.settings.foresight import Foresight, Value


def read(session: Session) -> dict[str, Any]:
    """What the families weigh now, by key."""
    return weights_of(read_vocabulary(session))


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(
        said(
            "{family}: {weight} instead of {before}.",
            family=term(key.replace("-", " ").capitalize()),
            weight=named(after[key]),
            before=named(before.get(key)),
        )
        for key in after
        if before.get(key) != after[key]
    )


def named(weight: object) -> str:
    """A weight in a sentence."""
    return said("a share of the rest") if weight is None else str(weight)


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """Matches count by them at once; the rehearsal says for whom."""
    follows = said(
        "Matches count by these weights at once. Whom that changes, the rehearsal shows."
    )
    return Foresight(tell(before, after), (follows,))


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Sets the weights of the families that there still are."""
    for row in session.scalars(select(Family).where(Family.key.in_(list(after)))):
        row.weight = after[row.key]
    return {}


def record(
    session: Session,
    weights: Mapping[str, Any],
    before: Mapping[str, Any],
    user_id: int,
    now: datetime,
) -> None:
    """Writes down that the weights were changed."""
    seen = store.latest_number(session, WEIGHTS)
    store.record(session, store.Change(WEIGHTS, weights, before, seen, user_id, now))
