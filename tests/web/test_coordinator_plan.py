"""The plan in a coordinator's browser: made, watched, changed by hand, accepted, cancelled."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Notice, Plan, PlanLine, WaitingRequest
from ambassadors.services import assignment, waiting
from ambassadors.services.assignment import Runner
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import load_vocabulary
from tests.web.browser import Page, open_page, send
from tests.web.staff import DAY, as_coordinator, make_person, make_request, press

PLANS = "/coordinator/plan"


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """A coordinator's browser."""
    load_vocabulary(session)
    return as_coordinator(client, session)


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_person(session, weekly_cap=1, horizon_days=2)


def run(session: Session) -> None:
    """What a scheduler does within seconds; on a Wednesday, when two days lie in one week."""
    today = datetime.now(UTC).replace(hour=12)
    wednesday = today + (2 - today.weekday()) % 7 * DAY
    assignment.run_queued(session, Runner("test", wednesday))
    session.expire_all()


def make_plan(session: Session, desk: FlaskClient) -> Page:
    """Presses the button, lets the scheduler work, looks again."""
    page = press(desk, open_page(desk, PLANS), PLANS)
    run(session)
    return open_page(desk, page.url)


def open_line(desk: FlaskClient, page: Page, name: str) -> Page:
    return open_page(desk, page.link(name))


def act(desk: FlaskClient, page: Page, button: str) -> Page:
    form = next(form for form in page.forms if button in [text for text, _, _ in form.buttons])
    return send(desk, page, form, button)


def choose(desk: FlaskClient, page: Page, ambassador: Ambassador) -> Page:
    form = next(form for form in page.forms if "ambassador" in form.choices)
    return send(desk, page, form, ambassador=str(ambassador.id))


