"""Slots worked out again, slowly and another way: every minute by itself, on the wall clock.

Shares no code with `core.hours` and `core.slots`, only their values.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ambassadors.core.hours import Hours
from ambassadors.core.slots import Diary

LONGEST_LOOK_BACK = 40 * 1440


@cache
def wall(zone: str, minute: int) -> tuple[date, int]:
    """The date and the minute of the day that a clock in the zone shows."""
    shown = datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(zone))
    return shown.date(), shown.hour * 60 + shown.minute


def source(hours: Hours, day: date) -> tuple[str, list[tuple[int, int]]]:
    """What decides about a date (time-off, exception or closed) and its hours."""
    if any(off.first <= day <= off.last for off in hours.time_off):
        return "time-off", []
    for exception in reversed(hours.exceptions):
        if exception.day == day:
            return "exception", list(exception.spans)
    weekly = [(span.start, span.end) for span in hours.weekly if span.weekday == day.weekday()]
    return "closed", weekly


class Oracle:
    """Answers for one diary; remembers which minutes are open."""

    def __init__(self, diary: Diary, minutes: int, now: datetime) -> None:
        self.diary, self.minutes, self.now = diary, minutes, now
        self.taken = {m for start, end in diary.taken for m in range(start, end)}
        self.busy = {m for start, end in diary.busy for m in range(start, end)}
        self.known: dict[int, bool] = {}
        self.begun: dict[int, int] = {}
        self.sources: dict[date, tuple[str, list[tuple[int, int]]]] = {}

    def starts(self, minutes: Iterable[int]) -> list[int]:
        return [minute for minute in minutes if self.reason(minute) is None]

    def reason(self, start: int) -> str | None:
        """The code of the first thing that forbids a chat, None when nothing does."""
        if not self.diary.active:
            return "inactive"
        return (
            self._moment_reason(start)
            or self._hours_reason(start)
            or self._clash(start)
            or self._full(start)
        )

    def _moment_reason(self, start: int) -> str | None:
        rules, moment = self.diary.rules, datetime.fromtimestamp(start * 60, UTC)
        if moment < self.now:
            return "past"
        if moment < self.now + timedelta(minutes=rules.notice):
            return "notice"
        if moment > self.now + timedelta(days=rules.horizon):
            return "horizon"
        return None if self.minutes in rules.lengths else "length"

    def _hours_reason(self, start: int) -> str | None:
        for minute in range(start, start + self.minutes):
            if not self.open(minute):
                return self._source(wall(self.diary.hours.zone, minute)[0])[0]
        return "grid" if (start - self.begin(start)) % 15 else None

    def _clash(self, start: int) -> str | None:
        rules = self.diary.rules
        blocked = range(start - rules.before, start + self.minutes + rules.after)
        if not self.taken.isdisjoint(blocked):
            return "taken"
        return None if self.busy.isdisjoint(blocked) else "busy"

    def _full(self, start: int) -> str | None:
        day, _ = wall(self.diary.hours.zone, start)
        monday = min(
            day - timedelta(days=n) for n in range(7) if (day - timedelta(days=n)).weekday() == 0
        )
        if self.diary.chats_on.get(day, 0) >= self.diary.rules.daily_cap:
            return "day-full"
        if self.diary.chats_in_week.get(monday, 0) >= self.diary.rules.weekly_cap:
            return "week-full"
        return self._overworked(start)

    def _overworked(self, start: int) -> str | None:
        guard = self.diary.guard
        if guard is None:
            return None
        sunday, _ = wall(guard.zone, start)
        while sunday.weekday() != 6:
            sunday -= timedelta(days=1)
        if guard.weeks is not None and sunday not in guard.weeks:
            return None
        total = guard.elsewhere + self.diary.worked.get(sunday, 0) + self.minutes
        return "work-full" if total > guard.limit else None

    def open(self, minute: int) -> bool:
        if minute not in self.known:
            day, clock = wall(self.diary.hours.zone, minute)
            spans = self._source(day)[1]
            self.known[minute] = any(start <= clock < end for start, end in spans)
        return self.known[minute]

    def begin(self, minute: int) -> int:
        """The first of the open minutes that lead to this one without a gap."""
        first = minute
        while first not in self.begun and self.open(first - 1):
            first -= 1
            if minute - first > LONGEST_LOOK_BACK:  # never closed: then every midnight will do
                return 0
        self.begun[minute] = self.begun.get(first, first)
        return self.begun[minute]

    def _source(self, day: date) -> tuple[str, list[tuple[int, int]]]:
        if day not in self.sources:
            self.sources[day] = source(self.diary.hours, day)
        return self.sources[day]
