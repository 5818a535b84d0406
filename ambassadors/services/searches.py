"""Searches that found nobody, counted without naming anyone: see models/searches.py."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ambassadors.core.said import said
from ambassadors.core.waking import WAKING
from ambassadors.models import Search
from ambassadors.services.throttles import count_or_refuse

KEPT = timedelta(days=400)  # a year and a little: the same weeks a year ago can be looked at
MOST_A_DAY = 2000  # different searches; further ones of that day are not kept
PER_NETWORK = 60  # an hour

_KEY, _MORE = ("day", "mark"), {"count": Search.__table__.c.count + 1}
COUNTED = {
    "sqlite": sqlite.insert(Search).on_conflict_do_update(index_elements=_KEY, set_=_MORE),
    "postgresql": postgresql.insert(Search).on_conflict_do_update(index_elements=_KEY, set_=_MORE),
}
ONE_MORE = (
    update(Search).values(count=Search.count + 1).execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Looked:
    """What was looked for in vain: interests sorted, languages, and when one is awake."""

    interests: tuple[str, ...]
    languages: tuple[str, ...]
    zone: str
    waking: tuple[int, int] = WAKING

    @property
    def text(self) -> str:
        """All of it, the same text for the same search."""
        parts = (self.interests, self.languages, self.zone, self.waking)
        return json.dumps(parts, separators=(",", ":"))


def read_looked(text: str) -> Looked:
    """What such a text says; only of texts that we have written."""
    interests, languages, zone, (wake, sleep) = json.loads(text)
    return Looked(tuple(interests), tuple(languages), zone, (wake, sleep))


def count(session: Session, looked: Looked, now: datetime, network: str | None = None) -> None:
    """Counts one search that found nobody.

    Refused (429) when very many came from this network within the hour: a machine would drown
    what people look for. `network` is a keyed hash that is kept a day, apart from the search.
    """
    if network is not None:
        count_or_refuse(
            session, "search", network, now, limit=PER_NETWORK, per=timedelta(hours=1),
            why=said("Too many searches were counted from this network within the hour."),
        )  # fmt: skip
    day, mark = now.astimezone(UTC).date(), hashlib.sha256(looked.text.encode()).hexdigest()
    if is_full(session, day):
        session.execute(ONE_MORE.where(Search.day == day, Search.mark == mark))
        return
    session.execute(COUNTED[session.get_bind().dialect.name], columns(looked, day, mark))


def is_full(session: Session, day: date) -> bool:
    """Whether a day has as many different searches as are kept."""
    kept = session.scalar(select(func.count()).where(Search.day == day)) or 0
    return kept >= MOST_A_DAY


def columns(looked: Looked, day: date, mark: str) -> dict[str, object]:
    """A row of one."""
    return {
        "day": day,
        "mark": mark,
        "interests": list(looked.interests),
        "languages": list(looked.languages),
        "zone": looked.zone,
        "wake": looked.waking[0],
        "sleep": looked.waking[1],
        "count": 1,
    }


def since(session: Session, day: date) -> Sequence[Search]:
    """The searches of a day (UTC) and later."""
    return session.scalars(select(Search).where(Search.day >= day)).all()


def any_old(session: Session, now: datetime) -> bool:
    """Whether there are searches that are kept no longer."""
    return bool(session.scalar(select(exists().where(Search.day < (now - KEPT).date()))))


def forget_old(session: Session, now: datetime) -> None:
    """Deletes them."""
    session.execute(delete(Search).where(Search.day < (now - KEPT).date()))
