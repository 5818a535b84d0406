"""Hand-offs: who is asked, what each answer brings, and what the prospect hears at each turn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.jobs import tick
from ambassadors.models import Chat, HandOff, HandOffAsk
from ambassadors.services import booking, handoffs, oversight
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat
from tests.mailbox import Letter, read_folder

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
THESIS, PROJECT = ("track/thesis",), ("track/project",)


def start(session: Session, chat: Chat, now: datetime, reason: str = "") -> HandOff:
    return write(session, lambda s: handoffs.start(s, chat.uid, now, reason))


def asks(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.scalars(select(HandOffAsk).order_by(HandOffAsk.id))
    return [(ask.ambassador.name, ask.answer) for ask in rows]


def ask_of(session: Session, name: str) -> HandOffAsk:
    rows = session.scalars(select(HandOffAsk))
    return next(one for one in rows if one.ambassador.name == name)


def mails(app: Flask, name: str, since: int = 0) -> list[str]:
    """Subjects of the mails to somebody, by the start of their address."""
    return [letter.subject for letter in letters(app)[since:] if letter.to.startswith(name)]


def letters(app: Flask) -> list[Letter]:
    url = app.extensions["settings"].mail_url
    return read_folder(Path(url.removeprefix("file://")))


@pytest.fixture
def chat(session: Session, now: datetime) -> Chat:
    """Ana's chat with Priya about the thesis; Bo fits as well, Cy less, Di is never free then."""
    ana = make_ambassador(session, "Ana Almeida", interests=THESIS)
    make_ambassador(session, "Cy Fox", interests=PROJECT)
    make_ambassador(session, "Bo Li", interests=THESIS)
    make_ambassador(session, "Di Roe", "Fri 09:00-12:00", interests=THESIS)
    return make_chat(session, ana, WEDNESDAY, now, email="priya@example.org")


def test_the_best_match_who_is_free_then_is_asked_first(session, chat, now):
    start(session, chat, now)
    assert asks(session) == [("Bo Li", "")]
    assert ask_of(session, "Bo Li").expires_at == now + 12 * HOUR


def test_saying_it_twice_is_saying_it_once(session, chat, now):
    first = start(session, chat, now)
    assert start(session, chat, now + HOUR).id == first.id
    assert asks(session) == [("Bo Li", "")]


def test_who_gave_a_chat_away_cannot_drop_out_for_whoever_has_it_now(session, chat, now):
    start(session, chat, now)
    ana, bo = chat.ambassador_id, ask_of(session, "Bo Li").uid
    write(session, lambda s: handoffs.accept(s, bo, now))
    with pytest.raises(Refused, match="Somebody else has this chat"):
        write(session, lambda s: handoffs.start(s, chat.uid, now, "", ana))
    assert asks(session) == [("Bo Li", "yes")]


def test_whoever_says_yes_has_the_chat_and_it_stays_the_same_entry(session, chat, now):
    uid, sequence = chat.uid, chat.sequence
    start(session, chat, now)
    ask = ask_of(session, "Bo Li")
    write(session, lambda s: handoffs.accept(s, ask.uid, now + HOUR))
    chat = booking.find_chat(session, uid)
    assert (chat.ambassador.name, chat.sequence, chat.starts_at) == (
        "Bo Li",
        sequence + 1,
        WEDNESDAY,
    )
    assert handoffs.last_search(session, chat.id).status == "taken"


def test_saying_yes_twice_is_saying_it_once(session, chat, now):
    start(session, chat, now)
    ask = ask_of(session, "Bo Li")
    for minutes in (1, 2):
        later = now + minutes * MINUTE
        write(session, lambda s, later=later: handoffs.accept(s, ask.uid, later))
    assert booking.find_chat(session, chat.uid).version == chat.version
    assert asks(session) == [("Bo Li", "yes")]


def test_after_a_no_the_next_one_is_asked(session, chat, now):
    start(session, chat, now)
    write(session, lambda s: handoffs.decline(s, ask_of(s, "Bo Li").uid, now + HOUR))
    assert asks(session) == [("Bo Li", "no"), ("Cy Fox", "")]


def test_how_often_somebody_can_be_counted_on_knows_of_hand_offs(session, chat, now):
    start(session, chat, now)
    bo = ask_of(session, "Bo Li")
    write(session, lambda s: handoffs.decline(s, bo.uid, now))
    people = oversight.list_ambassadors(session, oversight.PersonFilter(), now)
    assert [(one.name, one.figures.acceptance) for one in people] == [
        ("Ana Almeida", 0.5),  # the chat is still hers, and she said that she cannot come
        ("Bo Li", 0.0),
        ("Cy Fox", None),
        ("Di Roe", None),
    ]


def test_without_an_answer_the_next_one_is_asked_when_time_is_up(app, session, chat, now):
    start(session, chat, now)
    tick(app, now + 12 * HOUR - MINUTE)
    assert asks(session) == [("Bo Li", "")]
    tick(app, now + 12 * HOUR)
    assert asks(session) == [("Bo Li", "expired"), ("Cy Fox", "")]


def test_a_late_yes_is_refused(session, chat, now):
    start(session, chat, now)
    ask = ask_of(session, "Bo Li")
    with pytest.raises(Refused, match=r"Somebody else is being asked by now\."):
        write(session, lambda s: handoffs.accept(s, ask.uid, now + 12 * HOUR))
    assert booking.find_chat(session, chat.uid).ambassador.name == "Ana Almeida"


