"""Worked minutes: what one chat counts for, pay weeks, and the weekly limit in session.

Decided in docs/decisions/worked-time.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ambassadors.core.afterwards import Outcome
from ambassadors.core.chats import Status
from ambassadors.core.settings.terms import Term

PAY_WEEK_BEGINS = 6  # a Sunday, as date.weekday() counts: payroll weeks run Sunday to Saturday
NO_SHOW_WAIT = 15  # minutes that an ambassador waits for a prospect who does not come
# On-campus work while classes are in session, of holders of F-1 and J-1 visas:
# 8 CFR 214.2(f)(9)(i) and 22 CFR 62.23(g). Asked of everybody, so nobody says what visa they have.
LIMIT_IN_SESSION = 20 * 60
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


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
    """One ambassador's pay week: minutes worked, minutes still booked, and what they work elsewhere
    (None when they have not said).
    """

    ambassador_id: int
    name: str
    worked: int
    to_come: int
    other: int | None
    in_session: bool

    @property
    def all(self) -> int:
        """All of it together."""
        return self.worked + self.to_come + (self.other or 0)

    @property
    def over(self) -> bool:
        """Whether it is more than is allowed while classes are in session."""
        return self.in_session and self.all > LIMIT_IN_SESSION


def pay_week(day: date) -> date:
    """The first day of the pay week that a date lies in."""
    return day - timedelta(days=(day.weekday() - PAY_WEEK_BEGINS) % 7)


def count_minutes(status: str, length: int, said: str, verdict: str) -> tuple[int, str]:
    """How many minutes a chat of `length` minutes that is over counts for, and why.

    `said` and `verdict` as in `Feedback`; a coordinator's verdict outweighs a prospect's word.
    """
    if status == Status.COMPLETED:
        return length, "Chat held"
    if status != Status.NO_SHOW:
        return 0, "Not marked yet"
    if verdict == Outcome.AMBASSADOR_MISSED:
        return 0, "The ambassador did not come, as a coordinator decided"
    if not verdict and said == Outcome.AMBASSADOR_MISSED:
        return 0, "The prospect says that the ambassador did not come; not decided yet"
    return min(length, NO_SHOW_WAIT), "Waited for a prospect who did not come"


def in_session(first: date, terms: Sequence[Term]) -> bool:
    """Whether classes, or exams, are held on any day of a pay week.

    Without any term in the academic calendar every week counts as one: the limit is not missed.
    """
    classes = [one for one in terms if one.kind in ("term", "exams")]
    breaks = [one for one in terms if one.kind == "break"]
    if not classes:
        return True
    days = [first + number * DAY for number in range(7)]
    return any(
        any(one.covers(day) for one in classes) and not any(one.covers(day) for one in breaks)
        for day in days
    )


def sum_minutes(lines: Iterable[Worked]) -> int:
    """All minutes that count."""
    return sum(one.minutes for one in lines)
