"""Repetitions, exceptions and overrides; whose event it is; free-busy. March 2026, in UTC."""

import pytest

from tests.core.calendar_texts import busy, event, read

MASTER = """
DTSTART;TZID=America/New_York:20260302T090000
DTEND;TZID=America/New_York:20260302T100000
RRULE:FREQ=WEEKLY;COUNT=4"""
MONDAYS = ["02 14:00-15:00", "09 13:00-14:00", "16 13:00-14:00", "23 13:00-14:00"]
WITHOUT_16 = [MONDAYS[0], MONDAYS[1], MONDAYS[3]]
THE_16TH = "RECURRENCE-ID;TZID=America/New_York:20260316T090000\n"
TO_17 = THE_16TH + "DTSTART:20260317T180000Z\nDTEND:20260317T190000Z"


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=America/New_York:20260316T090000",
        "EXDATE:20260316T130000Z",
        "EXDATE;VALUE=DATE:20260316",
        "EXDATE:20260316T090000",
        "EXDATE;TZID=Europe/Berlin:20260316T140000",
        "EXDATE:20270101T000000Z,20260316T130000Z",
        "EXRULE:FREQ=WEEKLY;INTERVAL=52;BYMONTHDAY=16\nEXDATE:20260316T130000Z",
    ],
)
def test_an_exception_takes_its_instance_out_however_it_is_written(line):
    assert busy(event(MASTER + "\n" + line)) == WITHOUT_16


def test_an_old_rule_of_exceptions_is_heeded():
    assert busy(event(MASTER + "\nEXRULE:FREQ=WEEKLY;INTERVAL=2")) == [MONDAYS[1], MONDAYS[3]]


@pytest.mark.parametrize(
    "instance",
    [
        "RECURRENCE-ID;TZID=America/New_York:20260316T090000",
        "RECURRENCE-ID:20260316T130000Z",
        "RECURRENCE-ID;VALUE=DATE:20260316",
    ],
)
def test_an_override_moves_its_instance(instance):
    moved = event(f"{instance}\nDTSTART:20260317T180000Z\nDTEND:20260317T190000Z")
    assert busy(event(MASTER), moved) == [*MONDAYS[:2], "17 18:00-19:00", MONDAYS[3]]
    assert busy(moved, event(MASTER)) == [*MONDAYS[:2], "17 18:00-19:00", MONDAYS[3]]


def test_an_override_moves_out_of_the_window_and_into_it():
    out = event(THE_16TH + "DTSTART:20260501T180000Z\nDURATION:PT1H")
    assert busy(event(MASTER), out) == WITHOUT_16
    december = MASTER.replace("20260302", "20261207")
    into = event(
        "RECURRENCE-ID;TZID=America/New_York:20261207T090000\n"
        "DTSTART:20260305T180000Z\nDURATION:PT1H"
    )
    assert busy(event(december), into) == ["05 18:00-19:00"]


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_an_override_that_is_off_frees_its_instance_only(line):
    assert busy(event(MASTER), event(f"{TO_17}\n{line}")) == WITHOUT_16


def test_of_two_overrides_the_later_revision_holds():
    later = event(TO_17.replace("T18", "T10") + "\nSEQUENCE:2")
    assert busy(event(MASTER), later, event(TO_17 + "\nSEQUENCE:1"))[2] == "17 10:00-19:00"


def test_an_override_without_its_series_still_blocks():
    assert busy(event(TO_17)) == ["17 18:00-19:00"]


def test_this_and_all_later_instances_move_together():
    onwards = THE_16TH.replace("ID;", "ID;RANGE=THISANDFUTURE;")
    changed = event(
        onwards + "DTSTART;TZID=America/New_York:20260317T110000\n"
        "DTEND;TZID=America/New_York:20260317T113000"
    )
    moved = ["17 15:00-15:30", "24 15:00-15:30"]
    assert busy(event(MASTER), changed) == [*MONDAYS[:2], *moved]
    off = event(onwards + "DTSTART:20260316T130000Z\nSTATUS:CANCELLED")
    assert busy(event(MASTER), off) == MONDAYS[:2]


def test_uids_that_differ_in_case_are_different_events():
    other = event(TO_17, uid="ONE@example.org")
    assert busy(event(MASTER), other) == [*MONDAYS[:3], "17 18:00-19:00", MONDAYS[3]]


def test_the_same_event_twice_blocks_once_and_a_later_revision_replaces_it():
    assert busy(event(MASTER), event(MASTER)) == MONDAYS
    later = event("SEQUENCE:3\nDTSTART:20260305T100000Z\nDURATION:PT1H")
    assert busy(later, event(MASTER)) == ["05 10:00-11:00"]


def test_different_events_with_one_uid_all_block():
    first, second = "DTSTART:20260305T100000Z\n", "DTSTART:20260306T100000Z\n"
    assert busy(event(first + "DURATION:PT1H"), event(second + "DURATION:PT1H")) == [
        "05 10:00-11:00",
        "06 10:00-11:00",
    ]


