"""Plans: started, run, looked at, changed by hand, accepted; whatever happens, with an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.models import Notice, Plan, PlanLine, WaitingRequest
from ambassadors.services import assignment, roster, waiting
from ambassadors.services.assignment import Change, LineFilter, Runner, running
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
BOTH = ["track/thesis", "topic/additive"]


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def wait(session, name, interests, now, languages=(), zone="Europe/London"):
    ask = Ask(name, f"{name.lower()}@example.org", zone, interests, languages=languages)
    return write(session, lambda s: waiting.ask(s, ask, now, mail=False))


def start(session, now):
    return write(session, lambda s: assignment.start(s, now)).id


def run(session, now):
    return assignment.run_queued(session, Runner("test", now, lambda: now))


def make(session, now):
    plan_id = start(session, now)
    run(session, now)
    return assignment.find_plan(session, plan_id)


def lines(session, plan):
    session.expire_all()
    return {
        one.request.name: one for one in assignment.find_lines(session, plan.id, LineFilter()).items
    }


def pairs(session, plan):
    return {
        name: one.ambassador.name if one.ambassador else None
        for name, one in lines(session, plan).items()
    }


def edit(session, plan, name, act, now, ambassador_id=None):
    line_id = lines(session, plan)[name].id
    change = Change(act, ambassador_id)
    return write(session, lambda s: assignment.edit(s, plan.id, line_id, change, now))


def accept(session, plan, now):
    return write(session, lambda s: assignment.accept(s, plan.id, now))


def test_everybody_is_placed_where_they_fit_best_together(session, now):
    make_ambassador(session, name="Ana", interests=BOTH, weekly_cap=1)
    make_ambassador(session, name="Bo", interests=["track/thesis"], weekly_cap=1)
    for name, interest in (("Pat", BOTH[0]), ("Quinn", BOTH[1]), ("Rae", BOTH[1])):
        wait(session, name, [interest], now)
    plan = make(session, now)
    assert (plan.status, plan.progress, plan.placed, plan.unplaced, plan.proven) == (
        "ready", 100, 3, 0, True,
    )  # fmt: skip
    assert pairs(session, plan) == {"Pat": "Bo", "Quinn": "Ana", "Rae": "Ana"}
    pat = lines(session, plan)["Pat"]
    assert (pat.points, pat.choice, [one["interest"] for one in pat.reasons]) == (
        100, 1, ["track/thesis"],
    )  # fmt: skip


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
        "no-language", "Nobody who knows these interests shares a language.",
    )  # fmt: skip


def test_a_prospect_who_sleeps_through_all_free_times_reads_so(session, now):
    make_ambassador(session, name="Ana", hours="Mon 10:00-12:00")
    wait(session, "Wei", ["track/thesis"], now, zone="Asia/Shanghai")
    found = lines(session, make(session, now))
    assert (found["Wei"].code, found["Wei"].why[0]["text"]) == (
        "no-time", "Nobody who fits has a free time within waking hours in Shanghai.",
    )  # fmt: skip


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


def two_for_ana(session, now):
    """Ana knows both interests, Bo one of them; two prospects would like both."""
    ana = make_ambassador(session, name="Ana", interests=BOTH, weekly_cap=1, horizon_days=5)
    bo = make_ambassador(session, name="Bo", interests=["track/thesis"], weekly_cap=4)
    for name in ("Pat", "Quinn"):
        wait(session, name, BOTH, now)
    plan = make(session, now)
    found = pairs(session, plan)
    assert sorted(found.values()) == ["Ana", "Bo"]
    lucky, other = sorted(found, key=found.__getitem__)
    return plan, lucky, other, ana, bo


def test_a_choice_by_hand_holds_at_once_when_there_is_room(session, now):
    plan, lucky, _, _, bo = two_for_ana(session, now)
    assert edit(session, plan, lucky, "choose", now, bo.id) is True
    line = lines(session, plan)[lucky]
    assert (line.ambassador.name, line.points, line.choice, line.pinned) == ("Bo", 40, 2, True)
    assert line.why == [{"code": "pinned", "text": "Ana scores 100, but you chose Bo by hand."}]


def test_a_choice_of_somebody_full_makes_the_plan_again_around_it(session, now):
    plan, lucky, other, ana, _ = two_for_ana(session, now)
    assert edit(session, plan, other, "choose", now, ana.id) is False
    again = write(session, lambda s: assignment.again(s, plan.id, now))
    run(session, now)
    assert pairs(session, again) == {other: "Ana", lucky: "Bo"}
    with pytest.raises(Refused, match="All that Ana can take is kept by hand already"):
        edit(session, again, lucky, "choose", now, ana.id)


def test_a_kept_pair_stays_a_ruled_out_one_does_not_come_again(session, now):
    plan, lucky, other, ana, _ = two_for_ana(session, now)
    edit(session, plan, lucky, "exclude", now)
    edit(session, plan, other, "pin", now)
    session.expire_all()
    assert (pairs(session, plan)[lucky], assignment.find_plan(session, plan.id).placed) == (None, 1)
    again = write(session, lambda s: assignment.again(s, plan.id, now))
    run(session, now)
    assert pairs(session, again) == {lucky: "Bo", other: "Bo"}
    found = lines(session, again)
    assert (found[lucky].excluded, found[other].pinned) == ([ana.id], True)
    edit(session, again, lucky, "allow", now, ana.id)
    once_more = write(session, lambda s: assignment.again(s, again.id, now))
    run(session, now)
    assert pairs(session, once_more) == {lucky: "Ana", other: "Bo"}


def test_who_is_left_out_goes_on_waiting_until_taken_back(session, now):
    plan, lucky, _, _, _ = two_for_ana(session, now)
    edit(session, plan, lucky, "leave-out", now)
    again = write(session, lambda s: assignment.again(s, plan.id, now))
    run(session, now)
    assert (lines(session, again)[lucky].code, again.placed) == ("left-out", 1)
    edit(session, again, lucky, "take-back", now)
    third = write(session, lambda s: assignment.again(s, again.id, now))
    run(session, now)
    assert third.placed == 2


@pytest.mark.parametrize(
    ("act", "sentence"),
    [("choose", "Choose an ambassador."), ("", "Choose what to do with this line.")],
)
def test_a_change_that_makes_no_sense_is_refused(session, now, act, sentence):
    plan, lucky, _, _, _ = two_for_ana(session, now)
    with pytest.raises(Refused, match=sentence):
        edit(session, plan, lucky, act, now)


def test_accepting_matches_everybody_and_mails_prospects_and_ambassadors_once(session, now):
    plan, _, _, ana, bo = two_for_ana(session, now)
    done = accept(session, plan, now)
    assert (done.matched, done.skipped, done.ambassadors) == (2, (), 2)
    session.expire_all()
    rows = session.scalars(select(WaitingRequest)).all()
    assert {(row.state, row.ambassador_id) for row in rows} == {
        ("matched", ana.id), ("matched", bo.id),
    }  # fmt: skip
    notices = session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.id)).all()
    assert notices == [
        ("request-matched", "prospect"), ("request-matched", "prospect"),
        ("plan-digest", f"ambassador:{ana.id}"), ("plan-digest", f"ambassador:{bo.id}"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="this one is accepted"):
        accept(session, plan, now)


def test_who_was_closed_or_booked_meanwhile_or_whose_ambassador_left_is_skipped(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=9)
    bo = make_ambassador(session, name="Bo", interests=["topic/additive"])
    names = ("Pat", "Quinn", "Rae", "Sam")
    rows = {name: wait(session, name, ["track/thesis"], now) for name in names}
    rows["Tom"] = wait(session, "Tom", ["topic/additive"], now)
    plan = make(session, now)
    write(session, lambda s: waiting.close(s, rows["Pat"].id, now))
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="quinn@example.org")
    write(session, lambda s: roster.deactivate(s, bo.id))
    done = accept(session, plan, now + timedelta(hours=2))
    assert (done.matched, done.skipped, done.ambassadors) == (2, ("Pat", "Quinn", "Tom"), 1)
    session.expire_all()
    assert {name: row.state for name, row in rows.items()} == {
        "Pat": "closed", "Quinn": "waiting", "Rae": "matched", "Sam": "matched", "Tom": "waiting",
    }  # fmt: skip
    outcomes = session.scalars(select(PlanLine.outcome).order_by(PlanLine.request_id)).all()
    assert outcomes == ["skipped", "skipped", "matched", "matched", "skipped"]


def test_a_new_plan_cancels_the_one_that_was_open(session, now):
    first = make(session, now)
    start(session, now)
    assert assignment.find_plan(session, first.id).status == "cancelled"


def claimed(session, now, owner="test"):
    plan_id = start(session, now)
    runner = Runner(owner, now, lambda: now)
    assert write(session, lambda s: running.claim(s, runner)) == plan_id
    return plan_id, runner


def test_a_run_that_was_cancelled_is_dropped(session, now):
    make_ambassador(session)
    wait(session, "Pat", ["track/thesis"], now)
    plan_id, runner = claimed(session, now)
    write(session, lambda s: assignment.cancel(s, plan_id))
    running.run(session, runner, plan_id)
    session.expire_all()
    assert assignment.find_plan(session, plan_id).status == "cancelled"
    assert session.scalars(select(PlanLine.id)).all() == []
    with pytest.raises(Refused, match="cancelled already"):
        write(session, lambda s: assignment.cancel(s, plan_id))


def test_a_plan_whose_process_died_is_queued_once_more_and_then_failed(session, now):
    plan_id, runner = claimed(session, now, "died")
    late = now + running.LEASE + timedelta(minutes=1)
    second = replace(runner, owner="died too", clock=lambda: late)
    assert write(session, lambda s: running.claim(s, second)) == plan_id
    later = late + running.LEASE + timedelta(minutes=1)
    assert assignment.run_queued(session, Runner("third", now, lambda: later)) == 0
    plan = assignment.find_plan(session, plan_id)
    assert (plan.status, plan.error) == ("failed", running.STOPPED_TWICE)


def test_a_plan_that_was_left_once_is_finished_by_the_next(session, now):
    plan_id, _ = claimed(session, now, "died")
    late = now + running.LEASE + timedelta(minutes=1)
    assert assignment.run_queued(session, Runner("second", now, lambda: late)) == 1
    assert assignment.find_plan(session, plan_id).status == "ready"


def test_a_plan_that_cannot_be_computed_has_an_end_and_a_sentence(session, now):
    plan_id = start(session, now)
    write(session, lambda s: setattr(s.get_one(Plan, plan_id), "edits", {"pinned": {"x": "y"}}))
    run(session, now)
    plan = assignment.find_plan(session, plan_id)
    assert (plan.status, plan.error) == ("failed", running.NOT_COMPUTED)


def test_a_plan_is_run_once(session, now):
    start(session, now)
    assert [run(session, now), run(session, now)] == [1, 0]
