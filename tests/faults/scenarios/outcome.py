"""What came of a fault."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from ambassadors.extensions import db
from ambassadors.models import Chat, Notice, Prospect
from ambassadors.services.auditor import audit

LIVE = ("held", "confirmed")


@dataclass(frozen=True)
class Outcome:
    """One row of the table. `doses`: how often the fault was done, or to how many things at once.

    `lost`: acknowledged chats that are not there, and mails neither sent nor shown as failed.
    `doubled`: chats booked twice, mails sent twice without a crash that excuses it, or with
    another Message-ID. `copies`: second copies of a mail that a crash excuses. `seconds`: until
    all was well again, from the end of the fault.
    """

    fault: str
    database: str
    doses: int
    lost: int = 0
    doubled: int = 0
    copies: int = 0
    seconds: float = 0.0
    audited: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def harm(self) -> dict[str, int]:
        """What should not be, by name; empty when all went well."""
        found = {"lost": self.lost, "doubled": self.doubled, **self.audited}
        return {name: count for name, count in found.items() if count}


def database_of(app: Flask) -> str:
    """As the table names it."""
    name = db.engine.dialect.name if app else ""
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(name, name)


def wait_until(done: Callable[[], bool], seconds: float, what: str) -> float:
    """Seconds until it was done; a fault that is not recovered from in time is an error."""
    begun = time.monotonic()
    while not done():
        assert time.monotonic() < begun + seconds, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - begun


def audit_now() -> dict[str, int]:
    """The auditor's counts that are not 0."""
    db.session.rollback()
    found = audit(db.session(), datetime.now(UTC))
    db.session.remove()
    return found


def chats_lost(acknowledged: Iterable[str]) -> int:
    """How many chats that a client was told of are not confirmed in the database."""
    query = select(Chat.uid).where(Chat.status.in_(("confirmed", "completed")))
    lost = set(acknowledged) - set(db.session().scalars(query))
    db.session.remove()
    return len(lost)


def chats_doubled() -> int:
    """How many chats the people who book once have too many."""
    query = select(Prospect.email).join(Chat).where(Chat.status.in_(LIVE))
    found = Counter(db.session().scalars(query))
    db.session.remove()
    return sum(found.values()) - len(found)


@dataclass(frozen=True)
class Mails:
    """What a mail server took, against what the database says of it."""

    lost: int
    foreign: int
    copies: int


def compare_mails(taken: Iterable[str], now: datetime) -> Mails:
    """`lost`: due at `now` and neither taken nor failed, or called sent though never taken.
    `foreign`: mails whose Message-ID is no notice's. `copies`: mails beyond one of each.
    """
    count = Counter(one.strip("<>").partition("@")[0] for one in taken)
    rows = db.session().execute(select(Notice.message_id, Notice.state, Notice.due_at)).all()
    db.session.remove()
    known = {one for one, _, _ in rows}
    due = {one for one, state, due_at in rows if state == "waiting" and due_at <= now}
    sent = {one for one, state, _ in rows if state == "sent"}
    return Mails(
        len((due | sent) - set(count)),
        len(set(count) - known),
        sum(count.values()) - len(count),
    )
