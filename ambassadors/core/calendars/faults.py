"""What can be wrong with a calendar, each a clause or a sentence for the person it belongs to."""

from datetime import datetime

MOST_PROBLEMS = 50  # sentences; more tell a reader nothing


class NotACalendar(Exception):
    """The bytes hold no calendar at all; the text is a sentence."""


class Unreadable(Exception):
    """One event, or a part of it, cannot be read; the text is the clause that says why."""


class Problems:
    """Sentences about events, named by their place in the calendar and their time.

    Never by their titles, which are private. Beyond MOST_PROBLEMS, events are only counted.
    """

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}
        self._more: set[int] = set()

    def tell(self, sentence: str) -> None:
        """Adds a sentence about the whole calendar, once."""
        self._sentences[sentence] = None

    def tell_of(self, number: int, when: str | None, clause: str) -> None:
        """Adds what is wrong with the event of that number, `when` as it is written."""
        sentence = f"Event {number}{f' ({when})' if when else ''}: {clause}."
        if len(self._sentences) < MOST_PROBLEMS:
            self._sentences[sentence] = None
        elif sentence not in self._sentences:
            self._more.add(number)

    def sentences(self) -> tuple[str, ...]:
        """All sentences, the count of what was left out last."""
        if not self._more:
            return tuple(self._sentences)
        return (*self._sentences, f"There are problems with {len(self._more):,} more events.")


def written(wall: datetime, day: bool) -> str:
    """A time as its calendar writes it, in words: `5 Jan 2026, 09:30`."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    date = f"{wall.day} {months[wall.month - 1]} {wall.year}"
    return date if day else f"{date}, {wall:%H:%M}"
