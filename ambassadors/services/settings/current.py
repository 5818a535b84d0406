"""What the service goes by now, kept in memory until the data version rises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.notices import STANDARD, Kind, choose_reminders
from ambassadors.core.settings.keeping import MONTHS, read_months
from ambassadors.core.settings.origins import read_origins
from ambassadors.core.settings.rules import House, house_value, read_house
from ambassadors.core.settings.terms import Term, read_terms
from ambassadors.core.settings.wordings import LETTERS, Wording, read_wording, wording_value
from ambassadors.core.settings.working import Working, read_working, working_value
from ambassadors.models import SettingsVersion
from ambassadors.services.versions import Kept

RULES, REMINDERS, CALENDAR, WEIGHTS, MAIL = "rules", "reminders", "calendar", "weights", "mail-"
EMBEDDING = "embedding"
WORKING = "working"
SIGN_IN = "sign-in"
KEEPING = "keeping"
_NEWEST = select(SettingsVersion.key, func.max(SettingsVersion.number).label("number")).group_by(
    SettingsVersion.key
)


@dataclass(frozen=True)
class Current:
    """All settings; those that nobody has changed are as the service was made.

    `reminders_since` is when the reminders were changed last. `wordings` has the kinds of mail
    that coordinators have given texts of their own, `origins` the pages that may frame us;
    `second_step` is who must have one, `months` how long people are kept after their last chat.
    """

    house: House
    reminders: tuple[Kind, ...]
    terms: tuple[Term, ...]
    wordings: Mapping[str, Wording]
    reminders_since: datetime | None = None
    origins: tuple[str, ...] = ()
    working: Working = field(default_factory=Working)
    second_step: str = "nobody"
    months: int = MONTHS


def first_value(key: str) -> dict[str, Any]:
    """A setting as the service was made."""
    if key == RULES:
        return house_value(House())
    if key == REMINDERS:
        return {"reminders": [kind.value for kind in STANDARD]}
    if key == CALENDAR:
        return {"terms": []}
    if key == EMBEDDING:
        return {"origins": []}
    if key == WORKING:
        return working_value(Working())
    if key == SIGN_IN:
        return {"second_step": "nobody"}
    if key == KEEPING:
        return {"months": MONTHS}
    return wording_value(Wording()) if key.startswith(MAIL) else {}


def read_rows(session: Session) -> Mapping[str, tuple[dict[str, Any], datetime]]:
    """What was saved last and when, by key: one query."""
    newest = _NEWEST.subquery()
    rows = session.execute(
        select(SettingsVersion.key, SettingsVersion.value, SettingsVersion.at).join(
            newest,
            (SettingsVersion.key == newest.c.key) & (SettingsVersion.number == newest.c.number),
        )
    )
    return {key: (value, at) for key, value, at in rows}


def value_now(session: Session, key: str) -> dict[str, Any]:
    """A setting as it was saved last, or as the service was made; read afresh."""
    kept = read_rows(session).get(key)
    return kept[0] if kept else first_value(key)


def read_current(session: Session) -> Current:
    """The same, checked and made of the core's own types."""
    rows = read_rows(session)
    values = {key: value for key, (value, _) in rows.items()}
    keys = (RULES, REMINDERS, CALENDAR, EMBEDDING, WORKING, KEEPING)
    house, chosen, calendar, embedding, working, keeping = (
        values.get(key) or first_value(key) for key in keys
    )
    wordings = {
        key.removeprefix(MAIL): read_wording(key.removeprefix(MAIL), value)
        for key, value in values.items()
        if key.removeprefix(MAIL) in LETTERS
    }
    return Current(
        read_house(house),
        choose_reminders(chosen["reminders"]),
        read_terms(calendar["terms"]),
        wordings,
        rows[REMINDERS][1] if REMINDERS in rows else None,
        read_origins(embedding["origins"]),
        read_working(working),
        (values.get(SIGN_IN) or first_value(SIGN_IN))["second_step"],
        read_months(keeping),
    )


_CURRENT = Kept(read_current)


def current(session: Session, version: int | None = None) -> Current:
    """What the service goes by in this transaction, whose data version may be known already."""
    return _CURRENT.read(session, version)
