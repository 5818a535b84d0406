"""What of the hours cannot be booked, and why: nothing is left out, nothing is said twice."""

from datetime import UTC, date, datetime, timedelta

from ambassadors.core.diaries import Diary, Rules
from ambassadors.core.hours import DayHours, Hours, TimeOff, parse_weekly
from ambassadors.core.slots import GRID, starts, why_closed, why_not
from ambassadors.core.spans import DAY, Span, minute_of
from ambassadors.core.unbookable import find_gaps, grid

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in Boston
FIRST = minute_of(NOW)
RULES = Rules(lengths=(30,), notice=120, daily_cap=2, weekly_cap=5, after=0)
HOURS = Hours("America/New_York", parse_weekly("Mon 09:00-14:00; Tue 10:00-12:00; Wed 10:00-10:20"))


def at(day: int, hour: int, minute: int = 0) -> int:
    """A time in March 2027 in Boston, before clocks change."""
    return minute_of(datetime(2027, 3, day, 5, tzinfo=UTC)) + hour * 60 + minute


def told(diary: Diary, days: int = 7) -> list[tuple[int, int, str]]:
    gaps = find_gaps(diary, FIRST, FIRST + days * DAY, 30, NOW)
    return [(gap.first, gap.last, gap.why.code) for gap in gaps]


def test_notice_chats_busy_times_and_hours_too_short_are_told_apart() -> None:
    chat, busy = Span(at(2, 10), at(2, 10, 30)), Span(at(2, 11), at(2, 11, 10))
    diary = Diary(HOURS, RULES, taken=(chat,), busy=(busy,))
    assert told(diary) == [
        (at(1, 10), at(1, 11, 45), "notice"),
        (at(2, 10), at(2, 10, 15), "taken"),
        (at(2, 10, 45), at(2, 11), "busy"),
        (at(3, 10), at(3, 10), "closed"),
    ]


def test_a_full_day_is_one_gap_and_the_next_day_another() -> None:
    hours = Hours("America/New_York", parse_weekly("Tue 22:00-24:00; Wed 00:00-01:00"))
    full = {date(2027, 3, 2): 2, date(2027, 3, 3): 2}
    assert told(Diary(hours, RULES, chats_on=full)) == [
        (at(2, 22), at(2, 23, 45), "day-full"),
        (at(3, 0), at(3, 0, 30), "day-full"),
    ]


def test_slots_and_gaps_together_are_all_that_the_hours_hold() -> None:
    busy = tuple(Span(at(2, 9) + n * 97, at(2, 9) + n * 97 + 13) for n in range(60))
    diary = Diary(HOURS, RULES, busy=busy)
    end = FIRST + 14 * DAY
    inside = {
        one
        for gap in find_gaps(diary, FIRST, end, 30, NOW)
        for one in range(gap.first, gap.last + 1, GRID)
    }
    booked = set(starts(diary, FIRST, end, 30, NOW))
    assert inside | booked == set(grid(diary, FIRST, end, 30))
    assert {one for one in inside if why_not(diary, one, 30, NOW) is None} == set()
    assert inside & booked == set()


def test_a_day_without_hours_says_which_kind_it_is() -> None:
    day = date(2027, 3, 8)
    kinds = {
        "closed": Hours("UTC"),
        "exception": Hours("UTC", exceptions=(DayHours(day),)),
        "time-off": Hours("UTC", time_off=(TimeOff(day, day + timedelta(days=2)),)),
    }
    noon = minute_of(datetime(2027, 3, 8, 12, tzinfo=UTC))
    assert {kind: why_closed(hours, noon).code for kind, hours in kinds.items()} == {
        kind: kind for kind in kinds
    }
