"""Prospects hold a time, prove their address, and look after the chat."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.core import tokens
from ambassadors.extensions import db
from ambassadors.models import Chat, Notice
from ambassadors.services.writing import write
from config import Settings
from tests.factories import SECRET, make_ambassador, make_chat
from tests.web.browser import Page, open_page, send

ASKED = "interest=track/thesis&zone=Asia/Kolkata"
WHO = {"name": "Priya Raman", "email": "priya@example.org", "question": "Which lab?"}


def choose(client: FlaskClient, which: int = 0) -> Page:
    """The form for one of the ambassador's times."""
    page = open_page(client, f"/ambassadors/1?{ASKED}")
    form = page.form("/book")
    return send(client, page, form, start=form.choices["start"][which])


def hold(client: FlaskClient, which: int = 0, **typed: str) -> Page:
    """The page that asks for the code."""
    page = choose(client, which)
    return send(client, page, page.form("/book"), **{**WHO, **typed})


def only_chat(session: Session) -> Chat:
    session.rollback()
    return session.scalars(select(Chat).execution_options(populate_existing=True)).one()


def count_chats(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Chat)) or 0


def code_of(chat: Chat) -> str:
    return tokens.code(SECRET, chat.uid, chat.nonce, chat.prospect.email)


def confirm(client: FlaskClient, session: Session, page: Page) -> Page:
    """Enters the right code."""
    chat = only_chat(session)
    return send(client, page, page.form(f"/chats/{chat.uid}/code"), code=code_of(chat))


def test_a_chosen_time_is_held_confirmed_moved_and_cancelled(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, "Maya Okafor")
    page = hold(client)
    assert "Enter the code from your mail Held for you until" in page.text
    assert "Sent to priya@example.org." in page.text
    booked = confirm(client, session, page)
    assert "Your chat is booked With Maya Okafor" in booked.text
    chat = only_chat(session)
    before = chat.starts_at
    page = open_page(client, booked.link("Move it"))
    form = page.form(f"/chats/{chat.uid}/move", "POST")
    moved = send(client, page, form, start=form.choices["start"][-1], reason="An exam")
    chat = only_chat(session)
    assert ("The chat is moved." in moved.text, before < chat.starts_at) == (True, True)
    page = open_page(client, moved.link("Cancel it"))
    gone = send(client, page, page.forms[-1], reason="")
    assert "This chat was cancelled" in gone.text
    assert only_chat(session).status == "cancelled"


def test_both_clocks_are_shown_everywhere(client: FlaskClient, session: Session) -> None:
    make_ambassador(session, hours="Mon 09:00-09:30")
    page = choose(client)
    assert "Kolkata (Asia/Kolkata, UTC+5:30) Monday," in page.text
    assert ", 9:00 am for Ana (Boston)" in page.text


