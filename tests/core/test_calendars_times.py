"""Whatever way a time is written, it blocks when it should. March 2026; spans in UTC."""

import pytest

from tests.core.calendar_texts import busy, calendar, event, read

OWN_ZONE = """
    BEGIN:VTIMEZONE
    TZID:Of our own
    BEGIN:STANDARD
    DTSTART:20071104T020000
    RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
    TZOFFSETFROM:-0400
    TZOFFSETTO:-0500
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:20070311T020000
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
    TZOFFSETFROM:-0500
    TZOFFSETTO:-0400
    END:DAYLIGHT
    END:VTIMEZONE"""


def once(start, rest="DURATION:PT1H"):
    return event(f"DTSTART{start}\n{rest}")


def test_a_day_blocks_by_the_ambassadors_zone():
    day = event("DTSTART;VALUE=DATE:20260310")
    assert busy(day) == ["10 04:00-11 04:00"]
    assert busy(day, zone="Asia/Tokyo") == ["09 15:00-10 15:00"]


def test_a_day_of_a_clock_change_is_an_hour_shorter():
    assert busy(event("DTSTART;VALUE=DATE:20260308")) == ["08 05:00-09 04:00"]


def test_days_do_not_block_when_they_are_not_meant_to():
    parts = event("DTSTART;VALUE=DATE:20260310\nRRULE:FREQ=DAILY"), once(":20260312T100000Z")
    assert busy(*parts, all_day=False) == ["12 10:00-11:00"]


def test_several_days_end_before_their_last_date():
    days = event("DTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260312")
    assert busy(days) == ["10 04:00-12 04:00"]


def test_a_day_that_ends_on_itself_is_that_day():
    assert busy(event("DTSTART:20260310\nDTEND:20260310")) == ["10 04:00-11 04:00"]


@pytest.mark.parametrize(
    "start",
    [
        ":20260310T140000Z",
        ":20260310t140000z",
        ";TZID=America/New_York:20260310T100000",
        ';TZID="America/New_York":20260310T100000',
        ";tzid=america/new_york:20260310T100000",
        ";TZID=US/Eastern:20260310T100000",
        ";TZID=Eastern Standard Time:20260310T100000",
        ";TZID=/freeassociation.sourceforge.net/America/New_York:20260310T100000",
        ";TZID=/mozilla.org/20050126_1/America/New_York:20260310T100000",
        ";TZID=Asia/Calcutta:20260310T193000",
        ";TZID=W. Europe Standard Time:20260310T150000",
        ";TZID=tzone://Microsoft/Utc:20260310T140000",
        ";TZID=UTC-04:00:20260310T100000",
        ";TZID=GMT+0200:20260310T160000",
        ";TZID=Of our own:20260310T100000",
        ":20260310T100000",
        ":2026-03-10T10:00:00-04:00",
        ":20260310T1000",
    ],
)
def test_a_time_is_understood_however_its_zone_is_named(start):
    found = read(OWN_ZONE, once(start))
    assert found.problems == ()
    assert busy(OWN_ZONE, once(start)) == ["10 14:00-15:00"]


def test_a_zone_described_by_the_calendar_changes_its_clocks():
    weekly = "DURATION:PT1H\nRRULE:FREQ=WEEKLY"
    assert busy(OWN_ZONE, once(";TZID=Of our own:20260302T100000", weekly), zone="UTC") == [
        *("02 15:00-16:00", "09 14:00-15:00", "16 14:00-15:00", "23 14:00-15:00"),
        "30 14:00-15:00",
    ]


def test_a_described_zone_wins_over_an_abbreviation():
    zone = OWN_ZONE.replace("Of our own", "EST")
    assert busy(zone, once(";TZID=EST:20260310T100000"), zone="UTC") == ["10 14:00-15:00"]


def test_a_zone_nobody_knows_is_read_as_the_ambassadors_and_said():
    found = read(once(";TZID=Mars/Phobos:20260310T100000"))
    assert busy(once(";TZID=Mars/Phobos:20260310T100000")) == ["10 14:00-15:00"]
    assert found.problems == (
        "The time zone “Mars/Phobos” is not known; its times were read as America/New_York.",
    )


def test_a_floating_time_is_in_the_calendars_own_zone_if_it_names_one():
    start = once(":20260310T100000")
    assert busy(start) == ["10 14:00-15:00"]
    assert busy("X-WR-TIMEZONE:Europe/Berlin", start) == ["10 09:00-10:00"]


def test_utc_times_recur_on_the_calendars_own_clock_if_it_names_one():
    start = once(":20260302T150000Z", "DURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert busy(start) == ["02 15:00-16:00", "09 15:00-16:00"]
    named = "X-WR-TIMEZONE:America/New_York"
    assert busy(named, start) == ["02 15:00-16:00", "09 14:00-15:00"]


@pytest.mark.parametrize(
    ("rest", "end"),
    [
        ("DTEND:20260310T153000Z", "15:30"),
        ("DTEND;TZID=Europe/Berlin:20260310T163000", "15:30"),
        ("DURATION:PT1H30M", "15:30"),
        ("DURATION:+PT90M", "15:30"),
        ("DURATION:P0DT1H30M0S", "15:30"),
        ("DTEND:20260310T240000", "11 04:00"),
        ("DURATION:P1D", "11 14:00"),
        ("DURATION:P1W", "17 14:00"),
    ],
)
def test_an_end_is_a_time_or_a_length(rest, end):
    assert busy(once(":20260310T140000Z", rest)) == [f"10 14:00-{end}"]


def test_an_event_without_an_end_takes_no_time():
    found = read(once(":20260310T140000Z", ""))
    assert (found.spans, found.problems) == ((), ())


def test_a_night_ends_on_the_clock_but_a_length_of_hours_is_exact():
    start = ";TZID=America/New_York:20260307T220000"
    assert busy(once(start, "DTEND;TZID=America/New_York:20260308T070000")) == ["08 03:00-11:00"]
    assert busy(once(start, "DURATION:PT9H")) == ["08 03:00-12:00"]


def test_a_time_the_clocks_skip_counts_from_before_and_stays_as_long():
    start = ";TZID=America/New_York:20260308T023000"
    assert busy(once(start, "DTEND;TZID=America/New_York:20260308T030000")) == ["08 07:30-08:00"]


def test_a_time_that_comes_twice_is_the_first():
    start = ";TZID=America/Havana:20260301T000000"
    assert busy(once(start)) == ["01 05:00-06:00"]


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\r\n", "\n\r\n"])
def test_any_ends_of_lines_will_do(ends):
    ics = calendar(once(":20260310T140000Z")).replace(b"\r\n", ends.encode())
    assert reread(ics) == ["10 14:00-15:00"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_and_utf_16_are_understood(encoding):
    ics = calendar(once(":20260310T140000Z")).decode().encode(encoding)
    assert reread(ics) == ["10 14:00-15:00"]


def test_lines_may_be_folded_anywhere_even_inside_a_character():
    ics = calendar("SUMMARY:é", once(":20260310T140000Z"))
    assert reread(ics.replace(b"\xc3\xa9", b"\xc3\r\n \xa9").replace(b"14", b"1\n\t4")) == [
        "10 14:00-15:00"
    ]


def reread(ics):
    from ambassadors.core.calendars import busy_spans
    from tests.core.calendar_texts import MARCH, NEW_YORK, texts

    found = busy_spans(ics, *MARCH, NEW_YORK)
    assert found.problems == ()
    return texts(found.spans)
