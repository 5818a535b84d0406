"""An offered time on its page: looked at, taken by one button, and too late."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.notices import ambassador
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.services.replies.offers import make_offer, offer_token
from ambassadors.services.writing import write
from tests.factories import SECRET, make_chat
from tests.web.browser import Page, open_page, send
from tests.web.staff import make_person

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHANGED = "The chat has changed since this time was proposed"


@pytest.fixture
def start() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * DAY


@pytest.fixture
def chat(session: Session, start: datetime) -> Chat:
    return make_chat(session, make_person(session), start, datetime.now(UTC))


def offered(session: Session, chat: Chat, start: datetime) -> str:
    """The link to a time that the ambassador proposed."""
    by, now = ambassador(chat.ambassador_id), datetime.now(UTC)
    offer = write(
        session, lambda s: make_offer(s, chat, "prospect", start, now, by, "The lab is shut then.")
    )
    return f"/offers/{offer_token(SECRET, offer)}"


def start_of(session: Session, chat: Chat) -> datetime:
    session.rollback()
    return booking.find_chat(session, chat.uid).starts_at


def press(client: FlaskClient, page: Page, link: str) -> Page:
    return send(client, page, page.form(link, "POST"))


def test_looking_shows_both_times_and_changes_nothing(client, session, chat, start):
    page = open_page(client, offered(session, chat, start + DAY))
    assert "Ana Almeida proposes another time" in page.text
    assert "The lab is shut then." in page.text
    assert "It stays there unless you say yes." in page.text
    assert start_of(session, chat) == start


def test_one_button_moves_the_chat_and_pressing_twice_is_pressing_once(
    client, session, chat, start
):
    link = offered(session, chat, start + DAY)
    before = open_page(client, link)
    for _ in range(2):
        page = press(client, before, link)
        assert (page.status, "Your chat is moved" in page.text) == (200, True)
    assert start_of(session, chat) == start + DAY
    (_, moved) = booking.find_chat(session, chat.uid).changes
    assert (moved.action, moved.reason) == ("moved", "Ana Almeida proposed this time.")


def test_a_time_that_was_taken_meanwhile_is_refused_and_the_chat_stays(
    client, session, chat, start
):
    link = offered(session, chat, start + DAY)
    before = open_page(client, link)
    make_chat(session, chat.ambassador, start + DAY, datetime.now(UTC), email="bo@example.org")
    page = press(client, before, link)
    assert (page.status, [tag for tag, given in page.tags if given.get("role") == "alert"]) == (
        409,
        ["div"],
    )
    assert start_of(session, chat) == start


def test_once_the_chat_has_changed_otherwise_the_link_counts_no_more(client, session, chat, start):
    link = offered(session, chat, start + DAY)
    before, who = open_page(client, link), Actor("prospect")
    write(session, lambda s: booking.move(s, chat.uid, start + HOUR, who, datetime.now(UTC)))
    assert (open_page(client, link).status, press(client, before, link).status) == (409, 409)
    assert CHANGED in open_page(client, link).text
    assert start_of(session, chat) == start + HOUR


def test_an_offered_time_that_is_over_is_refused(client, session, chat, start):
    link = offered(session, chat, start - 3 * DAY)
    page = press(client, open_page(client, link), link)
    assert page.status == 422
    assert start_of(session, chat) == start


def test_a_link_that_is_nobodys_is_no_page(client, session, chat, start):
    link = offered(session, chat, start + DAY)
    wrong = link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1]
    assert [client.get(one).status_code for one in (wrong, "/offers/x")] == [404, 404]
