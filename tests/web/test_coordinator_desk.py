"""A coordinator's roster, requests and mail; and that lists take as many queries at any length."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Notice, User
from ambassadors.services import roster
from ambassadors.services.writing import write
from tests.counting import counted
from tests.planning import make
from tests.web.browser import open_page, send
from tests.web.staff import DAY, booked, make_person, make_request, press


def test_somebody_is_invited(session: Session, desk: FlaskClient) -> None:
    page = open_page(desk, "/coordinator/ambassadors/invite")
    page = press(
        desk,
        page,
        "/coordinator/ambassadors/invite",
        email="bo@example.edu",
        name="Bo Li",
        zone="Europe/Berlin",
    )
    row = session.scalars(select(Ambassador)).one()
    assert (page.url, row.status, row.time_zone) == (
        f"/coordinator/ambassadors/{row.id}",
        "invited",
        "Europe/Berlin",
    )
    page = press(desk, page, f"{page.url}/invite")
    assert "Another invitation is on its way." in page.text
    kinds = [(n.kind, n.version) for n in session.scalars(select(Notice).order_by(Notice.id))]
    assert kinds == [("account-invitation", 1), ("account-invitation", 2)]


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"email": "nobody"}, 422, "A mail address has exactly one @"),
        ({"name": ""}, 422, "Please say your name."),
        ({"zone": "Mars/Olympus"}, 422, "That time zone is not known."),
        ({"email": "ANA@example.edu"}, 409, "There is an account for ana@example.edu already."),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_and_kept_as_typed(
    session: Session, desk: FlaskClient, typed: dict[str, str], status: int, sentence: str
) -> None:
    write(session, lambda s: roster.invite(s, "ana@example.edu", "Ana", "UTC", datetime.now(UTC)))
    page = open_page(desk, "/coordinator/ambassadors/invite")
    values = {"email": "bo@example.edu", "name": "Bo Li", "zone": "Europe/Berlin", **typed}
    page = press(desk, page, "/coordinator/ambassadors/invite", **values)
    assert (page.status, sentence in page.text) == (status, True)
    fields = page.form("/coordinator/ambassadors/invite", "POST").fields
    assert ("email", values["email"]) in fields
    assert len(session.scalars(select(User)).all()) == 2


def test_deactivating_names_the_chats_and_leaves_them_when_told_so(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chats = [booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (1, 2)]
    address = f"/coordinator/ambassadors/{ana.id}"
    leave = "/coordinator/ambassadors/leave"
    page = open_page(desk, f"{leave}?who={ana.id}")
    assert "2 chats are booked with them" in page.text
    send(desk, page, page.form(leave, "POST"), press="Deactivate")
    session.expire_all()
    assert (ana.status, {chat.status for chat in chats}) == ("inactive", {"confirmed"})
    press(desk, open_page(desk, address), f"{address}/reactivate")
    session.expire_all()
    assert ana.status == "invited"  # without a password


def test_the_roster_is_searched_and_filtered(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    make_person(session, "Bo Li", interests=["topic/additive"])
    page = open_page(desk, "/coordinator/ambassadors")
    form = page.form("/coordinator/ambassadors")
    by_interest = send(desk, page, form, interest="topic/additive")
    assert ("Bo Li" in by_interest.text, "Ana Almeida" in by_interest.text) == (True, False)
    assert "Ana Almeida" in send(desk, page, form, q="ALMEIDA").text
    assert "Nobody fits" in send(desk, page, form, status="invited").text


def test_a_request_shows_who_fits_and_is_closed(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    row = make_request(session)
    page = open_page(desk, f"/coordinator/requests/{row.id}")
    for words in (
        "wei@example.org",
        "Is there a lab?",
        "Ana Almeida",
        "Is taking the thesis option",
    ):
        assert words in page.text
    page = press(desk, page, f"/coordinator/requests/{row.id}/close")
    assert "Nobody waits to be matched." in page.text
    session.expire_all()
    assert row.state == "closed"
    assert "Closed" in open_page(desk, f"/coordinator/requests/{row.id}").text
    assert "Wei Chen" in open_page(desk, "/coordinator/requests?state=closed").text


def test_a_request_is_matched_from_its_own_page(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    row = make_request(session)
    address = f"/coordinator/requests/{row.id}"
    page = press(desk, open_page(desk, address), f"{address}/match")
    assert "Wei Chen is matched with Ana Almeida. Both are told by mail." in page.text
    assert not [form for form in page.forms if form.action.endswith("/match")]


def test_today_shows_a_plan_that_is_ready(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    assert "A plan is ready" not in open_page(desk, "/coordinator").text
    make_request(session)
    plan = make(session, datetime.now(UTC))
    page = open_page(desk, "/coordinator")
    assert page.link("Look at the plan") == f"/coordinator/plan/{plan.id}"
    assert "1 matched, 0 not." in page.text


def test_a_failed_mail_is_sent_again(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + 2 * DAY, "Priya Raman")
    notice = session.scalars(select(Notice).where(Notice.kind == "invitation")).first()
    assert notice is not None
    notice.state, notice.attempts, notice.answer = "failed", 9, "550 no such user"
    session.commit()
    message_id = notice.message_id
    page = open_page(desk, "/coordinator/mail?state=failed")
    assert ("1 mail" in page.text, "550 no such user" in page.text) == (True, True)
    page = press(desk, page, f"/coordinator/mail/{notice.id}/again")
    assert (page.url, "will be sent again" in page.text) == ("/coordinator/mail", True)
    session.expire_all()
    assert (notice.state, notice.attempts, notice.message_id) == ("waiting", 0, message_id)


def test_a_mail_that_is_overtaken_is_not_sent_again(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Priya Raman")
    notice = session.scalars(select(Notice).where(Notice.kind == "invitation")).first()
    assert notice is not None
    notice.state = "sent"
    session.commit()
    page = open_page(desk, "/coordinator/mail?kind=invitation")
    cancel = open_page(desk, f"/coordinator/chats/{chat.uid}/cancel")
    press(desk, cancel, f"/coordinator/chats/{chat.uid}/cancel")
    page = press(desk, page, f"/coordinator/mail/{notice.id}/again")
    assert "This mail no longer says how things stand" in page.text
    session.expire_all()
    assert notice.state == "sent"


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/coordinator", 37),
        ("/coordinator/chats", 7),
        ("/coordinator/ambassadors", 14),
        ("/coordinator/requests", 4),
        ("/coordinator/mail", 7),
    ],
)
def test_a_page_with_one_row_and_with_three_takes_as_many_queries(
    session: Session, desk: FlaskClient, today: datetime, address: str, queries: int
) -> None:
    taken = []
    for rows in (1, 2):
        for n in range(rows):
            person = make_person(session, f"Person {rows}{n}")
            booked(session, person, today + DAY, "Priya Raman")
            make_request(session, f"Name{rows}{n} Chen")
        open_page(desk, address)  # what is kept in memory is read once
        session.rollback()
        with counted() as statements:
            open_page(desk, address)
        taken.append(len([one for one in statements if one.startswith("SELECT")]))
    assert taken == [queries, queries]
