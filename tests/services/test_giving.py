"""One who waits, matched by a coordinator without a plan."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.jobs import tick
from ambassadors.models import Notice
from ambassadors.services import assignment, waiting
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador
from tests.planning import BOTH, accept, make, wait


@pytest.fixture(autouse=True)
def vocabulary(session):
    load_vocabulary(session)


def give(session, request, ambassador_id, now):
    return write(session, lambda s: assignment.give(s, request.id, ambassador_id, now))


def test_whoever_is_picked_and_the_prospect_are_told_once(app, session, now, tmp_path):
    ana = make_ambassador(session, name="Ana", interests=BOTH)
    pat = wait(session, "Pat", BOTH, now)
    row = give(session, pat, ana.id, now)
    assert (row.state, row.ambassador_id) == ("matched", ana.id)
    kinds = session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.id)).all()
    assert kinds == [("request-matched", "prospect"), ("plan-digest", f"ambassador:{ana.id}")]
    assert tick(app, now + timedelta(minutes=1))["sent"] == 2
    texts = [one.read_text() for one in sorted((tmp_path / "mail").glob("*.eml"))]
    assert sum("1 prospect matched with you" in text for text in texts) == 1
    assert sum(f"/ambassadors/{ana.id}?interest" in text for text in texts) == 1


@pytest.mark.parametrize("whom", ["stranger", "nobody", "no such"])
def test_only_those_who_fit_can_be_picked(session, now, whom):
    make_ambassador(session, name="Ana")
    bo = make_ambassador(session, name="Bo", interests=["topic/additive"])
    pat = wait(session, "Pat", ["track/thesis"], now)
    ids = {"stranger": bo.id, "nobody": None, "no such": 999}
    with pytest.raises(Refused, match="Choose one of those who fit now"):
        give(session, pat, ids[whom], now)
    assert session.scalars(select(Notice)).all() == []


def test_who_does_not_wait_any_more_is_not_matched_again(session, now):
    ana = make_ambassador(session, name="Ana")
    pat, quinn = (wait(session, name, ["track/thesis"], now) for name in ("Pat", "Quinn"))
    write(session, lambda s: waiting.close(s, quinn.id, now))
    give(session, pat, ana.id, now)
    for request in (pat, quinn):
        with pytest.raises(Refused, match="not waiting any more"):
            give(session, request, ana.id, now)


def test_a_plan_made_before_leaves_them_to_whom_they_got(session, now):
    ana, bo = (make_ambassador(session, name=name) for name in ("Ana", "Bo"))
    pat = wait(session, "Pat", ["track/thesis"], now)
    wait(session, "Quinn", ["track/thesis"], now)
    plan = make(session, now)
    give(session, pat, bo.id, now)
    done = accept(session, plan, now)
    session.expire_all()
    assert (done.matched, done.skipped, pat.ambassador_id) == (1, ("Pat",), bo.id)
    assert ana.id != bo.id
