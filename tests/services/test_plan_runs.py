"""Every run of a plan comes to an end: ready, cancelled or failed with a sentence."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Plan, PlanLine
from ambassadors.services import assignment
from ambassadors.services.assignment import Change, LineFilter, Runner, running
from ambassadors.services.writing import write
from config import Settings
from tests.factories import load_vocabulary, make_ambassador
from tests.planning import accept, make, run, start, wait


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


def test_a_plan_is_made_changed_and_accepted_on_postgresql(
    postgres_settings: Settings, now: datetime
) -> None:
    app = create_app(postgres_settings)
    with app.app_context():
        session = db.session()
        load_vocabulary(session)
        _, bo = (make_ambassador(session, name=name, horizon_days=5) for name in ("Ana", "Bo"))
        for name in ("Pat", "Quinn", "Rae"):
            wait(session, name, ["track/thesis"], now)
        plan = make(session, now)
        page = assignment.find_lines(session, plan.id, LineFilter("placed", search="pat"))
        change = Change("choose", bo.id)
        line_id = page.items[0].id
        write(session, lambda s: assignment.edit(s, plan.id, line_id, change, now))
        again = write(session, lambda s: assignment.again(s, plan.id, now))
        run(session, now)
        seen = assignment.changes(session, again)
        names = [one.name for one in assignment.outlooks(session, again)]
        done = accept(session, again, now)
        started = assignment.look(session)
        db.session.remove()
        db.engine.dispose()
    assert (seen.kept, names, done.matched, done.skipped, started.waiting) == (
        3,
        ["Ana", "Bo"],
        3,
        (),
        0,
    )
