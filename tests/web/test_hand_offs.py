"""Hand-offs on pages: "I can't make it", by a mailed link or signed in, and the question."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.models import Ambassador, Chat, HandOffAsk
from ambassadors.services import booking, handoffs
from ambassadors.services.letters import drop_out_token
from ambassadors.services.writing import write
from tests.factories import SECRET, make_ambassador, make_chat
from tests.web.browser import open_page, send
from tests.web.staff import as_ambassador

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)


@pytest.fixture
def ana(session: Session) -> Ambassador:
    """Has a chat in two days, at which Bo is free as well."""
    make_ambassador(session, "Bo Li", ALWAYS)
    return make_ambassador(session, "Ana Almeida", ALWAYS)


@pytest.fixture
def chat(session: Session, ana: Ambassador) -> Chat:
    now = datetime.now(UTC)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    return make_chat(session, ana, start, now)


def cannot(chat: Chat) -> str:
    return f"/cannot/{drop_out_token(SECRET, chat)}"


def question(session: Session, chat: Chat) -> str:
    """The link that Bo gets."""
    write(session, lambda s: handoffs.start(s, chat.uid, datetime.now(UTC)))
    ask = session.scalars(select(HandOffAsk)).one()
    return f"/take-over/{tokens.chat_token(SECRET, handoffs.PURPOSE, ask.uid, ask.nonce)}"


def test_looking_at_either_link_changes_nothing(client: FlaskClient, session: Session, chat: Chat):
    assert "You can’t make the chat with Priya Raman?" in client.get(cannot(chat)).text
    assert handoffs.last_search(session, chat.id) is None
    page = client.get(question(session, chat)).text
    assert "Ana Almeida cannot make it." in page
    assert handoffs.last_search(session, chat.id).status == "asking"


def test_by_the_mailed_link_somebody_else_is_asked(
    client: FlaskClient, session: Session, chat: Chat
):
    page = open_page(client, cannot(chat))
    page = send(client, page, page.form(cannot(chat)), reason="My exam was moved.")
    assert "We are asking somebody else" in page.text
    search = handoffs.last_search(session, chat.id)
    assert (search.reason, search.asking.name) == ("My exam was moved.", "Bo Li")


def test_too_long_a_reason_is_refused_beside_its_field(
    client: FlaskClient, session: Session, chat: Chat
):
    page = open_page(client, cannot(chat))
    page = send(client, page, page.form(cannot(chat)), reason="x" * 1001)
    assert (page.status, "longer than 1000 characters" in page.text) == (422, True)
    assert handoffs.last_search(session, chat.id) is None


def test_a_yes_makes_the_chat_theirs_and_ends_the_other_link(
    client: FlaskClient, session: Session, chat: Chat
):
    mine, link = cannot(chat), question(session, chat)
    page = open_page(client, link)
    page = send(client, page, page.form(link), "Yes, I take it")
    assert "The chat is yours now." in page.text
    session.rollback()
    assert booking.find_chat(session, chat.uid).ambassador.name == "Bo Li"
    assert client.get(mine).status_code == 404
    assert "You have taken this chat over already." in client.get(link).text


def test_a_no_when_nobody_else_is_free_cancels_the_chat(
    client: FlaskClient, session: Session, chat: Chat
):
    link = question(session, chat)
    before = open_page(client, link)
    page = send(client, before, before.form(link), "No, I can’t")
    assert "We ask somebody else." in page.text
    session.rollback()
    assert booking.find_chat(session, chat.uid).status == "cancelled"
    assert send(client, before, before.form(link), "Yes, I take it").status == 409


def test_signed_in_they_say_so_and_take_it_back(
    client: FlaskClient, session: Session, ana: Ambassador, chat: Chat
):
    own, address = as_ambassador(client, ana), f"/ambassador/chats/{chat.uid}"
    page = open_page(own, address)
    page = open_page(own, page.link("I can’t make it"))
    page = send(own, page, page.form(f"{address}/cannot"))
    assert "We are asking somebody else to take the chat over." in page.text
    assert "Bo Li (" in page.text
    page = send(own, page, page.form(f"{address}/take-back"))
    assert "The chat stays yours." in page.text
    assert handoffs.last_search(session, chat.id).status == "withdrawn"


def test_the_prospects_page_says_that_somebody_else_is_asked(
    client: FlaskClient, session: Session, chat: Chat
):
    question(session, chat)
    client.get(f"/c/{tokens.chat_token(SECRET, 'manage', chat.uid, chat.nonce)}")
    assert "Ana Almeida cannot make it. Your time stays" in client.get(f"/chats/{chat.uid}").text
