"""The record of settings: a row for every change, the newest of which counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import SettingsVersion
from ambassadors.models.engine import attempt
from ambassadors.services.paging import Page, page_of

MEANWHILE = said("Somebody has changed this setting in the meantime. Look at it again, please.")
_ADD = SettingsVersion.__table__.insert()  # type: ignore[attr-defined]  # a Table


@dataclass(frozen=True)
class Change:
    """One change of a setting by somebody; `seen` is the number of the change they started from."""

    key: str
    value: Mapping[str, Any]
    before: Mapping[str, Any]
    seen: int
    user_id: int | None
    at: datetime
    undoes_id: int | None = None
    effects: Mapping[str, Any] = field(default_factory=dict)


def latest_number(session: Session, key: str) -> int:
    """How often a setting was changed."""
    wanted = select(func.max(SettingsVersion.number)).where(SettingsVersion.key == key)
    return session.scalar(wanted) or 0


def record(session: Session, change: Change) -> None:
    """Writes a change down; Refused (409) when somebody else has changed the setting since."""
    if latest_number(session, change.key) != change.seen:
        raise Refused(MEANWHILE, status=409)
    row = {
        "key": change.key,
        "number": change.seen + 1,
        "value": dict(change.value),
        "before": dict(change.before),
        "effects": dict(change.effects),
        "undoes_id": change.undoes_id,
        "user_id": change.user_id,
        "at": change.at,
    }
    try:
        with attempt(session):
            session.execute(_ADD, row)
    except IntegrityError as fault:
        raise Refused(MEANWHILE, status=409) from fault


def find_version(session: Session, version_id: int) -> SettingsVersion:
    """One change; Refused (404) when there is none."""
    row = session.get(SettingsVersion, version_id)
    if row is None:
        raise Refused(said("There is no such change."), status=404)
    return row


def history(session: Session, key: str, number: int) -> Page[SettingsVersion]:
    """All changes, of one setting or of all, the latest first, page by page."""
    rows = select(SettingsVersion).options(joinedload(SettingsVersion.user))
    if key:
        rows = rows.where(SettingsVersion.key == key)
    return page_of(session, rows.order_by(SettingsVersion.id.desc()), number)


def undone(session: Session, ids: list[int]) -> set[int]:
    """Which of these changes were taken back."""
    rows = session.scalars(
        select(SettingsVersion.undoes_id).where(SettingsVersion.undoes_id.in_(ids))
    )
    return {one for one in rows if one is not None}
