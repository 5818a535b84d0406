"""The pages that may show the service in a frame: what a change of them does."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ambassadors.core.said import said
from ambassadors.core.settings.origins import read_origins, tell_origins
from ambassadors.services.settings.foresight import Foresight, Value

ADDED = said("The snippet works there as soon as this is saved.")
REMOVED = said(
    "A page that may not show us any more has a link instead of the frame, as soon as it is opened "
    "anew."
)


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_origins(before["origins"], after["origins"]))


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """What visitors of those pages will see."""
    old, new = set(read_origins(before["origins"])), set(read_origins(after["origins"]))
    follows = [said for said, some in ((ADDED, new - old), (REMOVED, old - new)) if some]
    return Foresight(tell(before, after), tuple(follows))


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Nothing else changes: every answer says anew who may frame it."""
    return {}
