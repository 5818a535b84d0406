"""One calendar opened: asked for at its server or taken from a file, and made into busy spans.

No database here: what is slow, or hostile, happens while no transaction is open.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ambassadors.core.spans import Span, ceil_minute_of, merge, minute_of
from ambassadors.remote.caldav import read_calendar
from ambassadors.remote.fetching import Fetched, fetch
from ambassadors.remote.guard import Guard
from ambassadors.remote.reading import read_busy

AHEAD = timedelta(days=180)  # the longest horizon there can be


@dataclass(frozen=True)
class Whose:
    """How a calendar is to be understood: the zone for its days and floating times, its owner's
    address, whether whole days are busy, and the UIDs of chats, which come back from here.
    """

    zone: str
    email: str
    all_day: bool
    chats: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """What a calendar says: its busy spans in epoch minutes, up to `until`."""

    spans: tuple[Span, ...]
    events: int
    problems: tuple[str, ...]
    until: datetime
    on: date
    zone: str
    etag: str = ""
    modified: str = ""

    def columns(self) -> dict[str, Any]:
        """The same as columns of a calendar's row."""
        return {
            "busy": len(self.spans),
            "events": self.events,
            "problems": list(self.problems),
            "read_until": self.until,
            "read_on": self.on,
            "read_zone": self.zone,
            "etag": self.etag,
            "modified": self.modified,
        }


@dataclass(frozen=True)
class Task:
    """A calendar to be looked at: what opens it, and what its server said of it last time."""

    kind: str
    opens: dict[str, str] = field(repr=False)
    whose: Whose
    etag: str = ""
    modified: str = ""


def open_calendar(task: Task, guard: Guard, now: datetime) -> Found | None:
    """What it says now; None when its server says that nothing has changed.

    Unreachable when the server does not give it, Refused when what it gives is no calendar.
    """
    got = ask(task, guard, now)
    if got.status == "unchanged":
        return None
    return read_file(got.body, task.whose, now, got.etag, got.modified)


def ask(task: Task, guard: Guard, now: datetime) -> Fetched:
    """Asks the server."""
    opens = task.opens
    if task.kind == "address":
        return fetch(opens["address"], etag=task.etag, modified=task.modified, guard=guard)
    return read_calendar(
        opens["address"], opens["user"], opens["password"], *window(now), task.etag, guard,
    )  # fmt: skip


def window(now: datetime) -> tuple[datetime, datetime]:
    """What is looked at: whole days in UTC, so that the same calendar gives the same spans all day.

    Otherwise every reading would find a change: at the far end events enter all the time.
    """
    start = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return start, start + AHEAD


def read_file(
    data: bytes, whose: Whose, now: datetime, etag: str = "", modified: str = ""
) -> Found:
    """The busy spans in a calendar's bytes, expanded over the next half year.

    Refused, with a sentence, when it is no calendar or reading it takes too much.
    """
    start, until = window(now)
    busy = read_busy(data, start, until, whose.zone, whose.all_day, whose.email, whose.chats)
    return Found(
        spans=tuple(merge((minute_of(start), ceil_minute_of(end)) for start, end in busy.spans)),
        events=busy.events,
        problems=busy.problems,
        until=until,
        on=start.date(),
        zone=whose.zone,
        etag=etag,
        modified=modified,
    )
