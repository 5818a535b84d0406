"""Weights of the families: tried first, then saved."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.weights import weights_of
from ambassadors.services.programme import vocabulary
from ambassadors.services.weights import rehearse_weights
from tests.counting import counted
from tests.factories import load_vocabulary
from tests.web.browser import open_page
from tests.web.staff import DAY, HOUR, as_coordinator, booked, make_person, make_request, press

PAGE = "/coordinator/weights"
START = {"research-center": 30, "track": 20, "industry": 20, "topic": None}
OTHER = {"research-center": "5", "track": "90", "industry": "", "topic": ""}


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """A coordinator's browser; the programme has its interests."""
    load_vocabulary(session)
    return as_coordinator(client, session)


def rehearsal(weeks: str = "8", **changed: str) -> str:
    typed = {**OTHER, **{key.replace("_", "-"): text for key, text in changed.items()}}
    fields = {f"family-{key}": text for key, text in typed.items()}
    return f"{PAGE}?{urlencode({**fields, 'weeks': weeks})}"


def selects(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)


def book_two(session: Session, today: datetime) -> None:
    """Ana knows the track, Bo the center; both prospects want both, and talked with Bo."""
    make_person(session, "Ana Almeida", interests=["track/thesis"])
    bo = make_person(session, "Bo Li", interests=["research-center/kostas"])
    both = ["research-center/kostas", "track/thesis"]
    booked(session, bo, today - 3 * DAY, "Priya Raman", interests=both)
    booked(session, bo, today - 2 * DAY, "Wei Chen", interests=both, email="wei@example.org")


def test_what_a_rehearsal_leaves_out_is_said(session: Session, today: datetime) -> None:
    load_vocabulary(session)
    book_two(session, today)
    weights = weights_of(vocabulary(session))
    seen = [rehearse_weights(session, weights, 8, today, most=most) for most in (1, 2)]
    assert [(one.asked, one.latest) for one in seen] == [(1, 1), (2, None)]


def test_new_weights_are_rehearsed_then_saved(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    book_two(session, today)
    page = open_page(desk, PAGE)
    assert "Save these weights" not in page.text
    page = open_page(desk, rehearsal())
    assert "2 would have talked with somebody else: 2 better off" in page.text
    assert weights_of(vocabulary(session)) == START
    page = press(desk, page, PAGE)
    assert "The new weights count from now on." in page.text
    session.rollback()
    assert weights_of(vocabulary(session)) == {
        "research-center": 5,
        "track": 90,
        "industry": None,
        "topic": None,
    }


def test_only_the_weeks_asked_for_are_replayed(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    make_request(session)
    assert "1 person booked" in open_page(desk, rehearsal("1")).text
    bo = make_person(session, "Bo Li")
    booked(session, bo, today - 20 * DAY, "Priya Raman")
    assert "1 person booked" in open_page(desk, rehearsal("2")).text
    assert "2 people booked" in open_page(desk, rehearsal("3")).text


def test_a_request_that_led_to_a_chat_counts_once(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    row = make_request(session)
    who = make_person(session)
    booked(session, who, today + 2 * HOUR, "Wei Chen", email=row.prospect.email)
    session.rollback()
    assert "2 people" in open_page(desk, rehearsal()).text  # booked an hour before it was asked
    row.created_at -= DAY
    session.commit()
    assert "1 person" in open_page(desk, rehearsal()).text


def test_without_anybody_there_is_nothing_to_compare(desk: FlaskClient) -> None:
    page = open_page(desk, rehearsal())
    assert "there is nothing to compare" in page.text
    assert [form.method for form in page.forms if form.action == PAGE] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (rehearsal(topic="many"), "needs a whole number from 0 to 100, or nothing."),
        (rehearsal(topic="6"), "The weights add up to 101; at most 100 are possible."),
        (rehearsal("0"), "Rehearse from 1 to 52 weeks."),
        (rehearsal("53"), "Rehearse from 1 to 52 weeks."),
        (rehearsal("soon"), "Rehearse from 1 to 52 weeks."),
        (f"{PAGE}?family-topic=5", "is missing."),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_as_typed(
    desk: FlaskClient, address: str, sentence: str
) -> None:
    page = open_page(desk, address)
    assert (page.status, sentence in page.text) == (422, True)
    assert "Save these weights" not in page.text


def test_weights_that_somebody_else_has_changed_are_not_overwritten(
    session: Session, desk: FlaskClient
) -> None:
    mine = open_page(desk, rehearsal())
    press(desk, open_page(desk, rehearsal(track="50")), PAGE)
    page = press(desk, mine, PAGE)
    assert (page.status, "have been changed in the meantime" in page.text) == (409, True)
    session.rollback()
    assert weights_of(vocabulary(session))["track"] == 50


def test_a_rehearsal_takes_as_many_queries_for_one_as_for_many(
    session: Session, desk: FlaskClient
) -> None:
    make_request(session)
    open_page(desk, rehearsal())
    session.rollback()
    with counted() as one:
        open_page(desk, rehearsal())
    for name in ("Ana", "Bo", "Cy"):
        make_request(session, name)
    session.rollback()
    with counted() as many:
        open_page(desk, rehearsal())
    assert selects(many) == selects(one)
