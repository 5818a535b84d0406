"""Today, as a coordinator sees it: what needs a hand first, each thing one or two clicks away."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Heartbeat, Notice
from ambassadors.services.writing import write
from tests.factories import make_user
from tests.web.browser import open_page
from tests.web.staff import DAY, as_coordinator, booked, make_request, press, sign_in


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """A coordinator's browser, while a scheduler ticks."""
    beat = Heartbeat(name="here", beat_at=datetime.now(UTC))
    write(session, lambda s: s.add(beat))
    return as_coordinator(client, session)


def test_where_all_is_well_a_calm_sentence_says_so(desk: FlaskClient) -> None:
    page = open_page(desk, "/coordinator")
    assert "Nothing needs a hand." in page.text
    assert "No chats are booked for today." in page.text


def test_what_needs_a_hand_is_said_before_anything_else(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today - DAY, "Lucas Silva")
    make_request(session)
    session.scalars(select(Notice)).first().state = "failed"  # type: ignore[union-attr]
    session.commit()
    text = open_page(desk, "/coordinator").text
    order = [
        text.index(words)
        for words in ("2 things need a hand", "1 request waits for a match", "1 mail failed",
                      "Tomorrow", "The last four weeks", "1 chat is to be marked")
    ]  # fmt: skip
    assert order == sorted(order)


def test_a_failed_mail_is_sent_again_from_here(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + 2 * DAY, "Priya Raman")
    notice = session.scalars(select(Notice).where(Notice.kind == "invitation")).first()
    assert notice is not None
    notice.state, notice.answer = "failed", "550 no such user"
    session.commit()
    page = press(desk, open_page(desk, "/coordinator"), f"/coordinator/mail/{notice.id}/again")
    assert (page.url, "Nothing needs a hand." in page.text) == ("/coordinator", True)


def test_a_request_is_matched_with_two_clicks(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    row = make_request(session)
    address = open_page(desk, "/coordinator").link("Wei Chen")
    page = press(desk, open_page(desk, address), f"/coordinator/requests/{row.id}/match")
    assert "Wei Chen is matched with Ana Almeida." in page.text
    assert "Nothing needs a hand." in open_page(desk, "/coordinator").text


def test_chats_are_shown_by_the_readers_clock_and_by_the_prospects(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Priya Raman")
    text = open_page(desk, "/coordinator").text
    if "Priya Raman" not in text:  # after midnight in Boston, before it here: the day after next
        return
    there = chat.starts_at.strftime("%M")
    assert f":{there}" in text
    assert "in Kolkata" in text


def test_admissions_staff_see_all_of_it_and_nothing_to_press(
    session: Session, client: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + 2 * DAY, "Priya Raman")
    session.scalars(select(Notice)).first().state = "failed"  # type: ignore[union-attr]
    session.commit()
    page = open_page(sign_in(client, make_user(session, "admissions")), "/coordinator")
    assert "1 mail failed" in page.text
    assert [form.action for form in page.forms] == ["/sign-out"]


def test_figures_have_their_line_in_words(desk: FlaskClient) -> None:
    answer = desk.get("/coordinator").get_data(as_text=True)
    assert "Requests by week, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0" in answer
