"""A calendar server for tests of services, pages and journeys: what it says can be changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, CalendarSource
from ambassadors.remote.guard import DEVELOPMENT
from ambassadors.services import calendars
from ambassadors.services.calendars import Naming, Sealer
from ambassadors.services.writing import write
from tests.core.calendar_texts import calendar, event
from tests.factories import SECRET
from tests.remote.servers import HOST, Reply, site

SEALER = Sealer(SECRET)
HALF_HOUR = timedelta(minutes=30)


def meeting(start: datetime, length: timedelta = HALF_HOUR, uid: str = "one@example.org") -> str:
    """An event that happens once."""
    return event(
        f"SUMMARY:Dentist, very private\nDTSTART:{start:%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{start + length:%Y%m%dT%H%M%SZ}",
        uid,
    )


@dataclass
class Elsewhere:
    """A calendar on the web: its events, and whether its server answers at all."""

    url: str = ""
    events: list[str] = field(default_factory=list)
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def behave(self, path: str, headers: dict[str, str]) -> Reply:
        """Says 304 to whoever has the present version."""
        body = calendar(*self.events)
        etag = f'"{hash(body)}"'
        known = headers.get("if-none-match") == etag
        status = self.status if self.status != 200 else 304 if known else 200
        self.asked.append(f"{path} {status}")
        return Reply(status, b"" if status == 304 else body, {"ETag": etag})


@contextmanager
def elsewhere(*events: str) -> Iterator[Elsewhere]:
    """A calendar that is served for the length of a block."""
    calendar_there = Elsewhere(events=list(events))
    with site(calendar_there.behave) as running:
        calendar_there.url = running.url("/secret/basic.ics", HOST)
        yield calendar_there


def add(session: Session, who: Ambassador, url: str, now: datetime, **naming: object) -> int:
    """Adds an address to an ambassador's calendars; the row's id."""
    chosen = Naming(**{"name": "Work", **naming})  # type: ignore[arg-type]
    return write(
        session,
        lambda s: calendars.add_address(s, who.id, chosen, url, SEALER, DEVELOPMENT, now),
    ).id


def find(session: Session, source_id: int) -> CalendarSource:
    """The row as it is now."""
    session.rollback()
    return session.get_one(CalendarSource, source_id, populate_existing=True)
