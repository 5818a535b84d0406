"""After the chat: two words on one chat, notes, reports, follow-ups, blocked people."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Block, Chat, Concern, FollowUp, WaitingRequest
from ambassadors.services import (
    blocks,
    booking,
    chat_notes,
    concerns,
    feedback,
    follow_ups,
    waiting,
)
from ambassadors.services.feedback import Said
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import SECRET, make_ambassador, make_chat, make_hold, make_user
from tests.services.test_idempotency import WEDNESDAY

TALKED = Said("talked", 4, "How do I pay?")
MISSED, ABSENT = Said("prospect-missed"), Said("ambassador-missed")


@pytest.fixture
def past(session, now) -> Chat:
    return make_chat(session, make_ambassador(session), WEDNESDAY, now)


@pytest.fixture
def later() -> datetime:
    return WEDNESDAY + timedelta(hours=2)


def mark(session, chat, status, now, kind="ambassador"):
    actor = Actor(kind, chat.ambassador.user_id)
    write(session, lambda s: booking.finish(s, chat.uid, status, actor, now))


def say(session, chat, said, now):
    return write(session, lambda s: feedback.answer(s, chat.uid, said, now))


def status(session, chat):
    session.expire_all()
    return session.get_one(Chat, chat.id).status


@pytest.mark.parametrize(
    ("said", "becomes"), [(TALKED, "completed"), (MISSED, "no_show"), (ABSENT, "no_show")]
)
def test_a_prospects_word_marks_a_chat_that_nobody_marked(session, past, later, said, becomes):
    say(session, past, said, later)
    assert status(session, past) == becomes


def test_a_prospect_who_corrects_themselves_corrects_the_mark(session, past, later):
    say(session, past, MISSED, later)
    say(session, past, TALKED, later)
    assert status(session, past) == "completed"


def test_an_ambassadors_mark_stays_whatever_the_prospect_says(session, past, later):
    mark(session, past, "no_show", later)
    say(session, past, TALKED, later)
    assert status(session, past) == "no_show"
    assert [chat.uid for chat, _ in feedback.disagreements(session)] == [past.uid]


def test_an_ambassador_overrules_a_prospects_mark_and_the_coordinator_sees_it(session, past, later):
    say(session, past, TALKED, later)
    assert feedback.disagreements(session) == []
    mark(session, past, "no_show", later)
    assert [said.outcome for _, said in feedback.disagreements(session)] == ["talked"]


def test_a_coordinators_verdict_ends_it_and_nobody_else_marks_the_chat(session, past, later):
    mark(session, past, "completed", later)
    say(session, past, ABSENT, later)
    kim = Actor("coordinator", make_user(session).id)
    write(session, lambda s: feedback.settle(s, past.uid, "ambassador-missed", kim, later))
    assert (status(session, past), feedback.disagreements(session)) == ("no_show", [])
    with pytest.raises(Refused, match="A coordinator has decided"):
        mark(session, past, "completed", later)
    say(session, past, TALKED, later)
    assert (status(session, past), len(feedback.disagreements(session))) == ("no_show", 1)


def test_the_same_answer_again_leaves_the_verdict(session, past, later):
    mark(session, past, "completed", later)
    say(session, past, ABSENT, later)
    kim = Actor("coordinator", make_user(session).id)
    write(session, lambda s: feedback.settle(s, past.uid, "talked", kim, later))
    row = say(session, past, ABSENT, later)
    assert (row.verdict, row.verdict_by_id) == ("talked", kim.user_id)


def test_what_nobody_said_is_not_settled(session, past, later):
    with pytest.raises(Refused) as refusal:
        write(
            session, lambda s: feedback.settle(s, past.uid, "talked", Actor("coordinator"), later)
        )
    assert refusal.value.status == 409


def test_a_rating_belongs_to_a_chat_that_took_place(session, past, later):
    row = say(session, past, Said("prospect-missed", 5, "Another time?"), later)
    assert (row.rating, row.still_open) == (None, "Another time?")


def test_who_wants_to_be_written_to_is_listed_until_it_is_done(session, past, later):
    say(session, past, TALKED, later)
    row = write(session, lambda s: follow_ups.ask_for(s, past, True, later))
    page = follow_ups.find_follow_ups(session, "open", 1)
    assert [(one.chat.uid, words) for one, words in page.items] == [(past.uid, "How do I pay?")]
    assert follow_ups.write_csv(session, "open").splitlines()[1].split(",")[1] == "Priya Raman"
    kim = make_user(session).id
    write(session, lambda s: follow_ups.finish(s, row.id, kim, later))
    assert (follow_ups.count_open(session), follow_ups.write_csv(session, "open").count("\n")) == (
        0,
        1,
    )
    write(session, lambda s: follow_ups.ask_for(s, past, True, later))
    assert session.scalars(select(FollowUp.state)).all() == ["open"]
    write(session, lambda s: follow_ups.ask_for(s, past, False, later))
    assert session.execute(select(FollowUp.state, FollowUp.done_by_id)).all() == [("done", None)]


def test_a_report_sent_twice_is_there_once_and_is_closed_with_a_note(session, past, later):
    for side in ("prospect", "prospect", "ambassador"):
        write(session, lambda s, side=side: concerns.report(s, past, side, "Not nice.", later))
    assert [one.side for one in concerns.open_reports(session)] == ["prospect", "ambassador"]
    kim, first = make_user(session).id, concerns.open_reports(session)[0].id
    write(session, lambda s: concerns.close(s, first, "Spoke to both.", kim, later))
    assert (concerns.count_open(session), len(concerns.find_closed(session, 1).items)) == (1, 1)
    closed = session.get_one(Concern, first)
    assert (closed.note, closed.closed_by_id, closed.closed_at) == ("Spoke to both.", kim, later)


def test_a_sixth_report_within_the_hour_is_refused(session, past, later):
    for number in range(5):
        text = f"Number {number}"
        write(session, lambda s, text=text: concerns.report(s, past, "prospect", text, later))
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: concerns.report(s, past, "prospect", "One more", later))
    assert refusal.value.status == 429


def test_a_note_is_kept_changed_and_taken_away(session, past, later):
    user = past.ambassador.user_id
    kept = []
    for text in ("On theses", "On theses and labs", "  "):
        write(session, lambda s, text=text: chat_notes.write_note(s, past, text, user, later))
        note = chat_notes.find_note(session, past)
        kept.append(note.text if note else None)
    assert kept == ["On theses", "On theses and labs", None]


BLOCKED = "pat@example.org"


def shut_out(session, now, email=BLOCKED):
    kim = make_user(session).id
    return write(session, lambda s: blocks.block(s, email, "Rude twice.", kim, now))


def test_who_is_blocked_can_hold_nothing_under_any_spelling(session, now):
    ana = make_ambassador(session)
    shut_out(session, now)
    for email in ("pat@example.org", "Pat+2@Example.ORG"):
        with pytest.raises(Refused) as refusal:
            make_hold(session, ana, WEDNESDAY, now, email=email)
        assert (refusal.value.status, refusal.value.text) == (409, blocks.NOT_HERE)
    assert make_hold(session, ana, WEDNESDAY, now, email="patty@example.org").status == "held"


def test_who_is_blocked_while_they_hold_a_time_cannot_confirm_it(session, now):
    held = make_hold(session, make_ambassador(session), WEDNESDAY, now, email=BLOCKED)
    shut_out(session, now)
    code = tokens.code(SECRET, held.uid, held.nonce, BLOCKED)
    with pytest.raises(Refused, match="programme’s office"):
        write(session, lambda s: booking.confirm(s, held.uid, code, now, SECRET))
    assert status(session, held) == "held"


def test_who_is_blocked_moves_nothing_but_may_cancel(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now, email=BLOCKED)
    row = shut_out(session, now)
    assert [one.uid for one in blocks.live_chats(session, row, now)] == [chat.uid]
    start, actor = WEDNESDAY + timedelta(hours=1), Actor("prospect")
    with pytest.raises(Refused, match="programme’s office"):
        write(session, lambda s: booking.move(s, chat.uid, start, actor, now))
    write(session, lambda s: booking.cancel(s, chat.uid, actor, now))
    assert (status(session, chat), blocks.live_chats(session, row, now)) == ("cancelled", [])


def test_who_is_blocked_asks_for_nothing_and_what_waits_is_closed(session, now):
    make_ambassador(session)
    ask = Ask("Pat", "pat+aim@example.org", "Asia/Kolkata", ["track/thesis"])
    write(session, lambda s: waiting.ask(s, ask, now))
    shut_out(session, now)
    session.expire_all()
    assert session.scalars(select(WaitingRequest.state)).all() == ["closed"]
    with pytest.raises(Refused, match="programme’s office"):
        write(session, lambda s: waiting.ask(s, ask, now))


def test_a_person_is_blocked_once_and_let_in_again(session, now):
    row = shut_out(session, now)
    with pytest.raises(Refused, match="blocked already"):
        shut_out(session, now, "PAT+x@example.org")
    kim = make_user(session).id
    write(session, lambda s: blocks.lift(s, row.id, kim, now))
    assert make_chat(session, make_ambassador(session), WEDNESDAY, now, email=BLOCKED).uid
    shut_out(session, now)
    ended = [one.lifted_by_id for one in session.scalars(select(Block).order_by(Block.id))]
    assert ended == [kim, None]


def test_a_correction_of_the_address_to_a_blocked_one_is_refused(session, now):
    held = make_hold(session, make_ambassador(session), WEDNESDAY, now, email="free@example.org")
    shut_out(session, now)
    with pytest.raises(Refused, match="programme’s office"):
        write(session, lambda s: booking.correct_email(s, held.uid, BLOCKED, now))
