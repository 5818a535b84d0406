from datetime import UTC, datetime

import pytest

from ambassadors.core.moments import city, clock, clocks, long_day, offset, place, spoken
from ambassadors.core.refused import Refused

NOON = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)


def test_a_moment_is_spoken_with_its_whole_date_and_the_city() -> None:
    assert spoken(NOON, "Asia/Kolkata") == "Wednesday, December 9, 2026, 5:30 pm (Kolkata)"
    assert spoken(NOON, "Asia/Calcutta") == "Wednesday, December 9, 2026, 5:30 pm (Kolkata)"


def test_the_date_is_that_of_the_place() -> None:
    late = datetime(2026, 12, 9, 23, 30, tzinfo=UTC)
    assert long_day(late, "Asia/Tokyo") == "Thursday, December 10, 2026"
    assert long_day(late, "America/Los_Angeles") == "Wednesday, December 9, 2026"


def test_midnight_and_noon_are_twelve() -> None:
    assert clock(NOON, "UTC") == "12:00 pm"
    assert clock(NOON.replace(hour=0, minute=5), "UTC") == "12:05 am"
    assert clocks(NOON.replace(hour=11, minute=45), NOON.replace(minute=15), "UTC") == (
        "11:45 am – 12:15 pm"
    )


def test_an_offset_follows_the_clock_changes() -> None:
    summer = NOON.replace(month=7)
    assert offset(NOON, "America/New_York") == "UTC−5"
    assert offset(summer, "America/New_York") == "UTC−4"
    assert offset(NOON, "Asia/Kathmandu") == "UTC+5:45"
    assert offset(NOON, "America/St_Johns") == "UTC−3:30"
    assert offset(NOON, "Europe/London") == "UTC"


def test_the_programmes_own_zone_goes_by_its_city() -> None:
    assert city("America/New_York") == "Boston"
    assert city("US/Eastern") == "Boston"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_a_place_names_city_zone_and_offset() -> None:
    assert place(NOON, "America/Sao_Paulo") == "Sao Paulo (America/Sao_Paulo, UTC−3)"
    assert place(NOON, "UTC") == "UTC"


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refused):
        clock(NOON, "Atlantis/Capital")
