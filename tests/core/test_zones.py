"""Names of zones, and where their offsets change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global

from ambassadors.core.refused import Refused
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.core.zones import (
    canonical,
    country,
    country_name,
    offered,
    segments,
    wall_minute,
    wall_texts,
    zone,
)


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("Pacific/Truk", "Pacific/Chuuk"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("Zulu", "UTC"),
        ("america/new_york", "America/New_York"),
    ],
)
def test_an_old_name_becomes_todays(old, today):
    assert canonical(old) == today


@pytest.mark.parametrize("name", ["Europe/Stockholm", "Asia/Kolkata", "Etc/GMT+5", "UTC"])
def test_a_name_of_today_stays_itself(name):
    assert canonical(name) == name


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Factory", "../etc/passwd", "Asia/\x00", "L"])
def test_what_is_no_zone_is_unknown(name):
    assert canonical(name) is None


def test_every_offered_name_is_todays_and_can_be_loaded():
    assert [canonical(name) for name in offered()] == list(offered())
    assert [zone(name).key for name in offered()] == list(offered())


def test_a_zone_is_loaded_by_its_old_name_too():
    assert zone("Asia/Calcutta").key == "Asia/Kolkata"


def test_an_unknown_zone_is_refused_in_a_sentence():
    with pytest.raises(Refused) as refusal:
        zone("Mars/Olympus")
    assert (refusal.value.text, refusal.value.field) == (
        "That time zone is not known.",
        "time_zone",
    )


def minute(text):
    return minute_of(datetime.fromisoformat(text))


TRANSITIONS = {
    "America/New_York": ["2025-03-09T07:00Z", "2025-11-02T06:00Z"],
    "Australia/Lord_Howe": ["2025-04-05T15:00Z", "2025-10-04T15:30Z"],
    "Antarctica/Troll": ["2025-03-30T01:00Z", "2025-10-26T01:00Z"],
    "Africa/Casablanca": ["2025-02-23T02:00Z", "2025-04-06T02:00Z"],
    "Asia/Kathmandu": [],
}


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_year_is_cut_exactly_where_the_offset_changes(name):
    start, end = minute("2025-01-01T00:00Z"), minute("2026-01-01T00:00Z")
    cuts = [first for first, _, _ in segments(name, start, end)]
    assert cuts == [start, *(minute(text) for text in TRANSITIONS[name])]


def test_a_day_that_was_left_out_is_one_change_of_a_whole_day():
    start, end = minute("2011-12-29T10:00Z"), minute("2011-12-31T10:00Z")
    change = minute("2011-12-30T10:00Z")
    found = list(segments("Pacific/Apia", start, end))
    assert found == [(start, change, -600), (change, end, 840)]


@pytest.mark.parametrize("name", [*TRANSITIONS, "Europe/Dublin", "Asia/Gaza", "America/St_Johns"])
def test_segments_say_what_zoneinfo_says(name):
    start, end = minute("2024-12-25T00:00Z"), minute("2027-01-05T00:00Z")
    probes = range(start, end, 397)
    shown = [moment_of(probe).astimezone(ZoneInfo(name)) for probe in probes]
    assert wall_texts(name, probes) == [moment.isoformat() for moment in shown]


def test_nothing_is_cut_from_an_empty_window():
    assert list(segments("Europe/Berlin", 100, 100)) == []
    assert wall_texts("Europe/Berlin", []) == []


def test_wall_time_is_utc_and_the_offset_of_that_minute():
    spring = minute("2025-03-09T07:00Z")
    assert wall_minute("America/New_York", spring - 1) == spring - 1 - 300
    assert wall_minute("America/New_York", spring) == spring - 240


def test_each_zone_that_somebody_lives_in_has_a_country_and_the_same_as_cldr() -> None:
    """Two independent tables; where they differ, tzdata's newer one counts, and it is named."""
    theirs = get_global("zone_territories")
    differing = {
        name: (country(name), theirs[name])
        for name in offered()
        if name in theirs and theirs[name] not in ("001", country(name))
    }
    assert differing == {}
    assert [name for name in offered() if not country_name(country(name))] == ["UTC"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("Asia/Kolkata", "India"), ("Europe/Oslo", "Norway"), ("America/Sao_Paulo", "Brazil")],
)
def test_countries_have_names(name: str, words: str) -> None:
    assert country_name(country(name)) == words
