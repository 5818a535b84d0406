"""A prospect's waking hours, in the wall time of their own zone."""

from ambassadors.core.spans import DAY
from ambassadors.core.zones import wall_minute

WAKING = (7 * 60, 22 * 60)  # wall minutes of each day


def is_awake(zone: str, start: int, minutes: int, waking: tuple[int, int] = WAKING) -> bool:
    """Whether a chat from an epoch minute lies within waking hours there, to its end."""
    begin = wall_minute(zone, start) % DAY
    end = wall_minute(zone, start + minutes - 1) % DAY + 1
    return waking[0] <= begin < end <= waking[1]
