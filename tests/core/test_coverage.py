"""The coverage map's numbers: cells of the week, free hours, people awake, the worst gaps."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ambassadors.core.coverage import (
    ANY,
    CELLS,
    Clocks,
    Person,
    Supply,
    bookings_of,
    cell_of,
    demand_of,
    supply_of,
)
from ambassadors.core.gaps import Gap, find_gaps
from ambassadors.core.interests import Profile
from ambassadors.core.spans import minute_of
from ambassadors.core.waking import WAKING

BOSTON, KOLKATA, KATHMANDU = "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"
NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
THESIS, ROBOTS = "track/thesis", "research-center/robotics"


def by_clock(moment: datetime, zone: str) -> int:
    """The cell, the plain way."""
    there = moment.astimezone(ZoneInfo(zone))
    return there.weekday() * 8 + there.hour // 3


def profile(id: int, *interests: str) -> Profile:
    return Profile(id, f"Person {id}", BOSTON, ("en",), frozenset(interests))


@pytest.mark.parametrize("zone", [BOSTON, KOLKATA, KATHMANDU, "Australia/Lord_Howe"])
def test_free_hours_are_counted_by_the_clock_across_a_clock_change(zone: str) -> None:
    moments = [NOW + n * timedelta(minutes=45) for n in range(900)]  # four weeks
    minutes = [minute_of(one) for one in moments]
    window = minutes[0], minutes[-1] + 1
    supply = supply_of({1: minutes}, [profile(1, THESIS)], zone, window)
    wanted = Counter(by_clock(one, zone) for one in moments)
    assert supply.free[1] == [wanted[cell] for cell in range(CELLS)]
    assert [cell_of(zone, one) for one in minutes] == [by_clock(one, zone) for one in moments]


def test_hours_of_an_interest_are_those_of_all_who_know_it_and_everybody_counts_once() -> None:
    rows = {1: [4] + [0] * 55, 2: [2] + [0] * 55}
    supply = Supply(rows, {1: frozenset({THESIS, ROBOTS}), 2: frozenset({THESIS})})
    assert [supply.hours(key)[0] for key in (THESIS, ROBOTS, ANY, "x/y")] == [1.5, 1.0, 1.5, 0.0]


@pytest.mark.parametrize(
    ("zone", "waking"), [(BOSTON, WAKING), (KOLKATA, WAKING), (KATHMANDU, (540, 1440))]
)
def test_somebody_is_awake_in_a_block_with_an_hour_of_theirs(
    zone: str, waking: tuple[int, int]
) -> None:
    midnight = datetime(2027, 3, 1, tzinfo=ZoneInfo(BOSTON))
    wanted = set()
    for hour in range(24):
        there = (midnight + timedelta(hours=hour)).astimezone(ZoneInfo(zone))
        wall = there.hour * 60 + there.minute
        if waking[0] <= wall and wall + 60 <= waking[1]:
            wanted.add(hour // 3)
    blocks = Clocks(BOSTON, minute_of(NOW)).awake(Person((THESIS,), zone, waking))
    assert set(blocks) == wanted


def test_people_count_once_and_in_every_cell_in_which_they_are_awake() -> None:
    people = [Person((THESIS, ROBOTS), BOSTON, (9 * 60, 15 * 60), 3), Person((), BOSTON, WAKING)]
    demand = demand_of(people, Clocks(BOSTON, minute_of(NOW)))
    assert (demand.people[ANY], demand.people[THESIS], demand.people[ROBOTS]) == (4, 3, 3)
    assert demand.cells[THESIS] == [0, 0, 0, 3, 3, 0, 0, 0] * 7


def test_chats_count_at_the_time_that_was_chosen() -> None:
    demand = bookings_of([((THESIS,), minute_of(NOW)), ((), minute_of(NOW))], BOSTON)
    cell = by_clock(NOW, BOSTON)
    assert (demand.cells[ANY][cell], demand.cells[THESIS][cell]) == (2, 1)
    assert sum(demand.cells[ANY]) == 2


def gaps(people: list[Person], supply: Supply) -> list[Gap]:
    return find_gaps(people, supply, Clocks(BOSTON, minute_of(NOW)))


def morning(starts: int) -> list[int]:
    """Free starts on Monday from nine."""
    return [0, 0, 0, starts, *[0] * 52]


def test_a_pair_that_nobody_has_is_a_gap_where_each_alone_is_none() -> None:
    supply = Supply(
        {1: morning(40), 2: morning(40)}, {1: frozenset({THESIS}), 2: frozenset({ROBOTS})}
    )
    people = [Person((ROBOTS, THESIS), BOSTON, WAKING, 7)]
    assert gaps(people, supply) == [Gap((ROBOTS, THESIS), 7, 0, 0, 0)]


def test_hours_while_those_who_look_are_asleep_do_not_count() -> None:
    supply = Supply({1: morning(40)}, {1: frozenset({THESIS})})
    people = [Person((THESIS,), BOSTON, (18 * 60, 22 * 60), 2)]
    assert gaps(people, supply) == [Gap((THESIS,), 2, 1, 0, 10.0)]


def test_no_hour_comes_before_too_few_and_more_people_before_less() -> None:
    supply = Supply({1: morning(2)}, {1: frozenset({THESIS})})
    people = [
        Person((THESIS,), BOSTON, WAKING, 9),
        Person((ROBOTS,), BOSTON, WAKING, 2),
        Person(("x/y",), BOSTON, WAKING, 3),
        Person(("x/z",), BOSTON, WAKING, 1),
    ]
    assert [(gap.interests, gap.count) for gap in gaps(people, supply)] == [
        (("x/y",), 3),
        ((ROBOTS,), 2),
        ((THESIS,), 9),
    ]