def test_who_is_not_free_any_more_is_told_and_the_next_one_asked(session, chat, now):
    start(session, chat, now)
    ask = ask_of(session, "Bo Li")
    make_chat(session, ask.ambassador, WEDNESDAY, now, email="other@example.org")
    with pytest.raises(Refused, match="You are not free at that time any more"):
        write(session, lambda s: handoffs.accept(s, ask.uid, now + HOUR))
    assert asks(session) == [("Bo Li", "no"), ("Cy Fox", "")]


def test_when_nobody_can_the_chat_is_cancelled_and_the_nearest_other_times_are_offered(
    app, session, chat, now
):
    start(session, chat, now, "My exam was moved.")
    for name in ("Bo Li", "Cy Fox"):
        write(session, lambda s, name=name: handoffs.decline(s, ask_of(s, name).uid, now + HOUR))
    assert booking.find_chat(session, chat.uid).status == "cancelled"
    search = session.scalars(select(HandOff)).one()
    assert search.status == "nobody"
    assert [one["start"][:16] for one in search.alternatives] == [
        "2027-03-03T14:30",
        "2027-03-03T14:15",
        "2027-03-05T14:00",
    ]
    tick(app, now + HOUR + MINUTE)
    told = [letter for letter in letters(app) if letter.to == "priya@example.org"][-1]
    assert told.method == "CANCEL"
    assert "Ana Almeida cannot make it, and nobody else is free at that time." in told.text
    assert "My exam was moved." in told.text
    assert len([link for link in told.links if "/book?ambassador=" in link]) == 3


def test_the_prospect_hears_once_at_each_turn(app, session, chat, now):
    tick(app, now)
    before = len(letters(app))
    start(session, chat, now + MINUTE, "I am ill.")
    tick(app, now + MINUTE)
    assert mails(app, "priya", before) == [
        "Ana Almeida cannot make it: we are asking somebody else"
    ]
    write(session, lambda s: handoffs.decline(s, ask_of(s, "Bo Li").uid, now + HOUR))
    tick(app, now + HOUR)
    assert mails(app, "priya", before + 2) == []
    before = len(letters(app))
    write(session, lambda s: handoffs.accept(s, ask_of(s, "Cy Fox").uid, now + 2 * HOUR))
    tick(app, now + 2 * HOUR)
    (told,) = [letter for letter in letters(app)[before:] if letter.to == "priya@example.org"]
    assert (told.method, str(told.entry["UID"])) == ("REQUEST", chat.uid)
    assert "Cy Fox talks with you in place of Ana Almeida." in told.text


def test_taken_before_the_mail_left_the_prospect_hears_only_of_the_end(app, session, chat, now):
    tick(app, now)
    before = len(letters(app))
    start(session, chat, now + MINUTE)
    write(session, lambda s: handoffs.accept(s, ask_of(s, "Bo Li").uid, now + MINUTE))
    tick(app, now + MINUTE)
    assert mails(app, "priya", before) == [
        "Changed: chat with Bo Li, Wednesday, March 3, 2027, 8:30 pm (Kolkata)"
    ]


def test_within_three_hours_of_the_start_the_chat_is_cancelled_at_once(session, chat, now):
    start(session, chat, WEDNESDAY - 2 * HOUR)
    assert (asks(session), booking.find_chat(session, chat.uid).status) == ([], "cancelled")


def test_they_can_after_all_and_the_prospect_is_told(app, session, chat, now):
    start(session, chat, now)
    tick(app, now)
    before = len(letters(app))
    write(session, lambda s: handoffs.take_back(s, chat.uid, now + HOUR))
    tick(app, now + HOUR)
    assert mails(app, "priya", before) == ["Ana Almeida can make it after all"]
    assert asks(session) == [("Bo Li", "overtaken")]
    with pytest.raises(Refused, match="Nobody is being asked"):
        write(session, lambda s: handoffs.take_back(s, chat.uid, now + 2 * HOUR))


@pytest.mark.parametrize("change", ["moved", "cancelled", "handed over"])
def test_a_chat_that_is_changed_otherwise_needs_nobody_any_more(app, session, chat, now, change):
    start(session, chat, now)
    ask, prospect, desk = ask_of(session, "Bo Li"), Actor("prospect"), Actor("coordinator")
    later = now + HOUR
    changes = {
        "moved": lambda s: booking.move(s, chat.uid, WEDNESDAY + HOUR, prospect, later),
        "cancelled": lambda s: booking.cancel(s, chat.uid, prospect, later),
        "handed over": lambda s: booking.hand_over(s, chat.uid, ask.ambassador_id, desk, later),
    }
    write(session, changes[change])
    with pytest.raises(Refused):
        write(session, lambda s: handoffs.accept(s, ask.uid, later))
    tick(app, later)
    assert handoffs.last_search(session, chat.id).status == "withdrawn"
    assert asks(session) == [("Bo Li", "overtaken")]


def test_a_second_search_may_follow_the_first(session, chat, now):
    start(session, chat, now)
    write(session, lambda s: handoffs.accept(s, ask_of(s, "Bo Li").uid, now + HOUR))
    start(session, chat, now + 2 * HOUR)
    assert asks(session) == [("Bo Li", "yes"), ("Ana Almeida", "")]


def test_the_auditor_counts_a_hand_off_that_was_taken_without_a_yes(session, chat, now):
    hand_off = start(session, chat, now)
    hand_off.status = "taken"
    session.flush()
    assert audit(session) == {
        "hand-offs taken by whom the chat was never handed to": 1,
        "hand-offs taken without exactly one yes, or not taken with one": 1,
        "open questions of hand-offs that are over": 1,
    }
    session.rollback()
