"""Diaries: all that decides an ambassador's slots: hours, rules, what is taken, caps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from ambassadors.core.guarding import Guard
from ambassadors.core.hours import Hours, spans_of_date
from ambassadors.core.spans import Span


@dataclass(frozen=True)
class Rules:
    """What an ambassador asks of every chat: minutes, except `horizon` in days and the caps."""

    lengths: tuple[int, ...] = (20, 30, 45)
    before: int = 0
    after: int = 10
    notice: int = 720
    horizon: int = 28
    daily_cap: int = 3
    weekly_cap: int = 8


@dataclass(frozen=True)
class DayCap:
    """Dates, both ends included, on which nobody has more than `most` chats a day."""

    first: date
    last: date
    most: int
    name: str


@dataclass(frozen=True)
class Diary:
    """All that decides an ambassador's slots.

    `taken` are the blocked spans of live chats, their own buffers included. The counts are of
    chats that use up a cap, by local date and by the Monday of the local week. `day_caps` are the
    programme's, beside the ambassador's own. `guard` is None where no limit can be reached;
    `worked` are the minutes it counts, by the first day of the pay week.
    """

    hours: Hours
    rules: Rules
    taken: tuple[Span, ...] = ()
    busy: tuple[Span, ...] = ()
    chats_on: Mapping[date, int] = field(default_factory=dict)
    chats_in_week: Mapping[date, int] = field(default_factory=dict)
    active: bool = True
    day_caps: tuple[DayCap, ...] = ()
    guard: Guard | None = None
    worked: Mapping[date, int] = field(default_factory=dict)

    @cached_property
    def known(self) -> dict[tuple[int, int], list[range]]:
        """The starts of epoch weeks for lengths in minutes, as far as they were looked for."""
        return {}

    @cached_property
    def bars(self) -> dict[int, list[tuple[int, int]]]:
        """The spans in which no chat of so many minutes may start, likewise."""
        return {}

    @cached_property
    def full_dates(self) -> list[date]:
        """The local dates on which no further chat may start, because of either cap."""
        rules = self.rules
        cap, caps = rules.daily_cap, self.day_caps
        days = [day for day, n in self.chats_on.items() if n >= (self.cap_on(day) if caps else cap)]
        for monday, count in self.chats_in_week.items():
            if count >= rules.weekly_cap:
                days += [monday + timedelta(days=n) for n in range(7)]
        return days

    def full_spans(self, minutes: int) -> list[Span]:
        """When no chat of so many minutes may start, because of a cap or the weekly guard."""
        zone, guard = self.hours.zone, self.guard
        full = [span for day in self.full_dates for span in spans_of_date(zone, day)]
        return full + guard.full_spans(self.worked, minutes) if guard else full

    def cap_on(self, day: date) -> int:
        """How many chats may start on a local date: the least of all caps of a day."""
        caps = [cap.most for cap in self.day_caps if cap.first <= day <= cap.last]
        return min(self.rules.daily_cap, *caps) if caps else self.rules.daily_cap
