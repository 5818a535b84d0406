"""A coordinator's chats: filters, one chat, handing over, moving, cancelling."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Notice
from tests.web.browser import open_page, read, send
from tests.web.staff import DAY, HOUR, booked, make_person, press


def test_an_empty_service_has_empty_lists(desk: FlaskClient) -> None:
    for address in ("chats", "ambassadors", "requests", "mail"):
        assert open_page(desk, f"/coordinator/{address}").status == 200


def test_chats_are_filtered_searched_and_paged(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    for n in range(27):
        booked(session, ana, today + DAY + n * HOUR, f"Prospect {n:02}")
    page = open_page(desk, "/coordinator/chats?ambassador=&first=&last=&q=prospect")
    assert "27 chats" in page.text
    assert "1 to 25 of 27 chats" in page.text
    page = open_page(desk, page.link("Next →"))
    assert ("26 to 27 of 27 chats" in page.text, "Prospect 26" in page.text) == (True, True)
    form = page.form("/coordinator/chats")
    found = send(desk, page, form, q="prospect 03", status="confirmed")
    assert ("1 chat" in found.text, "Prospect 04" in found.text) == (True, False)
    assert "Nothing fits" in send(desk, page, form, q="nobody").text


@pytest.mark.parametrize(
    "query",
    [
        "status=gone",
        "when=never",
        "first=2027-02-31",
        "last=9999-12-31",
        "q=%00",
        "page=%C2%B2",
        "page=99999999999999999999",
        "ambassador=99999999999999999999",
    ],
)
def test_a_filter_that_makes_no_sense_is_no_fault_of_ours(desk: FlaskClient, query: str) -> None:
    refused = query.split("=")[0] in ("status", "when", "first", "last")
    assert open_page(desk, f"/coordinator/chats?{query}").status == (422 if refused else 200)


def test_a_number_too_large_for_any_row_is_no_page(desk: FlaskClient) -> None:
    for address in ("ambassadors/99999999999999999999", "requests/99999999999", "requests/7"):
        assert open_page(desk, f"/coordinator/{address}").status == 404


def test_one_chat_shows_its_people_history_and_mails(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman", email="priya@example.org")
    page = open_page(desk, f"/coordinator/chats/{chat.uid}")
    for words in (
        "priya@example.org",
        "Priya Raman booked the chat.",
        "Invitation",
        "Reminder, a day before",
        "How does one find a thesis adviser?",
        "Kolkata",
        "a match of 100 of 100",
    ):
        assert words in page.text


def test_a_chat_is_handed_over_to_somebody_free_the_best_match_first(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    poor = make_person(session, "Chi Okafor", interests=["topic/additive"])
    good = make_person(session, "Bo Li", interests=["track/thesis"])
    taken = make_person(session, "Didi Taken")
    booked(session, taken, today + 2 * DAY, "Wei Chen")
    address = f"/coordinator/chats/{chat.uid}"
    page = open_page(desk, f"{address}/hand-over")
    form = page.form(f"{address}/hand-over", "POST")
    assert form.choices["ambassador"] == [str(good.id), str(poor.id)]
    page = send(desk, page, form, reason="Ana is ill.")
    session.expire_all()
    assert (chat.ambassador_id, chat.sequence, page.url) == (good.id, 1, address)
    assert "Kim Doe (coordinator) gave the chat from Ana Almeida to Bo Li. Ana is ill." in page.text
    cancelled = [n for n in session.scalars(select(Notice)) if n.kind == "cancellation"]
    assert [n.recipient for n in cancelled] == [f"ambassador:{ana.id}"]


def test_a_chat_is_not_handed_over_to_somebody_who_is_not_free(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    bo = make_person(session, "Bo Li")
    address = f"/coordinator/chats/{chat.uid}/hand-over"
    page = open_page(desk, address)
    booked(session, bo, today + 2 * DAY, "Wei Chen")
    refused = press(desk, page, address, ambassador=str(bo.id))
    assert (refused.status, "Bo Li is not free at that time." in refused.text) == (409, True)
    nobody = press(desk, page, address, ambassador="")
    assert (nobody.status, "Choose who takes the chat over." in nobody.text) == (422, True)
    assert press(desk, page, address, ambassador="99").status == 404
    session.expire_all()
    assert chat.ambassador_id == ana.id


def test_nobody_free_is_said(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    page = open_page(desk, f"/coordinator/chats/{chat.uid}/hand-over")
    assert "Nobody else is free then" in page.text


def test_a_coordinator_moves_and_cancels(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    address = f"/coordinator/chats/{chat.uid}"
    page = open_page(desk, f"{address}/move?week={(today + 9 * DAY).date()}")
    form = page.form(f"{address}/move", "POST")
    send(desk, page, form, start=form.choices["start"][0], reason="The room is taken.")
    session.expire_all()
    assert chat.starts_at == datetime.fromisoformat(form.choices["start"][0])
    page = open_page(desk, f"{address}/cancel")
    page = press(desk, page, f"{address}/cancel", reason="Snow.")
    session.expire_all()
    assert (chat.status, "Kim Doe (coordinator) cancelled the chat. Snow." in page.text) == (
        "cancelled",
        True,
    )


def test_typed_text_is_shown_as_text(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen", question="<script>alert(1)</script>")
    for address in ("/coordinator", "/coordinator/chats", f"/coordinator/chats/{chat.uid}"):
        assert "<script>alert(1)" not in read(desk.get(address)).html
