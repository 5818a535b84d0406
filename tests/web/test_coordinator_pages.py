"""A coordinator's pages: lists with filters, one chat, handing over, the roster, requests, mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, Notice, User, WaitingRequest
from ambassadors.services import roster, waiting
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat
from tests.web.browser import Page, open_page, read, send
from tests.web.staff import as_coordinator

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def today() -> datetime:
    """The real clock's last full hour: pages read the clock themselves."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    return as_coordinator(client, session)


def make_person(session: Session, name: str, **values: Any) -> Ambassador:
    rules = {"hours": ALWAYS, "notice_minutes": 0, "daily_cap": 24, "weekly_cap": 50}
    return make_ambassador(session, name, **{**rules, **values})


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_person(session, "Ana Almeida")


def booked(session: Session, who: Ambassador, start: datetime, name: str, **values: str) -> Chat:
    """A chat that was booked before it began, however long ago that is."""
    now = min(start, datetime.now(UTC)) - HOUR
    return make_chat(session, who, start, now, name=name, **values)


def make_request(session: Session, name: str = "Wei Chen") -> WaitingRequest:
    email = name.split()[0].lower() + "@example.org"
    ask = Ask(name, email, "Asia/Shanghai", ["track/thesis"], question="Is there a lab?")
    return write(session, lambda s: waiting.ask(s, ask, datetime.now(UTC)))


def press(desk: FlaskClient, page: Page, action: str, **typed: Any) -> Page:
    return send(desk, page, page.form(action, "POST"), **typed)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_overview_shows_what_needs_a_hand(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + DAY, "Priya Raman")
    booked(session, ana, today - DAY, "Lucas Silva")
    make_request(session)
    session.scalars(select(Notice)).first().state = "failed"  # type: ignore[union-attr]
    session.commit()
    page = open_page(desk, "/coordinator")
    for words in ("1 request waits", "1 mail failed", "1 chat to come", "1 chat to be marked"):
        assert words in page.text
    for name in ("Priya Raman", "Wei Chen"):
        assert name in page.text


def test_an_empty_service_has_an_empty_overview(desk: FlaskClient) -> None:
    page = open_page(desk, "/coordinator")
    assert (page.status, "0 requests wait" in page.text) == (200, True)
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
    ["status=gone", "when=never", "first=2027-02-31", "last=9999-12-31", "q=%00", "page=%C2%B2",
     "page=99999999999999999999", "ambassador=99999999999999999999"],
)  # fmt: skip
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
        "priya@example.org", "Priya Raman booked the chat.", "Invitation", "Reminder, a day before",
        "How does one find a thesis adviser?", "Kolkata", "a match of 100 of 100",
    ):  # fmt: skip
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
        "cancelled", True,
    )  # fmt: skip


def test_somebody_is_invited(session: Session, desk: FlaskClient) -> None:
    page = open_page(desk, "/coordinator/ambassadors/invite")
    page = press(
        desk, page, "/coordinator/ambassadors/invite",
        email="bo@example.edu", name="Bo Li", zone="Europe/Berlin",
    )  # fmt: skip
    row = session.scalars(select(Ambassador)).one()
    assert (page.url, row.status, row.time_zone) == (
        f"/coordinator/ambassadors/{row.id}", "invited", "Europe/Berlin",
    )  # fmt: skip
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


def test_deactivating_says_how_many_chats_there_are_and_leaves_them(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chats = [booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (1, 2)]
    address = f"/coordinator/ambassadors/{ana.id}"
    page = open_page(desk, f"{address}/deactivate")
    assert "2 chats to come stay booked." in page.text
    page = press(desk, page, f"{address}/deactivate")
    session.expire_all()
    assert (ana.status, {chat.status for chat in chats}) == ("inactive", {"confirmed"})
    press(desk, page, f"{address}/reactivate")
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


def test_typed_text_is_shown_as_text(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen", question="<script>alert(1)</script>")
    for address in ("/coordinator", "/coordinator/chats", f"/coordinator/chats/{chat.uid}"):
        assert "<script>alert(1)" not in read(desk.get(address)).html


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/coordinator", 11),
        ("/coordinator/chats", 4),
        ("/coordinator/ambassadors", 8),
        ("/coordinator/requests", 4),
        ("/coordinator/mail", 5),
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
