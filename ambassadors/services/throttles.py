"""Throttles that hold across processes: acts are counted in a table, by kind and hashed key."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import Throttle


def count_or_refuse(
    session: Session, kind: str, key: str, now: datetime, limit: int, per: timedelta
) -> None:
    """Counts one act of `key`; Refused (429) when it would be more than `limit` within `per`.

    Belongs into a writing transaction. Whoever is refused is not counted, so that waiting helps
    even while somebody else keeps trying.
    """
    hashed = hash_of(kind, key)
    wait_for_turn(session, hashed)
    since = select(Throttle.at).where(
        Throttle.kind == kind, Throttle.key == hashed, Throttle.at > now - per
    )
    times = session.scalars(since.order_by(Throttle.at.desc()).limit(limit)).all()
    if len(times) >= limit:
        raise Refused(f"That was too often. {try_again(times[-1] + per - now)}", status=429)
    session.add(Throttle(kind=kind, key=hashed, at=now))
    session.flush()


def forgive(session: Session, kind: str, key: str, now: datetime) -> None:
    """Takes back the act that was counted at `now`: it turned out to be no attempt."""
    counted = select(func.max(Throttle.id)).where(
        Throttle.kind == kind, Throttle.key == hash_of(kind, key), Throttle.at == now
    )
    session.execute(delete(Throttle).where(Throttle.id == counted.scalar_subquery()))


def forget(session: Session, before: datetime) -> None:
    """Deletes what no limit looks back to."""
    session.execute(delete(Throttle).where(Throttle.at < before))


def hash_of(kind: str, key: str) -> str:
    """What is kept of a key. Keys that can be guessed should come keyed already."""
    return hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()


def wait_for_turn(session: Session, hashed: str) -> None:
    """On PostgreSQL one at a time per key; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(hashed[:15], 16))))


def try_again(wait: timedelta) -> str:
    """When the next act will be counted again, in words."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return f"Please try again in {minutes} minute{'' if minutes == 1 else 's'}."
