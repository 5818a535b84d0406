"""Signing in in two steps, sessions listed and ended, and what coordinators do about them."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import SignedIn, User
from ambassadors.services import account_links, accounts, passwords, second_step
from ambassadors.services.settings import changing
from ambassadors.services.settings.changing import Save
from ambassadors.services.writing import write
from ambassadors.web.arriving import TOO_LONG
from ambassadors.web.proving import WRONG
from tests.factories import SECRET, make_user
from tests.web.browser import Page, open_page, send
from tests.web.staff import PASSWORD, as_coordinator, make_person, press
from tests.web.staff import sign_in as signed_in

HASH = passwords.hash_password(PASSWORD)
PAPER = re.compile(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}")


@pytest.fixture
def kim(session: Session) -> User:
    """A coordinator with a password."""
    return make_user(session, name="Kim Doe", email="kim@example.edu", password_hash=HASH)


@pytest.fixture
def phone(session: Session, kim: User) -> pyotp.TOTP:
    """Kim's phone: the second step is on, since ten minutes ago."""
    before = datetime.now(UTC) - timedelta(minutes=10)
    write(session, lambda s: second_step.start(s, SECRET, kim.id, before))
    app = pyotp.TOTP(second_step.pending_secret(session, SECRET, kim.id) or "")
    code = app.at(before)
    write(session, lambda s: second_step.confirm(s, SECRET, kim.id, code, before))
    return app


def sign_in(client: FlaskClient, password: str = PASSWORD, onward: str = "") -> Page:
    page = open_page(client, "/sign-in" + (f"?next={onward}" if onward else ""))
    return send(client, page, page.form("/sign-in"), email="kim@example.edu", password=password)


def enter(client: FlaskClient, page: Page, code: str) -> Page:
    return press(client, page, "/sign-in/code", code=code)


def now_shown(app: pyotp.TOTP) -> str:
    return app.at(datetime.now(UTC))


def rows(session: Session) -> list[SignedIn]:
    session.rollback()  # what others have written meanwhile
    return list(session.scalars(select(SignedIn).order_by(SignedIn.id)))


def test_it_is_set_up_with_a_picture_and_a_first_code_and_gives_ten_codes_once(
    client: FlaskClient, session: Session, kim: User
) -> None:
    sign_in(client)
    page = open_page(client, "/account/second-step")
    page = press(client, page, "/account/second-step/start", current="wrong")
    assert (page.status, "not your present password" in page.text) == (422, True)
    page = press(client, page, "/account/second-step/start", current=PASSWORD)
    key = second_step.pending_secret(session, SECRET, kim.id)
    assert key is not None
    assert (key in page.text, "<svg" in page.html, "style=" in page.html) == (True, True, False)
    page = press(client, page, "/account/second-step/confirm", code="000000")
    assert (page.status, second_step.is_on(session, kim.id)) == (422, False)
    before = client.get_cookie("session")
    page = press(client, page, "/account/second-step/confirm", code=now_shown(pyotp.TOTP(key)))
    assert len(set(PAPER.findall(page.text))) == 10
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    page = open_page(client, "/account/second-step")
    assert (PAPER.findall(page.text), "10 recovery codes are left" in page.text) == ([], True)


