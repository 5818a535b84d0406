"""Today, the coordinators' first page: what needs a hand, who talks when, how things go.

A fixed number of queries, whatever there is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.hours import local_date
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.models import Chat
from ambassadors.services.oversight.chats import joined_chats, midnight
from ambassadors.services.programme import programme_zone
from ambassadors.services.today import afterwards, chats, people, upkeep
from ambassadors.services.today.figures import Figure, read_figures
from ambassadors.services.today.needs import Act, Line, Need

__all__ = ["Act", "Day", "Figure", "Line", "Need", "Today", "look", "programme_zone"]

MOST_CHATS = 40  # of a day are shown; the list of chats has the rest
LEVELS = ("urgent", "hand", "watch")

Source = Callable[[Session, datetime, str], Iterator[Need]]

# What may need a hand, in the order in which it is told; each source asks a fixed number of
# queries. The last argument is the reader's zone, for moments in sentences.
SOURCES: tuple[Source, ...] = (
    afterwards.reports,
    upkeep.scheduler,
    chats.dropped,
    chats.searching,
    people.waiting,
    upkeep.mails,
    upkeep.returned,
    upkeep.webhooks,
    chats.held,
    afterwards.disagreements,
    upkeep.clashes,
    upkeep.stale,
    people.profiles,
    people.plans,
    afterwards.to_write_to,
    people.caps,
    people.overworked,
    upkeep.unmarked,
)


@dataclass(frozen=True)
class Day:
    """A day of the programme's zone and its booked chats in order; `more` are not shown."""

    name: str
    date: date
    chats: tuple[Chat, ...]
    more: int


@dataclass(frozen=True)
class Today:
    """The page: needs, the most pressing first; today and tomorrow in `zone`; the figures."""

    needs: tuple[Need, ...]
    zone: str
    days: tuple[Day, ...]
    figures: tuple[Figure, ...]

    @property
    def pressing(self) -> tuple[Need, ...]:
        """What cannot be left alone."""
        return tuple(need for need in self.needs if need.level != "watch")

    @property
    def watched(self) -> tuple[Need, ...]:
        """What can."""
        return tuple(need for need in self.needs if need.level == "watch")


def look(session: Session, now: datetime, zone: str, acts: bool = True) -> Today:
    """How things stand now, in sentences with moments of the reader's zone.

    `acts`: whether the reader may change things, and so sees what only they decide.
    """
    needs = (need for source in SOURCES for need in source(session, now, zone))
    found = [need for need in needs if acts or need.for_all]
    home = programme_zone(session)
    return Today(
        tuple(sorted(found, key=lambda need: LEVELS.index(need.level))),
        home,
        read_days(session, home, now),
        read_figures(session, now),
    )


def read_days(session: Session, zone: str, now: datetime) -> tuple[Day, ...]:
    """Booked chats of today and tomorrow as the programme's zone has them: one query."""
    today = local_date(zone, minute_of(now))
    begin, end = midnight(today, zone), midnight(today, zone, 2)
    rows = session.scalars(
        joined_chats()
        .where(Chat.status == Status.CONFIRMED.value, Chat.starts_at >= begin, Chat.starts_at < end)
        .order_by(Chat.starts_at, Chat.id)
    ).all()
    tomorrow = midnight(today, zone, 1)
    parts = (
        (said("Today"), today, [row for row in rows if row.starts_at < tomorrow]),
        (
            said("Tomorrow"),
            today + timedelta(days=1),
            [row for row in rows if row.starts_at >= tomorrow],
        ),
    )
    return tuple(
        Day(name, day, tuple(chats[:MOST_CHATS]), max(0, len(chats) - MOST_CHATS))
        for name, day, chats in parts
    )
