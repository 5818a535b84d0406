"""Small parts of sentences: counts, lists, dates and wall times without a moment.

The language comes last, so that `shown` of `core/said.py` can say them again in another one.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Literal

from babel import dates, lists, units

from ambassadors.core.moments import MONTHS, WEEKDAYS
from ambassadors.core.said import ENGLISH, Language, Said, pattern_n, said_n, say

# What is counted within sentences.
COUNTED = {
    "ambassador": pattern_n("{count} ambassador", "{count} ambassadors"),
    "booked chat": pattern_n("{count} booked chat", "{count} booked chats"),
    "chat": pattern_n("{count} chat", "{count} chats"),
    "day": pattern_n("{count} day", "{count} days"),
    "hour": pattern_n("{count} hour", "{count} hours"),
    "mail": pattern_n("{count} mail", "{count} mails"),
    "minute": pattern_n("{count} minute", "{count} minutes"),
    "month": pattern_n("{count} month", "{count} months"),
    "prospect": pattern_n("{count} prospect", "{count} prospects"),
}


def count_text(number: int, noun: str) -> Said:
    """`1 chat`, `3 chats`."""
    return said_n(*COUNTED[noun], number)


def listed(words: Sequence[str], last: str = "or", language: Language = ENGLISH) -> str:
    """`20, 30 or 45`; nothing for no words. `last` is "or" or "and"."""
    if language.locale != "en":
        told = [str(say(word, language)) for word in words]
        style: Literal["or", "standard"] = "or" if last == "or" else "standard"
        return lists.format_list(told, style=style, locale=language.locale)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def duration_text(minutes: int, language: Language = ENGLISH) -> str:
    """`12 hours`, `1 hour`, `90 minutes`."""
    number, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    if language.locale == "en":
        return count_text(number, unit)
    return units.format_unit(number, f"duration-{unit}", locale=language.locale)


def days_text(days: int, language: Language = ENGLISH) -> str:
    """`28 days`."""
    if language.locale == "en":
        return count_text(days, "day")
    return units.format_unit(days, "duration-day", locale=language.locale)


def notice_text(minutes: int, language: Language = ENGLISH) -> str:
    """Minutes before a noun: `12 hours’`, `1 hour’s`, `90 minutes’`."""
    count = duration_text(minutes, language)
    if language.locale != "en":
        return count
    return count + ("’" if count.endswith("s") else "’s")


def work_text(minutes: int, language: Language = ENGLISH) -> str:
    """Minutes as hours: `2 h 30 min`, `20 h`, `45 min`."""
    hours, rest = divmod(minutes, 60)
    if language.locale != "en":
        told = [(hours, "duration-hour"), (rest, "duration-minute")]
        parts = [units.format_unit(*one, locale=language.locale) for one in told if one[0]]
        return " ".join(parts) or units.format_unit(0, "duration-minute", locale=language.locale)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


def date_text(day: date, language: Language = ENGLISH) -> str:
    """`Wednesday, June 4`: for dates that are near."""
    if language.locale != "en":
        return dates.format_skeleton("MMMMEEEEd", day, locale=language.locale)
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}"


def day_text(day: date, language: Language = ENGLISH) -> str:
    """`June 4`: for dates whose year is said."""
    if language.locale != "en":
        return dates.format_skeleton("MMMMd", day, locale=language.locale)
    return f"{MONTHS[day.month - 1]} {day.day}"


def short_date_text(day: date, language: Language = ENGLISH) -> str:
    """`Jun 4, 2026`."""
    if language.locale != "en":
        return dates.format_date(day, "medium", locale=language.locale)
    return f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def weekday_text(weekday: int, language: Language = ENGLISH) -> str:
    """`Monday` for 0."""
    if language.locale == "en":
        return WEEKDAYS[weekday]
    return str(dates.get_day_names(locale=language.locale)[weekday])


def clock_text(minute: int, language: Language = ENGLISH) -> str:
    """A wall minute of the day: `9:00 am`; both its ends are midnight."""
    if language.locale != "en":
        moment = time(minute // 60 % 24, minute % 60)
        return dates.format_time(moment, "short", locale=language.locale)
    if minute % 1440 == 0:
        return "midnight"
    hour = minute // 60
    return f"{(hour - 1) % 12 + 1}:{minute % 60:02d} {'am' if hour < 12 else 'pm'}"


def hours_text(spans: Sequence[tuple[int, int]], language: Language = ENGLISH) -> str:
    """Wall minutes from and to: `9:00 am to 12:00 pm and 2:00 pm to 5:00 pm`."""
    to = " to " if language.locale == "en" else " – "
    told = [f"{clock_text(a, language)}{to}{clock_text(b, language)}" for a, b in spans]
    return listed(told, "and", language)
