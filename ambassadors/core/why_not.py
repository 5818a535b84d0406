"""Why a start is no slot, in sentences that name dates and hours."""

from collections.abc import Sequence
from datetime import date

from ambassadors.core.hours import TimeOff
from ambassadors.core.said import Said, said, said_n, shown
from ambassadors.core.wording import date_text, hours_text, weekday_text


def away_text(off: TimeOff) -> Said:
    """Time off lies there."""
    until = shown(date_text, off.last)
    if off.name:
        return said("{name}: no chats until {date}.", name=off.name, date=until)
    return said("Time off until {date}.", date=until)


def hours_of_text(spans: Sequence[tuple[int, int]], dated: bool, day: date) -> Said:
    """The hours of that date are others; `dated`: they are an exception."""
    told = shown(hours_text, tuple(spans))
    if dated:
        there = shown(date_text, day)
        if spans:
            return said("There are other hours, {hours}, on {date}.", hours=told, date=there)
        return said("There are no hours on {date}.", date=there)
    weekday = shown(weekday_text, day.weekday())
    if spans:
        return said("The hours on {weekday}s are {hours}.", weekday=weekday, hours=told)
    return said("No hours on {weekday}s.", weekday=weekday)


def full_day_text(cap: int, day: date) -> Said:
    """The cap of that date is reached."""
    return said_n(
        "At most {count} chat a day, and {date} is full.",
        "At most {count} chats a day, and {date} is full.",
        cap,
        date=shown(date_text, day),
    )


def full_week_text(cap: int, monday: date) -> Said:
    """The cap of that week is reached."""
    return said_n(
        "At most {count} chat a week, and that of {date} is full.",
        "At most {count} chats a week, and that of {date} is full.",
        cap,
        date=shown(date_text, monday),
    )