def test_further_dates_and_periods_are_added():
    single = "DTSTART:20260305T100000Z\nDURATION:PT1H\n"
    dates = "RDATE:20260306T100000Z\nRDATE;VALUE=PERIOD:20260307T100000Z/PT3H,"
    assert busy(event(single + dates + "20260309T100000Z/20260309T103000Z")) == [
        *("05 10:00-11:00", "06 10:00-11:00", "07 10:00-13:00", "09 10:00-10:30"),
    ]


@pytest.mark.parametrize(
    ("until", "last"),
    [("20260316T130000Z", 3), ("20260316T125959Z", 2), ("20260316", 3), ("20260316T090000", 3)],
)
def test_a_rule_ends_with_its_last_time_or_day(until, last):
    rule = MASTER.replace("COUNT=4", f"UNTIL={until}")
    assert busy(event(rule)) == MONDAYS[:last]


def test_a_rule_that_ended_before_it_began_never_happens():
    assert busy(event(MASTER.replace("COUNT=4", "UNTIL=20260101T000000Z"))) == []


def test_a_rule_from_long_ago_goes_on():
    month_end = "DTSTART:19700131T100000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY"
    assert busy(event(month_end)) == ["31 10:00-11:00"]
    leap = "DTSTART:20000229T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY"
    assert busy(event(leap)) == []


def test_a_long_event_that_began_before_the_window_blocks_its_part():
    fair = "DTSTART:20260220T000000Z\nDURATION:P10D\nRRULE:FREQ=MONTHLY"
    assert busy(event(fair)) == ["01 00:00-02 00:00", "20 00:00-30 00:00"]


ASKED = "DTSTART:20260310T140000Z\nDTEND:20260310T150000Z\nORGANIZER:mailto:boss@example.org\n"
MINE_NO = "ATTENDEE;PARTSTAT=DECLINED:mailto:Ana@example.edu\n"
THEIRS_YES = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.org\n"
BOSS = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@example.org\n"
BUSY = ["10 14:00-15:00"]


def test_what_the_owner_declined_does_not_block():
    declined = event(ASKED + MINE_NO + THEIRS_YES + BOSS)
    assert busy(declined, owner="ana@example.edu") == []
    assert busy(declined, owner="bo@example.org") == BUSY
    assert busy(declined) == BUSY


def test_google_names_a_calendar_after_its_owner():
    declined = event(ASKED + MINE_NO + THEIRS_YES)
    assert busy("X-WR-CALNAME:ana@example.edu", declined) == []
    assert busy("X-WR-CALNAME:Timetable", declined) == BUSY


def test_where_the_owner_is_unknown_what_everybody_declined_does_not_block():
    assert busy(event(ASKED + MINE_NO)) == []
    assert busy(event(ASKED + MINE_NO + BOSS)) == []


def test_who_organises_is_there_even_if_the_others_are_not():
    assert busy(event(ASKED + MINE_NO), owner="boss@example.org") == BUSY


def test_one_instance_may_be_declined():
    declined = event(TO_17 + "\n" + MINE_NO)
    assert busy(event(MASTER), declined, owner="ana@example.edu") == WITHOUT_16


def test_published_free_busy_times_block():
    answer = """
        BEGIN:VFREEBUSY
        FREEBUSY:20260305T100000Z/20260305T110000Z,20260306T100000Z/PT2H
        FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260307T100000Z/PT1H
        FREEBUSY;FBTYPE=FREE:20260308T100000Z/PT1H
        END:VFREEBUSY"""
    assert busy(answer) == ["05 10:00-11:00", "06 10:00-12:00", "07 10:00-11:00"]


def test_alarms_and_tasks_do_not_block():
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT9H\nREPEAT:2\nSTATUS:CANCELLED\nEND:VALARM"
    task = "BEGIN:VTODO\nUID:t\nDTSTART:20260312T100000Z\nDUE:20260312T120000Z\nEND:VTODO"
    assert busy(event("DTSTART:20260310T140000Z\nDURATION:PT1H\n" + alarm), task) == BUSY


def test_problems_name_events_by_place_and_time_and_never_by_title():
    found = read(
        event("SUMMARY:Doctor\nDTSTART:20260310T140000Z\nRRULE:FREQ=HOURLY", uid="a"),
        event("SUMMARY:Lawyer\nDTSTART:20260311\nDURATION:PT1X", uid="b"),
        event("SUMMARY:Bank\nDTSTART;VALUE=DATE:20260312\nRRULE:FREQ=DAILY;INTERVAL=0", uid="c"),
    )
    assert found.problems == (
        "Event 2: its length cannot be read.",
        "Event 1 (10 Mar 2026, 14:00): it repeats by the hour; what repeats within a day"
        " is not read.",
        "Event 3 (12 Mar 2026): it repeats at an interval of nothing (INTERVAL=0).",
    )
