"""The batch assignment: everybody who waits, within what ambassadors can still take."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.models import Notice, WaitingRequest
from ambassadors.services import assignment, waiting
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def wait(session, name, interests, now, languages=()):
    ask = Ask(name, f"{name.lower()}@example.org", "UTC", interests, languages=languages)
    return write(session, lambda s: waiting.ask(s, ask, now, mail=False))


def pairs(plan):
    return {one.prospect: one.ambassador.name for one in plan.placed}


def carry_out(session, plan, now):
    return write(session, lambda s: assignment.carry_out(s, plan.placed, now))


def test_everybody_is_placed_where_they_fit_best_together(session, now):
    make_ambassador(session, name="Ana", interests=["track/thesis", "topic/additive"], weekly_cap=1)
    make_ambassador(session, name="Bo", interests=["track/thesis"], weekly_cap=1)
    wait(session, "Pat", ["track/thesis"], now)
    wait(session, "Quinn", ["topic/additive"], now)
    plan = assignment.plan(session, now)
    assert (pairs(plan), plan.proven) == ({"Pat": "Bo", "Quinn": "Ana"}, True)
    assert [one.reasons[0].interest for one in plan.placed] == ["track/thesis", "topic/additive"]


def test_nobody_gets_more_than_the_week_leaves(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=2)
    make_chat(session, ana, WEDNESDAY, now)
    wait(session, "Pat", ["track/thesis"], now)
    wait(session, "Quinn", ["track/thesis"], now)
    plan = assignment.plan(session, now)
    assert (len(plan.placed), len(plan.unplaced)) == (1, 1)


def test_a_match_takes_its_place_for_a_week_until_they_have_booked(session, now):
    ana = make_ambassador(session, name="Ana", weekly_cap=2)
    wait(session, "Pat", ["track/thesis"], now)
    carry_out(session, assignment.plan(session, now), now)
    wait(session, "Quinn", ["track/thesis"], now)
    wait(session, "Rae", ["track/thesis"], now)
    assert len(assignment.plan(session, now).placed) == 1
    make_chat(session, ana, WEDNESDAY, now + timedelta(hours=1), email="pat@example.org")
    assert len(assignment.plan(session, now).placed) == 1
    assert len(assignment.plan(session, now + timedelta(days=8)).placed) == 2


def test_who_shares_no_language_or_interest_goes_on_waiting(session, now):
    make_ambassador(session, interests=["track/thesis"], languages=["en"])
    wait(session, "Pat", ["track/thesis"], now, languages=("de",))
    wait(session, "Quinn", ["topic/additive"], now)
    plan = assignment.plan(session, now)
    assert [one.prospect for one in plan.unplaced] == ["Pat", "Quinn"]


def test_carrying_out_marks_them_matched_and_mails_each_once(session, now):
    ana = make_ambassador(session)
    request = wait(session, "Pat", ["track/thesis"], now)
    plan = assignment.plan(session, now)
    assert len(carry_out(session, plan, now)) == 1
    assert carry_out(session, plan, now) == []
    session.expire_all()
    row = session.get_one(WaitingRequest, request.id)
    assert (row.state, row.ambassador_id) == ("matched", ana.id)
    notices = session.execute(select(Notice.kind, Notice.recipient, Notice.request_id)).all()
    assert notices == [("request-matched", "prospect", request.id)]


def test_with_nobody_waiting_there_is_an_empty_plan(session, now):
    assert assignment.plan(session, now).placed == ()
