"""All that is missing or malformed in a form is said at once: above it, and beside each field."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Bulk
from tests.factories import make_user
from tests.web.browser import Page, open_page, send
from tests.web.staff import DAY, as_ambassador, booked, make_person, press, sign_in
from tests.web.test_kept_out import make_full

ROSTER = "/coordinator/ambassadors"
CHOOSE = "Choose who takes the chat over."
WHY = "Say why this chat goes ahead all the same."
LONG = "The reason is longer than 1000 characters."
MISSING = [("#first", "Please say the first day away."), ("#back", "Please say the day of return.")]


def summed_up(page: Page) -> tuple[int, list[tuple[str, str]]]:
    """The status, and the links of the summary in their order."""
    ids = {given["id"] for _, given in page.tags if given.get("id")}
    wrong = [(href, text) for href, text in page.links if f"{href[1:]}-wrong" in ids]
    return page.status, wrong


def described(page: Page) -> list[str]:
    """The ids of the sentences that wrong fields are described by, each once."""
    about = [g["aria-describedby"] or "" for _, g in page.tags if g.get("aria-invalid") == "true"]
    return list(dict.fromkeys(about))


def test_an_exception_without_anything_names_each_field_that_is_wrong(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 3 * DAY, "Priya Raman")
    make_full(session)
    address = f"/coordinator/chats/{chat.uid}/hand-over"
    page = press(desk, open_page(desk, address), address, act="exception", reason="x" * 1001)
    assert summed_up(page) == (
        422,
        [("#exception", CHOOSE), ("#despite", WHY), ("#exception-reason", LONG)],
    )
    assert described(page) == [
        "exception-wrong",
        "despite-hint despite-wrong",
        "exception-reason-wrong",
    ]


def test_a_hand_over_with_nobody_chosen_and_too_long_a_reason_says_both(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 3 * DAY, "Priya Raman")
    make_person(session, "Bo Li")
    address = f"/coordinator/chats/{chat.uid}/hand-over"
    page = open_page(desk, address)
    page = press(desk, page, address, ambassador="", reason="x" * 1001)
    assert summed_up(page) == (422, [("#ambassador", CHOOSE), ("#reason", LONG)])
    assert described(page) == ["ambassador-wrong", "reason-wrong"]


def test_an_absence_without_dates_names_both_to_coordinators_and_to_ambassadors(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    kim = make_user(session, name="Kim Doe")
    for signed_in, here in (
        (lambda: sign_in(client, kim), f"{ROSTER}/{ana.id}/away"),
        (lambda: as_ambassador(client, ana), "/ambassador/away"),
    ):
        signed_in()
        page = press(client, open_page(client, here), here, first="", back="")
        assert summed_up(page) == (422, MISSING)
        assert described(page) == ["first-wrong", "back-hint back-wrong"]
        page = press(client, page, here, first="soon", back="later")
        assert summed_up(page) == (
            422,
            [("#first", "“soon” is not a date."), ("#back", "“later” is not a date.")],
        )


def test_hours_that_cannot_be_read_are_all_named(client: FlaskClient, ana: Ambassador) -> None:
    as_ambassador(client, ana)
    typed = {"day-0": "morning", "exception-day": "soon", "off-first": "later", "before": "a lot"}
    page = open_page(client, "/ambassador/hours")
    page = send(client, page, page.form("/ambassador/hours"), **typed)
    named = ["#day-0", "#exceptions", "#time-off", "#before"]
    links = [href for href, _ in page.links if href.startswith("#")]
    assert (page.status, [href for href in links if href in named]) == (422, named)


def test_many_chats_with_nobody_to_take_them_come_back_as_they_were_chosen(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    first, second = (booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (2, 3))
    page = open_page(desk, "/coordinator/chats?q=prospect")
    form = page.form("/coordinator/bulk")
    page = send(desk, page, form, uid=first.uid, action="hand-over", reason="Exams")
    nobody = "Choose who takes these chats over."
    assert summed_up(page) == (422, [("#taker", nobody)])
    assert described(page) == ["taker-hint taker-wrong"]
    again = page.form("/coordinator/bulk")
    kept = dict(again.fields)
    assert [kept[name] for name in ("uid", "action", "reason")] == [first.uid, "hand-over", "Exams"]
    assert again.choices["uid"] == [first.uid, second.uid]
    assert dict(page.form("/coordinator/chats").fields)["q"] == "prospect"


def test_no_chat_chosen_and_no_hours_to_move_by_are_said_at_once(
    session: Session, desk: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + 2 * DAY, "Prospect 2")
    page = open_page(desk, "/coordinator/chats")
    page = send(desk, page, page.form("/coordinator/bulk"), action="move")
    assert summed_up(page) == (
        422,
        [
            ("#chosen", "Choose at least one chat."),
            ("#hours", "Say by how much, up to four weeks."),
        ],
    )
    assert described(page) == ["chosen-wrong", "hours-hint hours-wrong"]
    assert session.query(Bulk).count() == 0
