"""Prospects ask to be matched, and answer the question after a chat."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.models import Chat, ChatChange, Concern, Feedback, FollowUp, Notice, WaitingRequest
from ambassadors.services.writing import write
from tests.factories import SECRET, load_vocabulary, make_ambassador, make_chat
from tests.web.browser import open_page, send
from tests.web.test_prospect_booking import WHO

ASKED = "interest=topic/additive&most=topic/additive&language=en&zone=Asia/Calcutta"


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(WaitingRequest)) or 0


def test_a_request_keeps_what_was_chosen(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    page = open_page(client, f"/request?{ASKED}")
    done = send(client, page, page.form("/request"), **WHO)
    assert (done.url, "Your request has arrived" in done.text) == ("/requested", True)
    session.rollback()
    row = session.scalars(select(WaitingRequest)).one()
    assert (row.interests, row.most, row.languages, row.time_zone, row.question, row.state) == (
        ["topic/additive"],
        ["topic/additive"],
        ["en"],
        "Asia/Kolkata",
        "Which lab?",
        "waiting",
    )


def test_a_request_without_interests_asks_for_them(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    page = open_page(client, "/request?zone=Asia/Kolkata")
    wrong = send(client, page, page.form("/request"), **WHO)
    assert (wrong.status, wrong.text.count("Please choose at least one interest.")) == (422, 2)
    done = send(client, wrong, wrong.form("/request"), interest="track/thesis")
    assert (done.url, count(session)) == ("/requested", 1)


def test_a_request_stays_in_the_language_of_its_address(client: FlaskClient, session: Session):
    load_vocabulary(session)
    page = open_page(client, f"/request?{ASKED}&lang=es")
    wrong = send(client, page, page.form("/request"), **{**WHO, "email": ""})
    assert (wrong.status, '<html lang="es"' in wrong.html) == (422, True)
    send(client, wrong, wrong.form("/request"), email=WHO["email"])
    session.rollback()
    assert session.scalars(select(WaitingRequest.locale)).all() == ["es"]


def test_without_scripts_a_request_asks_for_the_zone(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    page = open_page(client, "/request?interest=track/thesis")
    wrong = send(client, page, page.form("/request"), **WHO)
    assert (wrong.status, "That time zone is not known." in wrong.text) == (422, True)
    done = send(client, wrong, wrong.form("/request"), zone="Europe/Berlin")
    assert (done.url, count(session)) == ("/requested", 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Please say your name."),
        ({"email": "x" * 10_000}, "A mail address has at most 254 characters."),
        ({"question": "x" * 10_000}, "The question is longer than 2000 characters."),
        ({"interest": "track/dance"}, "is not an interest of this programme."),
        ({"zone": "Mars/Base"}, "That time zone is not known."),
    ],
)
def test_a_malformed_request_is_refused_and_nothing_is_written(
    client: FlaskClient, session: Session, changed: dict[str, str], sentence: str
) -> None:
    load_vocabulary(session)
    page = open_page(client, f"/request?{ASKED}")
    answer = send(client, page, page.form("/request"), **{**WHO, **changed})
    assert (answer.status, sentence in answer.text, count(session)) == (422, True, 0)


def past_chat(session: Session) -> Chat:
    """A chat that took place long ago, all its mails sent."""
    ambassador = make_ambassador(session, hours="Mon 00:00-24:00; Tue 00:00-24:00; Wed 00:00-24:00")
    now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    chat = make_chat(session, ambassador, now + timedelta(days=1), now)
    write(session, lambda s: s.execute(update(Notice).values(state="sent", sent_at=Notice.due_at)))
    return chat


def feedback_address(chat: Chat) -> str:
    return f"/feedback/{tokens.chat_token(SECRET, 'feedback', chat.uid, chat.nonce)}"


TALKED = {"outcome": "talked", "rating": "4"}


def test_the_questions_after_a_chat_are_answered_once_more_if_one_likes(
    client: FlaskClient, session: Session
) -> None:
    chat = past_chat(session)
    page = open_page(client, feedback_address(chat))
    choices = page.forms[-1].choices
    assert choices["outcome"] == ["talked", "ambassador-missed", "prospect-missed"]
    assert choices["rating"] == ["1", "2", "3", "4", "5"]
    thanks = send(client, page, page.forms[-1], **TALKED, still_open="More on labs,\nplease.")
    assert "Thank you" in thanks.text
    page = open_page(client, feedback_address(chat))
    kept = dict(page.forms[-1].fields)
    assert (kept["rating"], kept["still_open"]) == ("4", "More on labs,\nplease.")
    send(client, page, page.forms[-1], rating="5", still_open="")
    session.rollback()
    rows = session.execute(select(Feedback.outcome, Feedback.rating, Feedback.still_open)).all()
    assert [tuple(row) for row in rows] == [("talked", 5, "")]


@pytest.mark.parametrize(
    "typed",
    [
        {"outcome": "maybe", "rating": "4"},
        {"outcome": "talked"},
        {"outcome": "talked", "rating": "6"},
        {**TALKED, "still_open": "x" * 10_000},
        {**TALKED, "concern": "x" * 10_000},
    ],
)
def test_an_answer_that_is_none_is_refused(
    client: FlaskClient, session: Session, typed: dict[str, str]
) -> None:
    chat = past_chat(session)
    page = open_page(client, feedback_address(chat))
    answer = send(client, page, page.forms[-1], **typed)
    assert answer.status == 422
    session.rollback()
    assert session.scalars(select(ChatChange.action)).all() == ["confirmed"]


def test_who_wants_it_is_written_to_and_what_was_not_right_is_reported(
    client: FlaskClient, session: Session
) -> None:
    chat = past_chat(session)
    page = open_page(client, feedback_address(chat))
    form = page.forms[-1]
    send(client, page, form, **TALKED, follow_up="yes", concern="They asked for money.")
    session.rollback()
    assert session.scalars(select(FollowUp.state)).all() == ["open"]
    assert [(one.side, one.text) for one in session.scalars(select(Concern))] == [
        ("prospect", "They asked for money.")
    ]


def test_the_question_waits_for_the_end_of_the_chat(client: FlaskClient, session: Session) -> None:
    ambassador = make_ambassador(session)
    page = open_page(client, "/ambassadors/1?zone=UTC")
    start = datetime.fromisoformat(page.form("/book").choices["start"][0])
    chat = make_chat(session, ambassador, start, datetime.now(UTC))
    assert open_page(client, feedback_address(chat)).status == 409


def test_a_link_for_another_purpose_does_not_open_the_question(
    client: FlaskClient, session: Session
) -> None:
    chat = past_chat(session)
    manage = tokens.chat_token(SECRET, "manage", chat.uid, chat.nonce)
    assert open_page(client, f"/feedback/{manage}").status == 404


def test_a_request_keeps_the_waking_hours_that_were_looked_with(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    page = open_page(client, f"/request?{ASKED}&wake=05:30&sleep=23:00")
    assert [pair for pair in page.form("/request").fields if pair[0] in ("wake", "sleep")] == [
        ("wake", "05:30"),
        ("sleep", "23:00"),
    ]
    wrong = send(client, page, page.form("/request"), **WHO, wake="23:00")
    assert (wrong.status, wrong.text.count("Waking hours begin before they end")) == (422, 2)
    send(client, wrong, wrong.form("/request"), wake="06:00", sleep="24:00")
    session.rollback()
    assert session.scalars(select(WaitingRequest)).one().awake.texts == ("06:00", "24:00")
