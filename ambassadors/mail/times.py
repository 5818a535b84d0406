"""The time of a chat as its reader sees it: their own zone first, then the other person's."""

from dataclasses import dataclass
from datetime import datetime

from ambassadors.core.moments import clocks, long_day, place
from ambassadors.mail.facts import Person


@dataclass(frozen=True)
class Times:
    """Words for one span: the reader's date and hours, then what it is `for_other`."""

    day: str
    hours: str
    for_other: str


def times_for(start: datetime, end: datetime, reader: Person, other: Person) -> Times:
    """The span in words for `reader`; the other's date is said only where it differs."""
    day, other_day = long_day(start, reader.zone), long_day(start, other.zone)
    here, there = place(start, reader.zone), place(start, other.zone)
    if here == there:
        for_other = f"The same for {other.name}"
    else:
        for_other = f"{clocks(start, end, other.zone)} in {there}, for {other.name}"
    if other_day != day:
        for_other = f"{other_day}, {for_other}"
    return Times(day, f"{clocks(start, end, reader.zone)} in {here}", for_other)
