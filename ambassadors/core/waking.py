"""A prospect's waking hours, in the wall time of their own zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import DAY
from ambassadors.core.zones import offset_of_day, wall_minute

WAKING = (7 * 60, 22 * 60)  # wall minutes of each day

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class Awake:
    """When somebody is awake: their zone, and the wall minutes of each day."""

    zone: str
    waking: tuple[int, int] = WAKING

    @property
    def texts(self) -> tuple[str, str]:
        """From when to when, as times of day."""
        return clock(self.waking[0]), clock(self.waking[1])

    def covers(self, start: int, minutes: int) -> bool:
        """Whether they are awake during a chat from an epoch minute, to its end."""
        return is_awake(self.zone, start, minutes, self.waking)

    def covers_any(self, runs: Iterable[range], minutes: int) -> bool:
        """The same of any start of these runs; those that lie asleep are passed over whole."""
        return any(
            self.covers(one, minutes) for run in runs if self._may_begin_in(run) for one in run
        )

    def _may_begin_in(self, run: range) -> bool:
        """Whether a start of the run may lie in waking hours."""
        offset, length = offset_of_day(self.zone, run[0] // DAY), run[-1] - run[0]
        if offset is None or offset_of_day(self.zone, run[-1] // DAY) != offset or length >= DAY:
            return True
        wake, sleep = self.waking
        begin = (run[0] + offset) % DAY
        return (begin < sleep and begin + length >= wake) or begin + length >= DAY + wake


def read_waking(wake: str, sleep: str) -> tuple[int, int]:
    """Waking hours from two texts such as `07:00`; an empty one is as usual.

    Refused when one is no time of day, or when the day would end before it begins.
    """
    first, last = (_minute(text) for text in (wake, sleep))
    waking = WAKING[0] if first is None else first, WAKING[1] if last is None else last
    if not waking[0] < waking[1] <= DAY:
        raise Refused(said("Waking hours begin before they end, within one day."), field="waking")
    return waking


def _minute(text: str) -> int | None:
    if not text.strip():
        return None
    read = _CLOCK.fullmatch(text.strip())
    if read is None:
        raise Refused(
            said("Waking hours are times of day such as 07:00 and 22:00."), field="waking"
        )
    return int(read[1]) * 60 + int(read[2])


def clock(minute: int) -> str:
    """A wall minute of the day as text: `07:00`, at most `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def waking_pairs(waking: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    """Waking hours as an address carries them, for `read_waking`; nothing for the usual ones."""
    if waking == WAKING:
        return ()
    return ("wake", clock(waking[0])), ("sleep", clock(waking[1]))


def read_span(text: str) -> tuple[int, int]:
    """Waking hours from one text, `07:00-22:00`; the usual ones from an empty one."""
    wake, _, sleep = text.replace("–", "-").partition("-")
    return read_waking(wake, sleep)


def is_awake(zone: str, start: int, minutes: int, waking: tuple[int, int] = WAKING) -> bool:
    """Whether a chat from an epoch minute lies within waking hours there, to its end."""
    begin = wall_minute(zone, start) % DAY
    end = wall_minute(zone, start + minutes - 1) % DAY + 1
    return waking[0] <= begin < end <= waking[1]
