"""Plans changed by hand, and accepted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.models import Notice, Plan, PlanLine, WaitingRequest
from ambassadors.services import assignment, roster, waiting
from ambassadors.services.assignment import Change
from ambassadors.services.assignment.forgetting import KEPT
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat
from tests.planning import BOTH, accept, lines, make, pairs, run, wait

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def edit(session, plan, name, act, now, ambassador_id=None):
    line_id = lines(session, plan)[name].id
    change = Change(act, ambassador_id)
    return write(session, lambda s: assignment.edit(s, plan.id, line_id, change, now))


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
        ("matched", ana.id),
        ("matched", bo.id),
    }
    notices = session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.id)).all()
    assert notices == [
        ("request-matched", "prospect"),
        ("request-matched", "prospect"),
        ("plan-digest", f"ambassador:{ana.id}"),
        ("plan-digest", f"ambassador:{bo.id}"),
    ]
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
        "Pat": "closed",
        "Quinn": "waiting",
        "Rae": "matched",
        "Sam": "matched",
        "Tom": "waiting",
    }
    outcomes = session.scalars(select(PlanLine.outcome).order_by(PlanLine.request_id)).all()
    assert outcomes == ["skipped", "skipped", "matched", "matched", "skipped"]


def test_who_has_fewer_hours_by_now_gets_fewer_and_the_others_go_on_waiting(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=2, horizon_days=5)
    for number, name in enumerate(("Pat", "Quinn")):
        wait(session, name, ["track/thesis"], now + timedelta(minutes=number))
    plan = make(session, now)
    assert pairs(session, plan) == {"Pat": "Ana", "Quinn": "Ana"}
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="else@example.org")
    done = accept(session, plan, now + timedelta(hours=2))
    assert (done.matched, done.skipped, done.full, done.ambassadors) == (1, (), ("Quinn",), 1)
    quinn = lines(session, plan)["Quinn"]
    assert (quinn.outcome, quinn.request.state, quinn.why[0]["text"]) == (
        "skipped",
        "waiting",
        "Ana's hours had gone when the plan was accepted.",
    )


def test_with_no_hours_left_at_all_nothing_of_a_plan_is_done(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=1, horizon_days=5)
    wait(session, "Pat", ["track/thesis"], now)
    plan = make(session, now)
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="else@example.org")
    with pytest.raises(Refused, match="nobody in this plan who could be matched"):
        accept(session, plan, now + timedelta(hours=2))
    assert (assignment.find_plan(session, plan.id).status, lines(session, plan)["Pat"].why) == (
        "ready",
        [],
    )


def test_old_plans_that_nobody_accepted_are_forgotten(session, now):
    make_ambassador(session, name="Ana", weekly_cap=9)
    wait(session, "Pat", ["track/thesis"], now)
    first, second, accepted = (make(session, now) for _ in range(3))
    first_id, second_id = first.id, second.id
    accept(session, accepted, now)
    for _ in range(KEPT):
        make(session, now)
    assert assignment.any_old(session) is True
    assert write(session, assignment.forget_old) == 1
    assert assignment.any_old(session) is False
    assert session.get(Plan, first_id) is None
    # The one that the accepted plan is compared with stays, without what came before it.
    found = [session.get_one(Plan, one.id, populate_existing=True) for one in (second, accepted)]
    assert [one.previous_id for one in found] == [None, second_id]
    assert len(lines(session, accepted)) == 1
