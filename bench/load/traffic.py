"""A season's traffic: people look around, book, and some move or cancel what they booked."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Interest
from bench import _people as people
from bench._load import booking, get, iso, post
from bench.load.driving import Call

FIRST_DAY, DAYS = 2, 26  # the days, counted from today, on which chats are booked
MOVED, CANCELLED = 10, 20  # every so many bookings
WISHES = ("track/thesis", "industry/aerospace", "research-center/kostas", "topic/additive")
LOOKS = {  # what people look at, by how often
    "home": 15, "matches page": 25, "ambassador page": 20, "slots": 20, "matches": 10,
    "soonest": 5, "embedded matches": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Timetable:
    """When everybody is free, in UTC, and at which hours of such a day they are booked."""

    weekdays: tuple[int, ...]
    opens: int
    closes: int
    booked: range

    @property
    def text(self) -> str:
        """As the hours' editor takes it."""
        span = f"{self.opens:02}:00-{self.closes:02}:00"
        return "; ".join(f"{people.WEEKDAYS[one]} {span}" for one in self.weekdays)

    def starts(self) -> list[datetime]:
        """Every time at which somebody can be booked."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days = (today + timedelta(days=FIRST_DAY + number) for number in range(DAYS))
        open_days = [day for day in days if day.weekday() in self.weekdays]
        return [day + timedelta(hours=hour) for day in open_days for hour in self.booked]


# What is booked stays below every cap, and below the weekly limit of 20 hours.
TIMETABLES = {
    "afternoons": Timetable((0, 1, 2, 3, 4), 14, 17, range(14, 17)),
    "all-day": Timetable(tuple(range(7)), 6, 20, range(6, 20, 3)),
}


def add_ambassadors(session: Session, count: int, timetable: Timetable) -> list[int]:
    """Ambassadors with these hours and seven interests each; their ids."""
    chance = random.Random(2026)
    known = list(session.scalars(select(Interest)))
    for number in range(count):
        caps = {"daily_cap": 24, "weekly_cap": 100, "buffer_after": 0}
        row = people.make_ambassador(number, timetable.text, "UTC", **caps)
        row.languages, row.interests = chance.choice(people.SPOKEN), chance.sample(known, 7)
        session.add(row)
    session.flush()
    return list(session.scalars(select(Ambassador.id).order_by(Ambassador.id)))


def free_places(ids: list[int], timetable: Timetable) -> Iterator[tuple[int, datetime]]:
    """Ambassador and start: the first hour of everybody, then the next."""
    for start in timetable.starts():
        for one in ids:
            yield one, start


class Season:
    """Looks and bookings in a given proportion; moves and cancellations follow."""

    def __init__(self, ids: list[int], timetable: Timetable, bookings: float, looks: float) -> None:
        self.ids, self.part = ids, bookings / (bookings + looks)
        self.places, self.chance = free_places(ids, timetable), random.Random(2026)
        self.numbers = itertools.count(1)
        self.booked = 0
        self.follows: list[Call] = []

    def next_call(self) -> Call:
        """What somebody asks next."""
        if self.chance.random() < self.part:
            return self.next_booking()
        return Call("look", self.look())

    def next_booking(self) -> Call:
        """A place of one's own."""
        return Call("booking", booking(next(self.places), next(self.numbers)), self.hear)

    def follow_ups(self) -> list[Call]:
        """Moves and cancellations of what was booked since the last time."""
        found, self.follows = self.follows, []
        return found

    def hear(self, status: int, body: bytes) -> None:
        """Every so many bookings are moved or cancelled."""
        if status != 201:
            return
        self.booked += 1
        chat = f"/api/v1/chats/{json.loads(body)['chat']['token']}"
        if self.booked % CANCELLED == 0:
            self.follows.append(Call("change", post(f"{chat}/cancel", b"{}")))
        elif self.booked % MOVED == 5:
            start = datetime.fromisoformat(json.loads(body)["chat"]["start"])
            moved = {"start": iso(start + timedelta(minutes=30))}  # places stand hours apart
            self.follows.append(Call("change", post(f"{chat}/move", json.dumps(moved).encode())))

    def look(self) -> bytes:
        """A page, or a question of a program."""
        chance = self.chance
        what = chance.choices(list(LOOKS), list(LOOKS.values()))[0]
        one, wish, zone = (
            chance.choice(self.ids),
            chance.choice(WISHES),
            chance.choice(people.ZONES),
        )
        first = datetime.now(UTC) + timedelta(
            days=chance.randrange(FIRST_DAY, FIRST_DAY + DAYS - 7)
        )
        span = f"from={iso(first)}&to={iso(first + timedelta(days=7))}&minutes=30"
        if what == "matches":
            asked = {"interests": [wish, "track/thesis"], "time_zone": zone, "limit": 10}
            return post("/api/v1/matches", json.dumps(asked).encode())
        paths = {
            "home": "/",
            "matches page": f"/matches?interest={wish}&zone={zone}",
            "ambassador page": f"/ambassadors/{one}?interest={wish}&zone={zone}&minutes=30",
            "slots": f"/api/v1/ambassadors/{one}/slots?{span}&time_zone={zone}",
            "soonest": f"/api/v1/slots?interests={wish}&{span}&time_zone={zone}",
            "embedded matches": f"/embed/matches?interest={wish}&zone={zone}",
        }
        return get(paths[what])
