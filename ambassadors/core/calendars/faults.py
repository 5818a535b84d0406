"""What can be wrong with a calendar, each a clause or a sentence for the person it belongs to."""

from datetime import datetime

from ambassadors.core.said import said

MOST_PROBLEMS = 50  # sentences; more tell a reader nothing


class NotACalendar(Exception):
    """The bytes hold no calendar at all; the text is a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreadable(Exception):
    """One event, or a part of it, cannot be read; the text is the clause that says why."""

    def __init__(self, clause: str) -> None:
        super().__init__(clause)
        self.clause = clause


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
        if when:
            sentence = said(
                "Event {number} ({when}): {clause}.", number=number, when=when, clause=clause
            )
        else:
            sentence = said("Event {number}: {clause}.", number=number, clause=clause)
        if len(self._sentences) < MOST_PROBLEMS:
            self._sentences[sentence] = None
        elif sentence not in self._sentences:
            self._more.add(number)

    def sentences(self) -> tuple[str, ...]:
        """All sentences, the count of what was left out last."""
        if not self._more:
            return tuple(self._sentences)
        return (
            *self._sentences,
            said("There are problems with {count:,} more events.", count=len(self._more)),
        )


def written(wall: datetime, day: bool) -> str:
    """A time as its calendar writes it, in words: `5 Jan 2026, 09:30`."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    date = f"{wall.day} {months[wall.month - 1]} {wall.year}"
    return date if day else f"{date}, {wall:%H:%M}"