def test_a_plan_is_asked_for_watched_and_looked_at(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    for name in ("Wei Chen", "Lin Wu"):
        make_request(session, name)
    page = open_page(desk, PLANS)
    assert "2 prospects wait for one of 1 active ambassador." in page.text
    page = press(desk, page, PLANS)
    assert "Waiting to be started" in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.html
    run(session)
    page = open_page(desk, page.url)
    assert "Who gets whom" in page.text
    assert "One more hour of Ana Almeida would help 1 prospect." in page.text
    assert "Ana Almeida fits, but has no hours left." in page.text
    assert "http-equiv" not in page.html


def test_lines_are_filtered_and_searched(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    for name in ("Wei Chen", "Lin Wu"):
        make_request(session, name)
    page = make_plan(session, desk)
    names = {
        query: [
            text
            for _, text in open_page(desk, page.url + query).links
            if text in ("Wei Chen", "Lin Wu")
        ]
        for query in (
            "?show=placed",
            "?show=unplaced",
            "?show=hand",
            "?q=wei",
            f"?ambassador={ana.id}",
        )
    }
    placed, unplaced = names["?show=placed"], names["?show=unplaced"]
    assert sorted(placed + unplaced) == ["Lin Wu", "Wei Chen"]
    assert (names["?q=wei"], names[f"?ambassador={ana.id}"], names["?show=hand"]) == (
        ["Wei Chen"],
        placed,
        [],
    )
    assert open_page(desk, f"{page.url}?show=nonsense").status == 422


def test_a_line_is_changed_by_hand_and_the_plan_made_again(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    bo = make_person(session, "Bo Li")
    make_request(session)
    page = make_plan(session, desk)
    line = act(desk, open_line(desk, page, "Wei Chen"), "Not this pair")
    assert "You ruled this pair out" in line.text
    line = choose(desk, line, bo)
    assert "Gets Bo Li : 100 of 100 points, first choice. Kept by hand" in line.text
    page = open_page(desk, page.url)
    assert "Changed by hand since it was computed." in page.text
    page = act(desk, page, "Make it again")
    run(session)
    assert session.scalars(select(PlanLine.pinned).order_by(PlanLine.id)).all() == [True, True]
    page = open_page(desk, page.url)
    line = act(desk, open_line(desk, page, "Wei Chen"), "Keep this pair no longer")
    line = act(desk, line, "Leave them out of this plan")
    assert "Gets nobody. Left out" in line.text


def test_choosing_somebody_full_makes_the_plan_again_around_it(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    for name in ("Wei Chen", "Lin Wu"):
        make_request(session, name)
    page = make_plan(session, desk)
    (other,) = session.scalars(select(PlanLine).where(PlanLine.ambassador_id.is_(None)))
    name = other.request.name
    page = choose(desk, open_line(desk, page, name), ana)
    assert "the plan is made again around your choice" in page.text
    run(session)
    page = open_line(desk, open_page(desk, page.url), name)
    assert "Gets Ana Almeida : 100 of 100 points, first choice. Kept by hand" in page.text


def test_a_change_without_a_choice_is_refused_with_a_sentence(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_request(session)
    page = open_line(desk, make_plan(session, desk), "Wei Chen")
    form = next(form for form in page.forms if "ambassador" in form.choices)
    page = send(desk, page, form, ambassador="")
    assert (page.status, "Choose an ambassador." in page.text) == (422, True)


def test_accepting_asks_once_more_and_tells_everybody(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_request(session)
    page = open_page(desk, make_plan(session, desk).link("Accept this plan"))
    assert "1 prospect gets a mail with a link" in page.text
    page = act(desk, page, "Accept and send the mails")
    assert "1 prospect matched. They and 1 ambassador are told by mail." in page.text
    session.expire_all()
    assert session.scalars(select(WaitingRequest.state)).all() == ["matched"]
    kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds[-2:] == ["request-matched", "plan-digest"]
    assert "New prospects" in open_page(desk, "/coordinator/mail").text
    assert "Accept this plan" not in page.text


def test_who_was_answered_meanwhile_is_named(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_person(session, "Bo Li")
    rows = [make_request(session, name) for name in ("Wei Chen", "Lin Wu")]
    page = open_page(desk, make_plan(session, desk).link("Accept this plan"))
    write(session, lambda s: waiting.close(s, rows[0].id, datetime.now(UTC)))
    page = act(desk, page, "Accept and send the mails")
    assert "or their ambassador has left: Wei Chen." in page.text


def test_a_plan_is_cancelled_before_and_after_it_is_made(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_request(session)
    page = press(desk, open_page(desk, PLANS), PLANS)
    address = page.url
    page = press(desk, page, f"{address}/cancel")
    assert "The plan is cancelled." in page.text
    run(session)
    assert "It was cancelled before it was made." in open_page(desk, address).text
    page = make_plan(session, desk)
    act(desk, page, "Cancel it")
    states = session.scalars(select(Plan.status)).all()
    assert states == ["cancelled", "cancelled"]
    page = open_page(desk, f"{page.url}/accept")
    assert "this one is cancelled" in page.text


@pytest.mark.parametrize(
    ("people", "sentence"),
    [(0, "There are no active ambassadors."), (1, "Nobody waits to be matched.")],
)
def test_a_plan_with_nothing_to_plan_says_so(
    session: Session, desk: FlaskClient, people: int, sentence: str
) -> None:
    if people:
        make_person(session)
    else:
        make_request(session)
    page = make_plan(session, desk)
    assert (sentence in page.text, "Accept this plan" in page.text) == (True, False)


def test_a_plan_that_failed_says_why(session: Session, desk: FlaskClient) -> None:
    page = press(desk, open_page(desk, PLANS), PLANS)
    write(session, lambda s: setattr(s.scalars(select(Plan)).one(), "edits", {"pinned": {"x": 1}}))
    run(session)
    page = open_page(desk, page.url)
    assert "It could not be computed." in page.text
    write(session, lambda s: setattr(s.scalars(select(Plan)).one(), "edits", {}))
    page = act(desk, page, "Make it again")
    assert "Waiting to be started" in page.text


def test_a_plan_with_one_line_and_with_three_takes_as_many_queries(
    session: Session, desk: FlaskClient
) -> None:
    taken = []
    for count in (1, 2):
        for n in range(count):
            make_person(session, f"Person {count}{n}", weekly_cap=1, horizon_days=2)
            make_request(session, f"Name{count}{n} Chen")
        page = make_plan(session, desk)
        open_page(desk, page.url)
        session.rollback()
        with counted() as statements:
            open_page(desk, page.url)
        taken.append(len([one for one in statements if one.startswith("SELECT")]))
    assert taken == [7, 7]
