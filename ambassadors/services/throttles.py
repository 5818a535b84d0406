"""Limits that hold across processes: counted acts in a table of our own."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Throttle

KEPT = timedelta(days=1)


def count_or_refuse(
    session: Session, kind: str, key: str, now: datetime, *, limit: int, per: timedelta, why: str
) -> None:
    """Counts one act of `key`; refuses with `why` (429) when `limit` acts lie within `per`.

    Racing acts of one key are put in line, so the limit is exact. A refused act is not counted.
    """
    hashed = hash_of(kind, key)
    put_in_line(session, hashed)
    seen = session.scalar(
        select(func.count())
        .select_from(Throttle)
        .where(Throttle.kind == kind, Throttle.key == hashed, Throttle.at > now - per)
    )
    if (seen or 0) >= limit:
        raise Refused(why, status=429)
    session.add(Throttle(kind=kind, key=hashed, at=now))
    session.flush()


def limit_mails_from(session: Session, network: str | None, now: datetime) -> None:
    """Refuses (429) the 101st mail within an hour that one network has sent to whomever.

    A school's whole network is one address to us, so this only stops a machine. `network` is a
    keyed hash; None lifts the limit.
    """
    if network is None:
        return
    count_or_refuse(
        session,
        "mail-from",
        network,
        now,
        limit=100,
        per=timedelta(hours=1),
        why=said("Too many mails were asked for from this network. Please try again in an hour."),
    )


def forgive(session: Session, kind: str, key: str, now: datetime) -> None:
    """Takes back one act that was counted at `now`: it did not deserve to be counted."""
    counted = select(func.max(Throttle.id)).where(
        Throttle.kind == kind, Throttle.key == hash_of(kind, key), Throttle.at == now
    )
    session.execute(delete(Throttle).where(Throttle.id == counted.scalar_subquery()))


def hash_of(kind: str, key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(f"{kind}:{key.lower()}".encode()).hexdigest()


def put_in_line(session: Session, hashed: str) -> None:
    """Waits for others who count the same key (on SQLite the write lock does that already)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": hashed}
        )


def any_old(session: Session, now: datetime) -> bool:
    """Whether there are acts that no limit looks at any more."""
    return bool(session.scalar(select(exists().where(Throttle.at < now - KEPT))))


def forget_old(session: Session, now: datetime) -> int:
    """Deletes acts that no limit looks at any more; how many."""
    result = session.execute(delete(Throttle).where(Throttle.at < now - KEPT))
    return int(result.rowcount)  # type: ignore[attr-defined]
