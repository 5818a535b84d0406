"""Plans: made from who waits and what ambassadors can take, explained, the same again."""

from datetime import UTC, datetime, timedelta

import pytest

from ambassadors.core.refused import Refused
from ambassadors.services import assignment
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat
from tests.planning import BOTH, accept, lines, make, pairs, run, start, wait

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def test_everybody_is_placed_where_they_fit_best_together(session, now):
    make_ambassador(session, name="Ana", interests=BOTH, weekly_cap=1)
    make_ambassador(session, name="Bo", interests=["track/thesis"], weekly_cap=1)
    for name, interest in (("Pat", BOTH[0]), ("Quinn", BOTH[1]), ("Rae", BOTH[1])):
        wait(session, name, [interest], now)
    plan = make(session, now)
    assert (plan.status, plan.progress, plan.placed, plan.unplaced, plan.proven) == (
        "ready",
        100,
        3,
        0,
        True,
    )
    assert pairs(session, plan) == {"Pat": "Bo", "Quinn": "Ana", "Rae": "Ana"}
    pat = lines(session, plan)["Pat"]
    assert (pat.points, pat.choice, [one["interest"] for one in pat.reasons]) == (
        100,
        1,
        ["track/thesis"],
    )


def test_who_does_not_get_the_best_and_who_gets_nobody_read_why(session, now):
    make_ambassador(session, name="Ana", interests=BOTH, weekly_cap=1, horizon_days=5)
    make_ambassador(session, name="Bo", interests=["track/thesis"], languages=["de"])
    wait(session, "Pat", BOTH, now)
    wait(session, "Quinn", BOTH, now)
    wait(session, "Rae", ["topic/additive"], now, languages=("zh",))
    found = lines(session, make(session, now))
    second = next(one for one in found.values() if one.choice == 2)
    assert [one["text"] for one in second.why] == ["Ana scores 100, but their hours are full."]
    assert (found["Rae"].code, found["Rae"].why[0]["text"]) == (
        "no-language",
        "Nobody who knows these interests shares a language.",
    )


def test_waking_hours_of_their_own_count(session, now):
    make_ambassador(session, name="Ana", hours="Mon 10:00-12:00")  # from 23:00 in Shanghai
    for name, waking in (("Wei", (600, 1440)), ("Mei", (600, 1320))):
        wait(session, name, ["track/thesis"], now, zone="Asia/Shanghai", waking=waking)
    assert pairs(session, make(session, now)) == {"Wei": "Ana", "Mei": None}


def test_a_prospect_who_sleeps_through_all_free_times_reads_so(session, now):
    make_ambassador(session, name="Ana", hours="Mon 10:00-12:00")
    wait(session, "Wei", ["track/thesis"], now, zone="Asia/Shanghai")
    found = lines(session, make(session, now))
    assert (found["Wei"].code, found["Wei"].why[0]["text"]) == (
        "no-time",
        "Nobody who fits has a free time within waking hours in Shanghai.",
    )


def test_nobody_gets_more_than_this_week_and_the_next_leave(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=2)
    make_chat(session, ana, WEDNESDAY, now)
    for name in ("Pat", "Quinn", "Rae", "Sam"):
        wait(session, name, ["track/thesis"], now)
    plan = make(session, now)
    assert (plan.placed, plan.unplaced) == (3, 1)
    (outlook,) = assignment.outlooks(session, plan)
    assert outlook.text == "One more hour of Ana would help 1 prospect."


def test_a_match_takes_its_place_for_two_weeks_until_they_have_booked(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=1)
    wait(session, "Pat", ["track/thesis"], now)
    accept(session, make(session, now), now)
    for name in ("Quinn", "Rae"):
        wait(session, name, ["track/thesis"], now)
    assert make(session, now).placed == 1
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="pat@example.org")
    assert make(session, now).placed == 1
    assert make(session, now + timedelta(days=15)).placed == 2


def test_who_has_booked_since_they_asked_waits_no_more(session, now):
    ana = make_ambassador(session, name="Ana")
    wait(session, "Pat", ["track/thesis"], now)
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="pat@example.org")
    assert assignment.count_waiting(session) == 0


@pytest.mark.parametrize(
    ("ambassadors", "prospects", "notes"),
    [
        (1, 0, ["Nobody waits to be matched."]),
        (0, 1, ["There are no active ambassadors."]),
        (-1, 1, ["No ambassador has hours left in this week and the next."]),
    ],
)
def test_a_plan_with_nothing_to_plan_says_so(session, now, ambassadors, prospects, notes):
    if ambassadors:
        make_ambassador(session, name="Ana", weekly_cap=max(0, ambassadors))
    for number in range(prospects):
        wait(session, f"Pat{number}", ["track/thesis"], now)
    plan = make(session, now)
    assert (plan.status, plan.placed, plan.notes) == ("ready", 0, notes)
    with pytest.raises(Refused, match="nobody in this plan"):
        accept(session, plan, now)
    assert assignment.find_plan(session, plan.id).status == "ready"


def test_a_plan_made_again_on_unchanged_input_moves_nobody(session, now):
    for name in ("Ana", "Bo", "Cem"):
        make_ambassador(session, name=name, weekly_cap=1)
    for number in range(5):
        wait(session, f"Pat{number}", ["track/thesis"], now)
    first = make(session, now)
    before = pairs(session, first)
    again = write(session, lambda s: assignment.again(s, first.id, now))
    run(session, now)
    assert pairs(session, again) == before
    seen = assignment.changes(session, again)
    assert (seen.kept, seen.moved, seen.added, seen.lost) == (5, 0, 0, 0)
    assert assignment.find_plan(session, first.id).status == "cancelled"


def test_a_new_plan_cancels_the_one_that_was_open(session, now):
    first = make(session, now)
    start(session, now)
    assert assignment.find_plan(session, first.id).status == "cancelled"
