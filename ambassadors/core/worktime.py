"""Worked minutes: what one chat counts for, pay weeks, and the weekly limit in session.

Decided in docs/decisions/worked-time.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ambassadors.core.afterwards import Outcome
from ambassadors.core.chats import Status
from ambassadors.core.guarding import LIMIT_IN_SESSION, minutes_for, pay_week
from ambassadors.core.said import said
from ambassadors.core.settings.terms import Term

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Worked:
    """One chat on a timesheet: how many minutes count, and why so many."""

    uid: str
    name: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    reason: str


@dataclass(frozen=True)
class WeekLoad:
    """One ambassador's pay week in minutes: worked, booked or not marked yet, and worked elsewhere
    (None when they have not said).
    """

    ambassador_id: int
    name: str
    worked: int
    to_come: int
    other: int | None
    in_session: bool
    limit: int = LIMIT_IN_SESSION

    @property
    def all(self) -> int:
        """All of it together."""
        return self.worked + self.to_come + (self.other or 0)

    @property
    def left(self) -> int:
        """What the limit still leaves."""
        return max(0, self.limit - self.all)

    @property
    def over(self) -> bool:
        """Whether it is more than is allowed while classes are in session."""
        return self.in_session and self.all > self.limit


def count_minutes(status: str, length: int, word: str, verdict: str) -> tuple[int, str]:
    """How many minutes a chat of `length` minutes that is over counts for, and why.

    `word` (`said`) and `verdict` as in `Feedback`; a coordinator's verdict outweighs a
    prospect's word.
    """
    if status == Status.COMPLETED:
        return length, said("Chat held")
    if status != Status.NO_SHOW:
        return 0, said("Not marked yet")
    if verdict == Outcome.AMBASSADOR_MISSED:
        return 0, said("The ambassador did not come, as a coordinator decided")
    if not verdict and word == Outcome.AMBASSADOR_MISSED:
        return 0, said("The prospect says that the ambassador did not come; not decided yet")
    return minutes_for(status, length), said("Waited for a prospect who did not come")


def weeks_in_session(terms: Sequence[Term]) -> frozenset[date] | None:
    """The first days of the pay weeks with a day of classes or exams that is not of a break.

    None, which is all weeks, without any term in the academic calendar: the limit is not missed.
    """
    classes = [one for one in terms if one.kind in ("term", "exams")]
    breaks = [one for one in terms if one.kind == "break"]
    if not classes:
        return None
    days = (one.first + n * DAY for one in classes for n in range((one.last - one.first).days + 1))
    return frozenset(pay_week(day) for day in days if not any(off.covers(day) for off in breaks))


def in_session(first: date, terms: Sequence[Term]) -> bool:
    """Whether the weekly limit holds in the pay week that begins on a date."""
    weeks = weeks_in_session(terms)
    return weeks is None or first in weeks


def sum_minutes(lines: Iterable[Worked]) -> int:
    """All minutes that count."""
    return sum(one.minutes for one in lines)
