"""Links by mail that set a password, and asking for one."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.models import Notice, User
from ambassadors.services import account_links, passwords, roster
from ambassadors.services.writing import write
from tests.factories import SECRET, load_vocabulary, make_user
from tests.web.browser import Page, open_page, read, send
from tests.web.staff import PASSWORD

HASH = passwords.hash_password(PASSWORD)
NEW = "another horse, another battery"


@pytest.fixture
def kim(session: Session) -> User:
    """A coordinator with a password."""
    return make_user(session, name="Kim Doe", email="kim@example.edu", password_hash=HASH)


def sign_in(client: FlaskClient, email: str, password: str, address: str = "/sign-in") -> Page:
    page = open_page(client, address)
    return send(client, page, page.form("/sign-in"), email=email, password=password)


def test_an_invited_ambassador_chooses_a_password_and_is_active(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    now = datetime.now(UTC)
    row = write(session, lambda s: roster.invite(s, "bo@example.edu", "Bo Li", "UTC", now))
    address = f"/invitation/{account_links.invitation_token(SECRET, row.user, now)}"
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
    assert (again.status, account_links.WORN_OUT in again.text) == (404, True)


def test_a_link_that_is_used_twice_at_once_sets_one_password(
    app: Flask, client: FlaskClient, session: Session, kim: User
) -> None:
    address = f"/reset/{account_links.reset_token(SECRET, kim, datetime.now(UTC))}"
    other = app.test_client()
    first, second = open_page(client, address), open_page(other, address)
    assert send(client, first, first.form(address), password=NEW).url == "/coordinator"
    late = send(other, second, second.form(address), password="a third horse, a third one")
    assert (late.status, account_links.WORN_OUT in late.text) == (404, True)


def test_a_forgotten_password_is_set_anew_by_mail(
    client: FlaskClient, session: Session, kim: User
) -> None:
    page = open_page(client, "/forgotten")
    page = send(client, page, page.form("/forgotten"), email=kim.email)
    notice = session.scalars(select(Notice)).one()
    assert (page.url, notice.kind, notice.user_id) == ("/sign-in", "password-reset", kim.id)
    address = f"/reset/{account_links.reset_token(SECRET, kim, datetime.now(UTC))}"
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


def test_an_expired_link_says_what_to_do(client: FlaskClient, kim: User) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    page = open_page(client, f"/reset/{account_links.reset_token(SECRET, kim, long_ago)}")
    assert page.status == 404
    assert page.link("Send me another link") == "/forgotten"


def test_a_chats_token_is_no_link_to_an_account(client: FlaskClient, kim: User) -> None:
    token = tokens.chat_token(SECRET, "manage", "00000000-0000-0000-0000-000000000001", "x")
    assert read(client.get(f"/reset/{token}")).status == 404


@pytest.mark.parametrize("purpose", ["reset", "invitation"])
def test_asking_for_the_head_of_a_link_shows_and_sets_nothing(
    client: FlaskClient, session: Session, kim: User, purpose: str
) -> None:
    token_of = getattr(account_links, f"{purpose}_token")
    address = f"/{purpose}/{token_of(SECRET, kim, datetime.now(UTC))}"
    answer = client.head(address, data={"password": NEW})
    session.refresh(kim)
    assert (answer.status_code, kim.password_hash) == (200, HASH)