def test_another_zone_keeps_what_was_typed(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = choose(client)
    form = page.form("/book")
    page = send(client, page, form, press="Show these times", **{**WHO, "zone": "Europe/Berlin"})
    assert (page.status, "Times are shown for Berlin change" in page.text) == (200, True)
    assert dict(page.form("/book").fields).items() >= WHO.items()
    assert count_chats(session) == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please say your name."),
        ("name", "x" * 10_000, "The name is longer than 120 characters."),
        ("name", "Pri\x00ya", "The name contains characters that are no text."),
        ("email", "priya", "A mail address has exactly one @, as in ana@example.org."),
        ("email", "a" * 10_000 + "@example.org", "A mail address has at most 254 characters."),
        ("email", "a@example.org\r\nBcc: b@example.org", "no spaces or control characters"),
        ("question", "x" * 10_000, "The question is longer than 2000 characters."),
        ("question", "Which\x07 lab?", "The question contains characters that are no text."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_at_the_top(
    client: FlaskClient, session: Session, field: str, value: str, sentence: str
) -> None:
    make_ambassador(session)
    page = hold(client, **{field: value})
    assert (page.status, page.text.count(sentence)) == (422, 2)
    assert (
        f'aria-describedby="{"email-hint " if field == "email" else ""}{field}-wrong"' in page.html
    )
    assert f'href="#{field}"' in page.html
    assert count_chats(session) == 0


def test_all_errors_are_said_at_once_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = hold(client, name="", email="priya", question="Which <b>lab</b>?")
    assert {
        "Please say your name.",
        "A mail address has exactly one @, as in ana@example.org.",
    } == {text for href, text in page.links if href.startswith("#") and href != "#main"}
    assert ("question", "Which <b>lab</b>?") in page.form("/book").fields
    assert "Which &lt;b&gt;lab" in page.html


def test_a_time_taken_meanwhile_offers_the_nearest_and_keeps_what_was_typed(
    client: FlaskClient, session: Session
) -> None:
    ambassador = make_ambassador(session)
    page = choose(client)
    start = dict(page.form("/book").fields)["start"]
    make_chat(session, ambassador, datetime.fromisoformat(start), datetime.now(UTC))
    taken = send(client, page, page.form("/book"), **WHO)
    assert (taken.status, "That time has just been taken." in taken.text) == (409, True)
    form = taken.form("/book")
    assert dict(form.fields).items() >= WHO.items()
    assert "start" not in dict(form.fields)
    text, name, nearest = form.buttons[0]
    assert name == "start"
    held = send(client, taken, form, press=text)
    assert "Enter the code from your mail" in held.text
    chat = session.scalars(select(Chat).where(Chat.status == "held")).one()
    assert (chat.starts_at, chat.question) == (datetime.fromisoformat(nearest), "Which lab?")


def test_a_link_to_a_time_that_is_taken_says_so_before_anything_is_typed(
    client: FlaskClient, session: Session
) -> None:
    ambassador = make_ambassador(session)
    page = choose(client)
    start = dict(page.form("/book").fields)["start"]
    make_chat(session, ambassador, datetime.fromisoformat(start), datetime.now(UTC))
    page = open_page(client, f"/book?{ASKED}&ambassador=1&start={start}")
    assert page.status == 409
    assert len(page.links_to("/book?")) == 3


def test_the_same_form_sent_twice_makes_one_chat(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = choose(client)
    first, again = (send(client, page, page.form("/book"), **WHO) for _ in range(2))
    assert (first.url, count_chats(session)) == (again.url, 1)


def test_another_time_chosen_in_the_same_browser_gives_the_first_one_up(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    hold(client, 0)
    hold(client, 5, email="raman@example.org")
    session.rollback()
    states = session.scalars(select(Chat.status).order_by(Chat.id)).all()
    assert states == ["expired", "held"]


def test_a_wrong_code_says_how_many_tries_are_left_and_the_sixth_is_too_many(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = hold(client)
    chat = only_chat(session)
    wrong = "000000" if code_of(chat) != "000000" else "000001"
    form = page.form(f"/chats/{chat.uid}/code")
    answers = [send(client, page, form, code=wrong) for _ in range(6)]
    assert [one.status for one in answers] == [422] * 5 + [429]
    assert "You have 4 tries left." in answers[0].text
    assert "so this time can no longer be confirmed" in answers[5].text
    assert answers[5].link("Choose a time again").startswith("/ambassadors/1?interest=track/thesis")


def test_the_code_is_sent_again_and_the_address_corrected_without_losing_the_time(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = hold(client, email="pirya@example.org")
    uid = only_chat(session).uid
    again = send(client, page, page.form(f"/chats/{uid}/code/again"))
    assert "The code is on its way once more." in again.text
    fixed = send(client, again, again.form(f"/chats/{uid}/address"), email="priya@example.org")
    assert "Sent to priya@example.org." in fixed.text
    bad = send(client, fixed, fixed.form(f"/chats/{uid}/address"), email="priya@")
    assert (bad.status, bad.text.count("is not a mail domain")) == (422, 2)
    booked = confirm(client, session, fixed)
    assert "Your chat is booked" in booked.text
    kinds = session.scalars(select(Notice.kind).where(Notice.kind == "code")).all()
    assert len(kinds) == 3


def test_a_hold_that_is_over_offers_other_times_with_everything_kept(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = hold(client)
    chat = only_chat(session)
    over = datetime.now(UTC) - timedelta(seconds=1)
    write(session, lambda s: s.execute(update(Chat).values(hold_expires_at=over)))
    late = send(client, page, page.form(f"/chats/{chat.uid}/code"), code=code_of(chat))
    assert (late.status, "The time was released" in late.text) == (409, True)
    form = late.form("/book")
    assert dict(form.fields).items() >= WHO.items()
    again = send(client, late, form, press=form.buttons[0][0])
    assert "Enter the code from your mail" in again.text


def test_a_time_that_is_let_go_can_be_chosen_again(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = hold(client)
    uid = only_chat(session).uid
    back = send(client, page, page.form(f"/chats/{uid}/release"))
    assert "The time is released. Choose another one." in back.text
    assert only_chat(session).status == "expired"


def test_without_codes_a_chat_is_confirmed_at_once(settings: Settings, session: Session) -> None:
    make_ambassador(session)
    app = create_app(dataclasses.replace(settings, verify_email=False))
    with app.app_context():
        booked = hold(app.test_client())
        assert "Your chat is booked" in booked.text
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"ambassador": "99"}, 404),
        ({"ambassador": "one"}, 404),
        ({"start": ""}, 422),
        ({"start": "2027-02-31T10:00:00Z"}, 422),
        ({"start": "2020-01-01T10:00:00Z"}, 422),
        ({"start": "2027-03-01T10:00:00"}, 422),
        ({"start": "9999-12-31T23:59:00-14:00"}, 422),
        ({"minutes": "25"}, 422),
        ({"minutes": "-5"}, 422),
        ({"zone": "Mars/Base"}, 422),
        ({"zone": ""}, 422),
        ({"interest": "track/dance"}, 422),
        ({"csrf_token": "no"}, 400),
    ],
)
def test_a_malformed_booking_is_refused_and_nothing_is_written(
    client: FlaskClient, session: Session, changed: dict[str, str], status: int
) -> None:
    make_ambassador(session)
    page = choose(client)
    answer = send(client, page, page.form("/book"), **{**WHO, **changed})
    assert (answer.status, count_chats(session)) == (status, 0)


def test_private_pages_are_kept_by_nobody(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    headers = hold(client).headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self';"
        in (headers["Content-Security-Policy"])
    )
    public = client.get("/").headers
    assert "Set-Cookie" not in public
