"""Small parts of sentences: counts, lists, dates and wall times without a moment."""

from collections.abc import Sequence
from datetime import date

from ambassadors.core.moments import MONTHS, WEEKDAYS


def count_text(number: int, noun: str) -> str:
    """`1 chat`, `3 chats`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Sequence[str], last: str = "or") -> str:
    """`20, 30 or 45`; nothing for no words."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def notice_text(minutes: int) -> str:
    """Minutes before a noun: `12 hours’`, `1 hour’s`, `90 minutes’`."""
    whole = minutes % 60 == 0
    count = count_text(minutes // 60, "hour") if whole else count_text(minutes, "minute")
    return count + ("’" if count.endswith("s") else "’s")


def work_text(minutes: int) -> str:
    """Minutes as hours: `2 h 30 min`, `20 h`, `45 min`."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


def date_text(day: date) -> str:
    """`Wednesday, June 4`: for dates that are near."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"


def clock_text(minute: int) -> str:
    """A wall minute of the day: `9:00 am`; both its ends are midnight."""
    if minute % 1440 == 0:
        return "midnight"
    hour = minute // 60
    return f"{(hour - 1) % 12 + 1}:{minute % 60:02d} {'am' if hour < 12 else 'pm'}"
