"""Bookable starts and reasons, against an oracle that looks at every minute by itself."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.core.guarding import Guard
from ambassadors.core.hours import DayHours, Hours, TimeOff, WeeklySpan, parse_weekly
from ambassadors.core.slots import Diary, Rules, first_starts, nearest, runs, starts, why_not
from ambassadors.core.spans import DAY, Span, minute_of, moment_of
from tests.core.oracle import Oracle, wall

# One of every kind: an hour missing or twice, half an hour, two hours, a midnight missing or
# twice, a day left out, a clock changed for a month, and zones that never change.
TRANSITIONS = (
    ("America/New_York", "2025-03-09T07:00"),
    ("America/New_York", "2025-11-02T06:00"),
    ("Europe/Berlin", "2025-03-30T01:00"),
    ("Europe/Berlin", "2025-10-26T01:00"),
    ("Europe/Dublin", "2025-10-26T01:00"),
    ("Australia/Lord_Howe", "2025-04-05T15:00"),
    ("Australia/Lord_Howe", "2025-10-04T15:30"),
    ("Antarctica/Troll", "2025-03-30T01:00"),
    ("Antarctica/Troll", "2025-10-26T01:00"),
    ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("America/Sao_Paulo", "2018-02-18T02:00"),
    ("America/St_Johns", "2010-11-07T02:31"),
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("Africa/Casablanca", "2025-02-23T02:00"),
    ("Africa/Casablanca", "2025-04-06T02:00"),
    ("Asia/Kathmandu", "1985-12-31T18:30"),
    ("Asia/Kolkata", "2025-12-31T18:30"),
)

WINDOW = 700


def minute(text):
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


EDGES = st.sampled_from([0, 60, 90, 120, 127, 150, 180, 200, 540, 720, 1350, 1440])
WALL_SPANS = st.lists(st.tuples(EDGES, EDGES).map(sorted).map(tuple), max_size=3).map(tuple)
NEAR = st.lists(st.tuples(st.integers(-DAY, DAY), st.integers(0, 100)), max_size=3)
# How much is worked in the pay week before, of, and after the transition; which are of classes.
GUARDS = st.one_of(
    st.none(),
    st.none(),
    st.tuples(
        st.dictionaries(st.integers(-1, 1), st.sampled_from([10, 30, 50, 60]), max_size=3),
        st.sampled_from([None, (0,), (-1, 0), (1,), ()]),
        st.sampled_from([0, 20, 45, 100]),
        st.sampled_from(["America/New_York", "Pacific/Auckland"]),
    ),
)
COUNTS = st.dictionaries(st.integers(-1, 1), st.integers(0, 4), max_size=2)
CLOCKS = [2 * DAY * 60, 2 * DAY * 60, DAY * 60, DAY * 60, 720 * 60, 720 * 60, 0, -200 * 60]


def build_hours(zone, day, patterns, exceptions, time_off):
    """Hours of the dates around one, with an exception and time off now and then."""
    weekly = tuple(
        WeeklySpan(weekday, start, end)
        for weekday in range(7)
        for start, end in patterns[weekday % 3]
    )
    others = tuple(DayHours(day + timedelta(days=days), spans) for days, spans in exceptions)
    off = tuple(TimeOff(day + timedelta(days=first), day) for first in time_off)
    return Hours(zone, weekly, others, off)


HOURS = st.tuples(
    st.tuples(WALL_SPANS, WALL_SPANS, WALL_SPANS).filter(any),
    st.lists(st.tuples(st.integers(-2, 2), WALL_SPANS), max_size=2),
    st.sampled_from([(), (), (), (), (-1,), (0,)]),
)
RULE_SETS = st.builds(
    Rules,
    before=st.sampled_from([0, 5, 15]),
    after=st.sampled_from([0, 10, 30]),
    notice=st.sampled_from([0, 0, 45, 720]),
    horizon=st.sampled_from([4, 4, 3, 1]),
    daily_cap=st.integers(1, 4),
    weekly_cap=st.integers(1, 4),
)


def build_case(
    transition, hours, rules, taken, busy, chats_on, chats_in_week, active, start, since, work
):
    """A diary around a transition, a window with it inside, and a clock somewhat before."""
    zone, moment = transition
    middle = minute(moment)
    day, _ = wall(zone, middle)
    monday = day - timedelta(days=day.weekday())
    diary = Diary(
        build_hours(zone, day, *hours),
        rules,
        tuple(Span(middle + first, middle + first + length) for first, length in taken),
        tuple(Span(middle + first, middle + first + length) for first, length in busy),
        {day + timedelta(days=days): count for days, count in chats_on.items()},
        {monday + timedelta(weeks=weeks): count for weeks, count in chats_in_week.items()},
        active,
        **({} if work is None else guarded(middle, *work)),
    )
    window = Span(middle - start, middle - start + WINDOW)
    return diary, window, moment_of(middle) - timedelta(seconds=since)


def guarded(middle, worked, weeks, elsewhere, zone):
    """A guard of 100 minutes a pay week and what is worked beside it."""
    day, _ = wall(zone, middle)
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    counted = None if weeks is None else frozenset(sunday + timedelta(weeks=n) for n in weeks)
    return {
        "guard": Guard(zone, 100, elsewhere, counted),
        "worked": {sunday + timedelta(weeks=n): minutes for n, minutes in worked.items()},
    }


CASES = st.builds(
    build_case,
    st.sampled_from(TRANSITIONS),
    HOURS,
    RULE_SETS,
    NEAR,
    NEAR,
    COUNTS,
    COUNTS,
    st.sampled_from([True] * 15 + [False]),
    st.integers(0, WINDOW),
    st.builds(sum, st.tuples(st.sampled_from(CLOCKS), st.integers(0, 100))),
    GUARDS,
)
LENGTHS = st.sampled_from([20, 20, 30, 30, 30, 45, 45, 50])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(CASES, LENGTHS)
def test_starts_and_reasons_are_those_of_every_minute_looked_at_by_itself(case, length):
    diary, window, now = case
    oracle = Oracle(diary, length, now)
    found = starts(diary, *window, length, now)
    assert found == oracle.starts(range(*window))
    assert [one for run in runs(diary, *window, length, now) for one in run] == found
    probes = [*found, *range(window.start, window.end, 13)]
    reasons = [why_not(diary, probe, length, now) for probe in probes]
    codes = [reason and reason.code for reason in reasons]
    assert codes == [oracle.reason(probe) for probe in probes]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(CASES, LENGTHS, st.integers(0, 7), st.integers(-3, 3))
def test_the_first_and_the_nearest_starts_are_picked_from_all_of_them(case, length, count, days):
    diary, window, now = case
    everything = starts(diary, minute_of(now), minute_of(now) + 5 * DAY, length, now)
    assert first_starts(diary, length, now, count) == everything[:count]
    wanted = window.start + days * DAY
    others = sorted(set(everything) - {wanted}, key=lambda one: (abs(one - wanted), one))
    assert nearest(diary, wanted, length, now, count) == others[:count]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(CASES, LENGTHS, st.integers(0, WINDOW))
def test_a_window_gives_what_its_two_parts_give(case, length, cut):
    diary, (start, end), now = case
    halves = starts(diary, start, start + cut, length, now) + starts(
        diary, start + cut, end, length, now
    )
    assert starts(diary, start, end, length, now) == halves


def test_every_whole_minute_of_an_open_night_around_each_transition_agrees_with_the_oracle():
    for zone, moment in TRANSITIONS:
        middle = minute(moment)
        times = "; ".join(f"{day} 00:00-04:40" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
        hours = Hours(zone, parse_weekly(f"{times}; Sat 00:00-04:40; Sun 00:00-04:40"))
        diary, now = Diary(hours, Rules(notice=0, after=0)), moment_of(middle - 2 * DAY)
        window = range(middle - 300, middle + 300)
        oracle = Oracle(diary, 30, now)
        found = starts(diary, window.start, window.stop, 30, now)
        assert (zone, found) == (zone, oracle.starts(window))
