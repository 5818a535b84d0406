"""The roster as a list: who is there, filtered, searched, sorted; one page, or all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Family, Interest, User, ambassador_interests
from ambassadors.services.absence import back_on
from ambassadors.services.oversight.people_figures import (
    Figures,
    count_ahead,
    figures_to_sort_by,
    read_figures,
)
from ambassadors.services.paging import PAGE_SIZE, Page, contains, last_page

_COLUMNS = select(
    Ambassador.id,
    User.name,
    User.email,
    User.last_sign_in_at,
    Ambassador.time_zone,
    Ambassador.status,
    Ambassador.weekly_cap,
    Ambassador.pending_since,
    Ambassador.changed_at,
    Ambassador.leaves_on,
).join(User, User.id == Ambassador.user_id)


@dataclass(frozen=True)
class PersonFilter:
    """Which ambassadors, in which order: what is empty does not narrow. Search looks at names and
    addresses; `status` is one of the table's, or "pending" or "away".
    """

    status: str = ""
    interest: str = ""
    search: str = ""
    sort: str = "name"
    falling: bool = False


@dataclass(frozen=True)
class Someone:
    """An ambassador in the list; `figures` is how they do. `back` is when they return from an
    absence, `last_active` their last sign-in or own change.
    """

    id: int
    name: str
    email: str
    zone: str
    status: str
    pending: bool
    weekly_cap: int
    last_active: datetime | None
    back: date | None
    leaves_on: date | None
    figures: Figures

    @property
    def load(self) -> float:
        """The share of this week's cap that is used up."""
        return self.figures.this_week / self.weekly_cap if self.weekly_cap else 1.0


Everybody: TypeAlias = "Mapping[int, Row[tuple[object, ...]]]"
Key = Callable[[Someone], float | str | datetime | None]

# Columns by which the roster can be sorted; None comes last, whichever way.
SORTS: dict[str, Key] = {
    "name": lambda one: one.name.casefold(),
    "load": lambda one: one.load,
    "free": lambda one: one.figures.free_minutes,
    "active": lambda one: one.last_active,
    "accepted": lambda one: one.figures.acceptance,
    "shown": lambda one: one.figures.show_rate,
    "rating": lambda one: one.figures.rating,
    "calendar": lambda one: one.figures.calendar.age,
}


def find_ambassadors(
    session: Session, wanted: PersonFilter, now: datetime, number: int = 1
) -> Page[Someone]:
    """A page of the ambassadors that a filter means.

    Of all only what they are sorted by is worked out; everything else for those on the page.
    """
    everybody = {row.id: row for row in session.execute(narrowed(wanted))}
    sorted_by = figures_to_sort_by(session, wanted.sort, zones_of(everybody), now)
    people = put_together(session, everybody, sorted_by, wanted, now)
    number = min(max(1, number), last_page(len(people), PAGE_SIZE))
    shown = people[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    figures = read_figures(session, {one.id: one.zone for one in shown}, now)
    rows = tuple(replace(one, figures=figures[one.id]) for one in shown)
    return Page(rows, len(people), number)


def list_ambassadors(session: Session, wanted: PersonFilter, now: datetime) -> list[Someone]:
    """All of them, sorted; the same queries whatever their number."""
    everybody = {row.id: row for row in session.execute(narrowed(wanted))}
    figures = read_figures(session, zones_of(everybody), now)
    return put_together(session, everybody, figures, wanted, now)


def zones_of(everybody: Everybody) -> dict[int, str]:
    """Their time zones, by id."""
    return {id: row.time_zone for id, row in everybody.items()}


def put_together(
    session: Session,
    everybody: Everybody,
    figures: Mapping[int, Figures],
    wanted: PersonFilter,
    now: datetime,
) -> list[Someone]:
    """They, with these figures and when they are back, in the order that is wanted."""
    back = back_on(session, zones_of(everybody), now)
    people = [make_someone(row, figures[id], back.get(id)) for id, row in everybody.items()]
    if wanted.status == "away":
        people = [one for one in people if one.back]
    return in_order(people, SORTS[wanted.sort], wanted.falling)


@dataclass(frozen=True)
class Leaver:
    """An ambassador who may leave: their state, their last day if it is known, chats to come."""

    id: int
    name: str
    status: str
    pending: bool
    back: date | None
    leaves_on: date | None
    to_come: int


def list_leavers(session: Session, now: datetime) -> list[Leaver]:
    """Everybody who is there or still has chats; known last days first, then by name: 3 queries."""
    rows = session.execute(narrowed(PersonFilter())).all()
    back = back_on(session, {row.id: row.time_zone for row in rows}, now)
    ahead = count_ahead(session, now)
    there = [
        Leaver(
            row.id, row.name, row.status, row.pending_since is not None, back.get(row.id),
            row.leaves_on, ahead.get(row.id, 0),
        )
        for row in rows
        if row.status != "inactive" or row.id in ahead
    ]  # fmt: skip
    return sorted(there, key=lambda one: (one.leaves_on is None, one.leaves_on or date.max))


def in_order(people: Sequence[Someone], key: Key, falling: bool) -> list[Someone]:
    """Sorted; whoever has no such figure comes last, equals by name."""
    known = [one for one in people if key(one) is not None]
    known.sort(key=SORTS["name"])  # type: ignore[arg-type]  # a name is there
    known.sort(key=key, reverse=falling)  # type: ignore[arg-type]  # the others are left out
    return [*known, *(one for one in people if key(one) is None)]


def narrowed(wanted: PersonFilter) -> Select[tuple[object, ...]]:
    """The rows that a filter means, by name."""
    rows = _COLUMNS.order_by(User.name, Ambassador.id)
    if wanted.status == "pending":
        rows = rows.where(Ambassador.pending_since.is_not(None), Ambassador.status != "inactive")
    elif wanted.status and wanted.status != "away":
        rows = rows.where(Ambassador.status == wanted.status)
    if wanted.interest:
        rows = rows.where(Ambassador.id.in_(having(wanted.interest)))
    if wanted.search:
        rows = rows.where(contains(wanted.search, User.name, User.email))
    return rows  # type: ignore[return-value]


def make_someone(row: "Row[tuple[object, ...]]", figures: Figures, back: date | None) -> Someone:
    """A row with what was counted for it."""
    moments = [one for one in (row.last_sign_in_at, row.changed_at) if one is not None]
    return Someone(
        id=row.id,
        name=row.name,
        email=row.email,
        zone=row.time_zone,
        status=row.status,
        pending=row.pending_since is not None,
        weekly_cap=row.weekly_cap,
        last_active=max(moments, default=None),
        back=back,
        leaves_on=row.leaves_on,
        figures=figures,
    )


def having(interest: str) -> Select[tuple[int]]:
    """The ids of those who named an interest."""
    family, _, item = interest.partition("/")
    return (
        select(ambassador_interests.c.ambassador_id)
        .join(Interest, Interest.id == ambassador_interests.c.interest_id)
        .join(Family, Family.id == Interest.family_id)
        .where(Family.key == family, Interest.key == item)
    )


def name_ambassadors(session: Session) -> list[tuple[int, str]]:
    """Everybody on the roster by name, for a list to choose from."""
    rows = session.execute(
        select(Ambassador.id, User.name)
        .join(User, User.id == Ambassador.user_id)
        .order_by(User.name, Ambassador.id)
    )
    return [(id, name) for id, name in rows]