def test_the_password_alone_opens_nothing_and_the_code_goes_on_to_where_one_wanted(
    client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    page = sign_in(client, onward="/coordinator/chats")
    assert (page.url, rows(session)) == ("/sign-in/code", [])
    assert open_page(client, "/coordinator").url == "/sign-in"
    page = enter(client, open_page(client, "/sign-in/code"), "123456")
    assert (page.status, second_step.WRONG_CODE in page.text) == (422, True)
    page = enter(client, page, now_shown(phone))
    assert (page.status, page.url, len(rows(session))) == (200, "/coordinator/chats", 1)


def test_a_code_that_was_used_does_not_sign_another_browser_in(
    app: Flask, client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    code, thief = now_shown(phone), app.test_client()
    assert enter(client, sign_in(client), code).url == "/coordinator"
    page = enter(thief, sign_in(thief), code)
    assert (page.status, len(rows(session))) == (422, 1)


def test_after_five_wrong_codes_the_right_one_gets_the_same_answer(
    client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    page = sign_in(client)
    for _ in range(5):
        page = enter(client, page, "000000")
    pages = [enter(client, page, code) for code in ("000000", now_shown(phone))]
    assert [(p.status, second_step.TOO_MANY in p.text) for p in pages] == [(429, True)] * 2
    assert rows(session) == []


def test_whoever_is_throttled_does_not_learn_whether_the_password_was_right(
    client: FlaskClient, kim: User, phone: pyotp.TOTP
) -> None:
    """Also a right password counts, until the second step is done."""
    for number in range(10):
        sign_in(client, PASSWORD if number % 2 else "wrong")
    pages = [sign_in(client, password) for password in ("wrong", PASSWORD)]
    assert [(p.status, p.url, accounts.TOO_MANY_SIGN_INS in p.text) for p in pages] == [
        (429, "/sign-in", True)
    ] * 2


def test_a_wrong_password_is_told_like_that_of_somebody_without_a_second_step(
    client: FlaskClient, kim: User, phone: pyotp.TOTP
) -> None:
    page = sign_in(client, "wrong")
    assert (page.status, page.url, WRONG in page.text) == (422, "/sign-in", True)


def test_half_a_sign_in_ends_with_time_and_with_another_password(
    client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    page = sign_in(client)
    with client.session_transaction() as kept:
        began = datetime.now(UTC) - timedelta(minutes=11)
        kept["half"] = {**kept["half"], "at": began.isoformat()}
    late = enter(client, page, now_shown(phone))
    page = sign_in(client)
    kim.session_key = "another, as every change of the password makes it"
    session.commit()
    changed = enter(client, page, now_shown(phone))
    assert [(p.status, TOO_LONG in p.text) for p in (late, changed)] == [(409, True)] * 2


def test_a_link_by_mail_does_not_stand_for_the_second_step(
    client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    address = f"/reset/{account_links.reset_token(SECRET, kim, datetime.now(UTC))}"
    page = open_page(client, address)
    page = send(client, page, page.form(address), password="another horse, another battery")
    assert (page.url, rows(session)) == ("/sign-in/code", [])
    assert enter(client, page, now_shown(phone)).url == "/coordinator"


def test_it_is_turned_off_with_the_password(
    client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    page = open_page(signed_in(client, kim), "/account/second-step")
    page = press(client, page, "/account/second-step/off", current=PASSWORD)
    assert (page.url, second_step.is_on(session, kim.id)) == ("/account", False)
    assert "Turned the second step off" in page.text


def test_who_must_have_one_sets_it_up_before_anything_else(
    client: FlaskClient, session: Session, kim: User
) -> None:
    boss = make_user(session)
    must = Save("sign-in", {"second_step": "desk"}, 0, boss.id, datetime.now(UTC))
    write(session, lambda s: changing.save(s, must))
    page = sign_in(client, onward="/coordinator/chats")
    assert page.url == "/account/second-step"
    assert "Everybody at this desk needs a second step" in page.text
    press(client, page, "/account/second-step/start", current=PASSWORD)
    key = second_step.pending_secret(session, SECRET, kim.id)
    page = open_page(client, "/account/second-step")
    press(client, page, "/account/second-step/confirm", code=now_shown(pyotp.TOTP(key or "")))
    assert open_page(client, "/coordinator/chats").url == "/coordinator/chats"


def test_the_setting_says_how_many_are_asked(client: FlaskClient, session: Session) -> None:
    as_coordinator(client, session)
    make_user(session, "admissions", password_hash=HASH)
    page = open_page(client, "/coordinator/settings/sign-in")
    form = "/coordinator/settings/sign-in"
    page = press(client, page, f"{form}/preview", second_step="desk")
    assert "One person has none yet." in page.text
    page = press(client, page, form)
    assert (page.url, "must have one" in page.text) == ("/coordinator/settings", True)


def test_a_coordinator_resets_it_which_ends_sessions_and_is_written_down(
    app: Flask, client: FlaskClient, session: Session, kim: User, phone: pyotp.TOTP
) -> None:
    theirs = signed_in(app.test_client(), kim)
    page = open_page(as_coordinator(client, session), f"/coordinator/accounts/{kim.id}")
    page = press(client, page, f"/coordinator/accounts/{kim.id}/second-step/reset")
    assert "The second step was reset (Kim Doe)" in page.text
    assert open_page(theirs, "/coordinator").url == "/sign-in"
    assert sign_in(theirs).url == "/coordinator"


def test_sessions_are_listed_and_ended_one_by_one_and_all_others(
    app: Flask, client: FlaskClient, session: Session, kim: User
) -> None:
    signed_in(client, kim)
    others = [signed_in(app.test_client(), kim) for _ in range(3)]
    page = open_page(client, "/account")
    numbers = [row.id for row in rows(session)]
    assert [(f"/account/sessions/{n}/end" in page.html) for n in numbers] == [False] + [True] * 3
    press(client, page, f"/account/sessions/{numbers[1]}/end")
    stay = [open_page(one, "/coordinator").url for one in (client, *others)]
    assert stay == ["/coordinator", "/sign-in", "/coordinator", "/coordinator"]
    page = press(client, open_page(client, "/account"), "/account/sessions/end-others")
    assert ([row.id for row in rows(session)], "here alone now" in page.text) == (
        numbers[:1],
        True,
    )


def test_signing_out_leaves_other_browsers_signed_in(
    app: Flask, client: FlaskClient, kim: User
) -> None:
    other = signed_in(app.test_client(), kim)
    page = open_page(signed_in(client, kim), "/account")
    press(client, page, "/sign-out")
    assert [open_page(one, "/account").url for one in (client, other)] == ["/sign-in", "/account"]


def test_being_seen_is_noted_after_the_answer_and_not_at_once_again(
    client: FlaskClient, session: Session, kim: User
) -> None:
    signed_in(client, kim)
    row = rows(session)[0]
    row.seen_at = datetime.now(UTC) - timedelta(minutes=6)
    session.commit()
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    client.get("/account", headers=agent, buffered=True)
    seen = rows(session)[0]
    assert (seen.browser, datetime.now(UTC) - seen.seen_at < timedelta(minutes=1)) == (
        "Firefox on Linux",
        True,
    )


def test_a_coordinator_who_looks_through_other_eyes_sees_none_of_their_sessions(
    client: FlaskClient, session: Session
) -> None:

    ana = make_person(session)
    page = open_page(as_coordinator(client, session), f"/coordinator/ambassadors/{ana.id}")
    press(client, page, f"/coordinator/ambassadors/{ana.id}/look")
    page = open_page(client, "/account")
    assert ("Ana Almeida" in page.text, "Where you are signed in" in page.text) == (True, False)
    assert open_page(client, "/account/second-step").status == 409
