"""The weekly guard: nobody is booked beyond the hours they may work in a week of classes.

Decided in docs/decisions/worked-time.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ambassadors.core.chats import Status
from ambassadors.core.hours import local_date, spans_of_date
from ambassadors.core.said import said
from ambassadors.core.spans import Span
from ambassadors.core.wording import date_text, work_text

PAY_WEEK_BEGINS = 6  # a Sunday, as date.weekday() counts: payroll weeks run Sunday to Saturday
NO_SHOW_WAIT = 15  # minutes that an ambassador waits for a prospect who does not come
# On-campus work while classes are in session, of holders of F-1 and J-1 visas:
# 8 CFR 214.2(f)(9)(i) and 22 CFR 62.23(g). Asked of everybody, so nobody says what visa they have.
LIMIT_IN_SESSION = 20 * 60
LONGEST_CHAT = 45
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ALL_TIME = Span(-(10**9), 10**9)


@dataclass(frozen=True)
class Guard:
    """What keeps somebody from working too much: at most `limit` minutes in each of the `weeks`
    (first days of pay weeks; None: in all), `elsewhere` of which they work for somebody else.
    Weeks are those of the programme's `zone`.
    """

    zone: str
    limit: int = LIMIT_IN_SESSION
    elsewhere: int = 0
    weeks: frozenset[date] | None = None

    @property
    def left(self) -> int:
        """The minutes of a week that chats may take."""
        return self.limit - self.elsewhere

    def week_of(self, minute: int) -> date:
        """The first day of the pay week of an epoch minute."""
        return pay_week(local_date(self.zone, minute))

    def counts(self, week: date) -> bool:
        """Whether the limit holds in a pay week."""
        return self.weeks is None or week in self.weeks

    def forbids(self, worked: Mapping[date, int], start: int, minutes: int) -> bool:
        """Whether a chat would go beyond the limit; `worked` are minutes by pay week."""
        return self.is_full(worked, self.week_of(start), minutes)

    def is_full(self, worked: Mapping[date, int], week: date, minutes: int) -> bool:
        """Whether a pay week has no room for so many minutes more."""
        return self.counts(week) and worked.get(week, 0) + minutes > self.left

    def full_spans(self, worked: Mapping[date, int], minutes: int) -> list[Span]:
        """The weeks that have no room for a chat of so many minutes, as spans."""
        if minutes <= self.left:
            full = [one for one, done in worked.items() if done + minutes > self.left]
            return [self._span(one) for one in full if self.counts(one)]
        return [ALL_TIME] if self.weeks is None else [self._span(one) for one in self.weeks]

    def room(self, worked: Mapping[date, int], minutes: int, start: int, end: int) -> int | None:
        """How many such chats the pay weeks of [start, end) still hold; None: any number."""
        first, last = self.week_of(start), self.week_of(end - 1)
        weeks = [first + n * WEEK for n in range((last - first) // WEEK + 1)]
        if not all(self.counts(week) for week in weeks):
            return None
        return sum(max(0, self.left - worked.get(week, 0)) // minutes for week in weeks)

    def tell(self, worked: Mapping[date, int], start: int, minutes: int) -> str:
        """Why a chat is forbidden, for those who may know how long somebody works elsewhere."""
        week = self.week_of(start)
        done = worked.get(week, 0)
        return said(
            "With this chat they would work {all} in the pay week from {day}: {chats} of chats and "
            "{elsewhere} elsewhere on campus. In a week of classes {limit} is the most.",
            all=work_text(done + minutes + self.elsewhere),
            day=date_text(week),
            chats=work_text(done + minutes),
            elsewhere=work_text(self.elsewhere),
            limit=work_text(self.limit),
        )

    def _span(self, week: date) -> Span:
        ends = spans_of_date(self.zone, week + WEEK - DAY)
        return Span(spans_of_date(self.zone, week)[0].start, ends[-1].end)


def guard_for(guard: Guard, other_hours: int | None, weekly_cap: int) -> Guard | None:
    """The guard of somebody who works so many hours a week elsewhere; None where their cap ends
    their week before it could: two Monday weeks touch a pay week.
    """
    own = replace(guard, elsewhere=(other_hours or 0) * 60)
    return own if own.left < 2 * weekly_cap * LONGEST_CHAT else None


def pay_week(day: date) -> date:
    """The first day of the pay week that a date lies in."""
    return day - timedelta(days=(day.weekday() - PAY_WEEK_BEGINS) % 7)


def minutes_for(status: str, length: int) -> int:
    """The minutes that a chat counts for, or may yet: one that is not marked in full."""
    return min(length, NO_SHOW_WAIT) if status == Status.NO_SHOW else length


def add_up(guard: Guard, chats: Iterable[tuple[str, int, int]]) -> dict[date, int]:
    """Minutes by pay week of chats, each a status with its start and its end."""
    worked: dict[date, int] = {}
    for status, start, end in chats:
        week = guard.week_of(start)
        worked[week] = worked.get(week, 0) + minutes_for(status, end - start)
    return worked
