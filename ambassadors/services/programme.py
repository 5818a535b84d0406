"""The programme and its vocabulary: loaded from a file, read for pages and matching."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ambassadors.core import interests as core
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, term
from ambassadors.core.zones import canonical
from ambassadors.models import Family, Interest, Programme
from ambassadors.services.versions import Kept

BOSTON = "America/New_York"

_EVERYTHING = (
    select(Family)
    .order_by(Family.position, Family.id)
    .options(selectinload(Family.interests))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Loaded:
    """How many families and interests a file added, changed and retired."""

    added: int
    updated: int
    retired: int


def load(session: Session, document: Mapping[str, Any], now: datetime) -> Loaded:
    """Makes the vocabulary what the parsed file says; nothing that people chose is deleted.

    What the file no longer names is retired, what it names again comes back. Weights that the
    file does not set stay as a coordinator left them. Refused when the file is malformed.
    """
    vocabulary = parse_programme(document)
    weighed = {table["key"] for table in document["family"] if "weight" in table}
    _load_programme(session, document.get("programme"))
    rows = {row.key: row for row in session.scalars(_EVERYTHING)}
    _retire_unnamed(rows.values(), vocabulary, now)
    for position, family in enumerate(vocabulary.families):
        row = rows.get(family.key) or Family(key=family.key, weight=family.weight)
        _load_family(row, family, position, family.key in weighed)
        session.add(row)
    counts = _count_changes(session, now)
    session.flush()
    return counts


def programme_zone(session: Session) -> str:
    """The programme's own zone, in which its weeks and terms begin."""
    return session.scalar(select(Programme.time_zone).order_by(Programme.id).limit(1)) or BOSTON


def vocabulary(session: Session, version: int | None = None) -> core.Vocabulary:
    """What can be chosen now, in the programme's order; kept until the data version rises."""
    return _VOCABULARY.read(session, version)


def read_vocabulary(session: Session) -> core.Vocabulary:
    """What can be chosen now, read afresh: two queries."""
    families = session.scalars(_EVERYTHING.where(Family.retired_at.is_(None)))
    found = (_family(family) for family in families)
    return core.Vocabulary(tuple(family for family in found if family.items))


_VOCABULARY = Kept(read_vocabulary)


def _family(row: Family) -> core.Family:
    items = tuple(
        core.Item(
            f"{row.key}/{item.key}", term(item.label), term(item.short or item.label), item.url
        )
        for item in row.interests
        if item.retired_at is None
    )
    return core.Family(row.key, term(row.label), row.role, items, row.weight)


def _load_programme(session: Session, table: object) -> None:
    """The programme's own facts; a file without them leaves them as they are."""
    if table is None:
        return
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        raise Refused(said("The table [programme] needs a name."))
    zone = canonical(str(table.get("time_zone", BOSTON)))
    if zone is None:
        raise Refused(said("The time_zone of [programme] is not a known zone."))
    programme = session.scalars(select(Programme)).first() or Programme()
    programme.name = table["name"][:200]
    programme.short = str(table.get("short", table["name"]))[:40]
    programme.time_zone = zone
    programme.facts = json.loads(json.dumps(table, default=str))  # TOML has dates, JSON has none
    session.add(programme)


def _load_family(row: Family, family: core.Family, position: int, weighed: bool) -> None:
    row.label, row.role, row.position, row.retired_at = family.label, family.role, position, None
    if weighed:
        row.weight = family.weight
    known = {item.key: item for item in row.interests}
    for place, item in enumerate(family.items):
        key = item.key.partition("/")[2]
        if key not in known:
            known[key] = Interest(key=key)
            row.interests.append(known[key])
        _load_item(known[key], item, place)


def _load_item(row: Interest, item: core.Item, position: int) -> None:
    row.label, row.url = item.label, item.url
    row.short = None if item.short == item.label else item.short
    row.position, row.retired_at = position, None


def _retire_unnamed(rows: Iterable[Family], vocabulary: core.Vocabulary, now: datetime) -> None:
    named = {family.key for family in vocabulary.families}
    for family in rows:
        if family.key not in named and family.retired_at is None:
            family.retired_at = now
        for item in family.interests:
            if not vocabulary.knows(f"{family.key}/{item.key}") and item.retired_at is None:
                item.retired_at = now


def _count_changes(session: Session, now: datetime) -> Loaded:
    """What the transaction is about to write."""
    rows = [row for row in session.dirty if isinstance(row, Family | Interest)]
    changed = [row for row in rows if session.is_modified(row, include_collections=False)]
    retired = sum(row.retired_at == now for row in changed)
    added = sum(isinstance(row, Family | Interest) for row in session.new)
    return Loaded(added, len(changed) - retired, retired)
