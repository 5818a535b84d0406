"""What came in by mail, as coordinators see it: what is held is applied, or dismissed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT
from ambassadors.core.replies import Wish
from ambassadors.models import Chat, InboxMessage, Participation
from ambassadors.services.replies.outcomes import written_down
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_chat
from tests.web.browser import Form, Page, open_page, send
from tests.web.staff import make_person

INBOX = "/coordinator/inbox"
DAY = timedelta(days=1)


@pytest.fixture
def chat(session: Session) -> Chat:
    now = datetime.now(UTC)
    start = now.replace(minute=0, second=0, microsecond=0) + 2 * DAY
    return make_chat(session, make_person(session), start, now)


def hold(session: Session, chat: Chat | None, number: int = 1, answer: str = "ACCEPTED") -> int:
    """A mail that waits for a person: an answer, or words when no chat is given."""
    now = datetime.now(UTC)
    wish = Wish("REPLY", chat.uid, None, now, "friend@example.com", answer) if chat else None
    row = InboxMessage(
        key=f"maildir:{number}",
        arrived_at=now,
        kind="wish" if wish else "words",
        sender="priya@work.example.com",
        subject=f"Re: our chat {number}",
        chat_id=chat.id if chat else None,
        facts=written_down(wish) if wish else {},
        outcome="held",
        sentence="It came from an address that is not the one of Priya Raman.",
    )
    write(session, lambda s: s.add(row))
    return row.id


def decide(desk: FlaskClient, page: Page, action: str, **typed: str) -> Page:
    """Presses one of a mail's buttons."""
    return send(desk, page, page.form(f"{INBOX}/{action}", "POST"), **typed)


def test_an_answer_from_another_address_is_applied_as_the_prospects(desk, session, chat):
    mail = hold(session, chat)
    page = open_page(desk, INBOX)
    assert "Re: our chat 1" in page.text
    page = decide(desk, page, f"{mail}/apply", who="prospect")
    assert "Priya Raman accepted." in page.text
    session.rollback()
    (said,) = session.scalars(select(Participation))
    assert (said.recipient, said.answer) == (PROSPECT, "ACCEPTED")
    row = session.get_one(InboxMessage, mail)
    assert (row.outcome, row.handler.name, row.recipient) == ("applied", "Kim Doe", PROSPECT)
    assert "Re: our chat 1" not in page.text
    assert "(Kim Doe)" in open_page(desk, f"{INBOX}?outcome=applied").text


def test_a_mail_is_decided_once(desk, session, chat):
    mail = hold(session, chat)
    before = open_page(desk, INBOX)
    assert "The mail is dismissed." in decide(desk, before, f"{mail}/dismiss").text
    page = decide(desk, before, f"{mail}/apply", who="prospect")
    assert "Somebody has dealt with this mail already." in page.text
    session.rollback()
    assert session.scalars(select(Participation)).all() == []
    assert session.get_one(InboxMessage, mail).outcome == "dismissed"


def test_words_can_only_be_dismissed_and_nobody_answers_for_a_third_person(desk, session, chat):
    words, answer = hold(session, None, 1), hold(session, chat, 2)
    page = open_page(desk, INBOX)
    actions = [form.action for form in page.forms if form.action.startswith(f"{INBOX}/")]
    assert actions == [
        f"{INBOX}/{answer}/apply",
        f"{INBOX}/{answer}/dismiss",
        f"{INBOX}/{words}/dismiss",
    ]
    forged = Form(f"{INBOX}/{words}/apply", "POST", page.form(f"{INBOX}/{answer}/apply").fields)
    for form, who in ((forged, "prospect"), (page.form(f"{INBOX}/{answer}/apply"), "friend")):
        told = send(desk, page, form, who=who)
        assert "There is no answer in this mail that could be applied." in told.text
    session.rollback()
    assert {row.outcome for row in session.scalars(select(InboxMessage))} == {"held"}


def test_the_list_takes_as_many_queries_for_three_mails_as_for_one(desk, session, chat):
    taken, number = [], 0
    for rows in (1, 2):
        for _ in range(rows):
            number += 1
            hold(session, chat, number)
        open_page(desk, INBOX)  # what is kept in memory is read once
        session.rollback()
        session.expire_all()
        with counted() as statements:
            open_page(desk, INBOX)
        taken.append(len([one for one in statements if one.startswith("SELECT")]))
    assert taken[0] == taken[1]
