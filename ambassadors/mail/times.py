"""The time of a chat as its reader sees it: their own zone first, then the other person's."""

from dataclasses import dataclass
from datetime import datetime

from ambassadors.core.moments import clocks, long_day, place
from ambassadors.core.said import said, say
from ambassadors.mail.facts import Person
from ambassadors.translations import catalog


@dataclass(frozen=True)
class Times:
    """Words for one span: the reader's date and hours, then what it is `for_other`."""

    day: str
    hours: str
    for_other: str


def times_for(start: datetime, end: datetime, reader: Person, other: Person) -> Times:
    """The span in words for `reader`; the other's date is said only where it differs."""
    told = catalog(reader.locale)
    day, other_day = long_day(start, reader.zone, told), long_day(start, other.zone, told)
    here, there = place(start, reader.zone, told), place(start, other.zone, told)
    if here == there:
        for_other: str = said("The same for {name}", name=other.name)
    else:
        hours = clocks(start, end, other.zone, told)
        for_other = said(
            "{hours} in {place}, for {name}", hours=hours, place=there, name=other.name
        )
    if other_day != day:
        for_other = said("{day}, {time}", day=other_day, time=for_other)
    hours = said("{hours} in {place}", hours=clocks(start, end, reader.zone, told), place=here)
    return Times(day, str(say(hours, told)), str(say(for_other, told)))
