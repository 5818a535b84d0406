"""Signing in and out, links that set a password, one's own account, as pages."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import User
from ambassadors.models.engine import WRITES
from ambassadors.services import account_links, accounts, passwords
from ambassadors.web.proving import WRONG
from tests.factories import SECRET, make_user
from tests.web.browser import Page, open_page, send
from tests.web.staff import PASSWORD, as_coordinator

HASH = passwords.hash_password(PASSWORD)
NEW = "another horse, another battery"


@pytest.fixture
def kim(session: Session) -> User:
    """A coordinator with a password."""
    return make_user(session, name="Kim Doe", email="kim@example.edu", password_hash=HASH)


def sign_in(client: FlaskClient, email: str, password: str, address: str = "/sign-in") -> Page:
    page = open_page(client, address)
    return send(client, page, page.form("/sign-in"), email=email, password=password)


def test_a_coordinator_signs_in_and_out(client: FlaskClient, kim: User) -> None:
    page = sign_in(client, "Kim@example.edu", PASSWORD)
    assert (page.status, page.url) == (200, "/coordinator")
    page = send(client, page, page.form("/sign-out"))
    assert page.url == "/"
    assert open_page(client, "/coordinator").url == "/sign-in"


def test_one_comes_back_to_where_one_wanted_to_go(client: FlaskClient, kim: User) -> None:
    page = sign_in(client, kim.email, PASSWORD, "/coordinator/chats?q=wei&when=past")
    assert (page.url, page.form("/coordinator/chats").fields[0]) == (
        "/coordinator/chats",
        ("q", "wei"),
    )


def test_one_is_not_sent_to_another_site(client: FlaskClient, kim: User) -> None:
    page = sign_in(client, kim.email, PASSWORD, "/sign-in?next=//example.org/coordinator")
    assert page.url == "/coordinator"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("kim@example.edu", "wrong"),
        ("nobody@example.edu", PASSWORD),
        ("no address", PASSWORD),
        ("kim@example.edu", PASSWORD + "x" * 300),
        ("", ""),
        ("kim@example.edu\x00", "\x00"),
    ],
)
def test_wrong_and_unknown_get_the_same_answer(
    client: FlaskClient, kim: User, email: str, password: str
) -> None:
    page = sign_in(client, email, password)
    assert (page.status, page.url) == (422, "/sign-in")
    assert WRONG in page.text
    assert (
        "password" not in dict(page.form("/sign-in").fields)
        or not dict(page.form("/sign-in").fields)["password"]
    )


def test_wrong_and_unknown_take_the_same_steps_in_the_database(
    client: FlaskClient, session: Session, kim: User
) -> None:
    taken = []
    for email in ("kim@example.edu", "nobody@example.edu"):
        statements: list[str] = []
        note = lambda *a, s=statements: s.append(a[2])  # noqa: E731
        page = open_page(client, "/sign-in")
        event.listen(db.engine, "before_cursor_execute", note)
        send(client, page, page.form("/sign-in"), email=email, password="wrong")
        event.remove(db.engine, "before_cursor_execute", note)
        taken.append(statements)
    assert taken[0] == taken[1]


def test_no_transaction_that_writes_is_open_while_a_password_is_verified(
    app: Flask, client: FlaskClient, session: Session, kim: User
) -> None:
    """The one writing transaction that counts ends before the one that signs in begins."""
    begun: list[bool] = []

    def note(connection: object) -> None:
        begun.append(bool(connection.get_execution_options().get(WRITES)))  # type: ignore[attr-defined]

    page = open_page(client, "/sign-in")
    event.listen(db.engine, "begin", note)
    send(client, page, page.form("/sign-in"), email=kim.email, password="wrong")
    event.remove(db.engine, "begin", note)
    assert begun == [True, False]


def test_the_eleventh_attempt_is_refused_with_a_sentence_also_with_the_right_password(
    client: FlaskClient, kim: User
) -> None:
    for _ in range(10):
        sign_in(client, kim.email, "wrong")
    page = sign_in(client, kim.email, PASSWORD)
    assert page.status == 429
    assert accounts.TOO_MANY_SIGN_INS in page.text


def test_somebody_who_signs_in_often_is_not_locked_out(client: FlaskClient, kim: User) -> None:
    for _ in range(12):
        page = sign_in(client, kim.email, PASSWORD)
        assert page.url == "/coordinator"
        send(client, page, page.form("/sign-out"))


def test_nothing_of_the_session_before_is_kept(client: FlaskClient, kim: User) -> None:
    with client.session_transaction() as session:
        session["chats"], session["csrf_token"] = {"somebody’s": 2**40}, "planted"
    page = open_page(client, "/sign-in")
    before = client.get_cookie("session")
    send(client, page, page.form("/sign-in"), email=kim.email, password=PASSWORD)
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with client.session_transaction() as session:
        assert "chats" not in session
        assert session.get("csrf_token") != "planted"


def test_a_copied_cookie_is_worthless_after_signing_out(
    app: Flask, client: FlaskClient, kim: User
) -> None:
    page = sign_in(client, kim.email, PASSWORD)
    cookie = client.get_cookie("session")
    assert cookie is not None
    send(client, page, page.form("/sign-out"))
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert open_page(thief, "/coordinator").url == "/sign-in"


def test_whoever_is_signed_in_goes_home(client: FlaskClient, session: Session) -> None:
    assert open_page(as_coordinator(client, session), "/sign-in").url == "/coordinator"


def test_a_password_is_changed_and_all_other_sessions_end(
    app: Flask, client: FlaskClient, session: Session, kim: User
) -> None:
    other = app.test_client()
    sign_in(other, kim.email, PASSWORD)
    sign_in(client, kim.email, PASSWORD)
    page = open_page(client, "/account")
    page = send(client, page, page.form("/account/password"), current=PASSWORD, password=NEW)
    assert (page.status, page.url) == (200, "/account")
    assert open_page(client, "/coordinator").url == "/coordinator"
    assert open_page(other, "/coordinator").url == "/sign-in"


@pytest.mark.parametrize(
    ("current", "password", "sentence"),
    [
        ("wrong", NEW, "That is not your present password."),
        (PASSWORD, "short", "Choose a password of at least 12 characters."),
    ],
)
def test_a_password_is_not_changed_without_the_present_one(
    client: FlaskClient, session: Session, kim: User, current: str, password: str, sentence: str
) -> None:
    sign_in(client, kim.email, PASSWORD)
    page = open_page(client, "/account")
    page = send(client, page, page.form("/account/password"), current=current, password=password)
    assert (page.status, sentence in page.text) == (422, True)
    session.expire_all()
    assert session.get_one(User, kim.id).password_hash == HASH


def test_a_coordinator_chooses_a_zone(client: FlaskClient, session: Session, kim: User) -> None:
    sign_in(client, kim.email, PASSWORD)
    page = open_page(client, "/account")
    assert ("zone", "America/New_York") in page.form("/account/zone").fields
    send(client, page, page.form("/account/zone"), zone="Asia/Calcutta")
    session.expire_all()
    assert session.get_one(User, kim.id).time_zone == "Asia/Kolkata"
    page = send(client, page, page.form("/account/zone"), zone="Mars/Olympus")
    assert (page.status, "That time zone is not known" in page.text) == (422, True)


def test_pages_of_accounts_are_kept_by_nobody(client: FlaskClient, kim: User) -> None:
    headers = [
        open_page(client, address).headers
        for address in (
            "/sign-in",
            f"/reset/{account_links.reset_token(SECRET, kim, datetime.now(UTC))}",
        )
    ]
    assert [(h["Cache-Control"], h["Referrer-Policy"]) for h in headers] == [
        ("no-store", "no-referrer")
    ] * 2


def test_a_closed_account_is_signed_out_at_once(
    client: FlaskClient, session: Session, kim: User
) -> None:
    sign_in(client, kim.email, PASSWORD)
    kim.active = False
    session.commit()
    assert open_page(client, "/coordinator").url == "/sign-in"
