"""Signing in and out, links that set a password, one's own account, as pages."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.extensions import db
from ambassadors.models import Notice, User
from ambassadors.models.engine import WRITES
from ambassadors.services import accounts, passwords, roster
from ambassadors.services.writing import write
from ambassadors.web.account import WRONG
from tests.factories import SECRET, load_vocabulary, make_user
from tests.web.browser import Page, open_page, read, send
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


def test_an_invited_ambassador_chooses_a_password_and_is_active(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    now = datetime.now(UTC)
    row = write(session, lambda s: roster.invite(s, "bo@example.edu", "Bo Li", "UTC", now))
    address = f"/invitation/{accounts.invitation_token(SECRET, row.user, now)}"
    page = open_page(client, address)
    assert (page.status, "Welcome, Bo Li" in page.text) == (200, True)
    page = send(client, page, page.form(address), password="too short")
    assert (page.status, "at least 12 characters" in page.text) == (422, True)
    page = send(client, page, page.form(address), password=NEW)
    assert (page.status, page.url) == (200, "/ambassador")
    session.expire_all()
    assert (roster.find(session, row.id).status, row.user.password_hash is None) == (
        "active",
        False,
    )
    again = open_page(client, address)
    assert (again.status, accounts.WORN_OUT in again.text) == (404, True)


def test_a_link_that_is_used_twice_at_once_sets_one_password(
    app: Flask, client: FlaskClient, session: Session, kim: User
) -> None:
    address = f"/reset/{accounts.reset_token(SECRET, kim, datetime.now(UTC))}"
    other = app.test_client()
    first, second = open_page(client, address), open_page(other, address)
    assert send(client, first, first.form(address), password=NEW).url == "/coordinator"
    late = send(other, second, second.form(address), password="a third horse, a third one")
    assert (late.status, accounts.WORN_OUT in late.text) == (404, True)


def test_a_forgotten_password_is_set_anew_by_mail(
    client: FlaskClient, session: Session, kim: User
) -> None:
    page = open_page(client, "/forgotten")
    page = send(client, page, page.form("/forgotten"), email=kim.email)
    notice = session.scalars(select(Notice)).one()
    assert (page.url, notice.kind, notice.user_id) == ("/sign-in", "password-reset", kim.id)
    address = f"/reset/{accounts.reset_token(SECRET, kim, datetime.now(UTC))}"
    page = open_page(client, address)
    page = send(client, page, page.form(address), password=NEW)
    assert page.url == "/coordinator"
    send(client, page, page.form("/sign-out"))
    assert sign_in(client, kim.email, PASSWORD).status == 422
    assert sign_in(client, kim.email, NEW).url == "/coordinator"


def test_a_stranger_hears_the_same_about_a_forgotten_password(
    client: FlaskClient, session: Session, kim: User
) -> None:
    texts = []
    for email in (kim.email, "nobody@example.edu"):
        page = open_page(client, "/forgotten")
        texts.append(send(client, page, page.form("/forgotten"), email=email).text)
    assert texts[0] == texts[1]
    assert len(session.scalars(select(Notice)).all()) == 1


@pytest.mark.parametrize("email", ["", "kim", "kim@example.edu\nBcc: x@example.org", "x" * 10_000])
def test_what_is_no_address_is_said_to_be_none(
    client: FlaskClient, session: Session, email: str
) -> None:
    page = open_page(client, "/forgotten")
    page = send(client, page, page.form("/forgotten"), email=email)
    assert page.status == 422
    assert "mail address" in page.text


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
            f"/reset/{accounts.reset_token(SECRET, kim, datetime.now(UTC))}",
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


def test_an_expired_link_says_what_to_do(client: FlaskClient, kim: User) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    page = open_page(client, f"/reset/{accounts.reset_token(SECRET, kim, long_ago)}")
    assert page.status == 404
    assert page.link("Send me another link") == "/forgotten"


def test_a_chats_token_is_no_link_to_an_account(client: FlaskClient, kim: User) -> None:
    token = tokens.chat_token(SECRET, "manage", "00000000-0000-0000-0000-000000000001", "x")
    assert read(client.get(f"/reset/{token}")).status == 404


@pytest.mark.parametrize("purpose", ["reset", "invitation"])
def test_asking_for_the_head_of_a_link_shows_and_sets_nothing(
    client: FlaskClient, session: Session, kim: User, purpose: str
) -> None:
    token_of = getattr(accounts, f"{purpose}_token")
    address = f"/{purpose}/{token_of(SECRET, kim, datetime.now(UTC))}"
    answer = client.head(address, data={"password": NEW})
    session.refresh(kim)
    assert (answer.status_code, kim.password_hash) == (200, HASH)
