"""Confirmed chats changed: moved, cancelled, handed over, finished, another place."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Chat, ChatChange, Notice
from ambassadors.services import booking
from ambassadors.services.writing import write
from tests.factories import (
    SECRET,
    any_uid,
    make_ambassador,
    make_chat,
    make_hold,
)

PROSPECT = Actor("prospect")
WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston
MINUTES = timedelta(minutes=1)


def code_of(chat: Chat) -> str:
    return tokens.code(SECRET, chat.uid, chat.nonce, chat.prospect.email)


def wrong_code(chat: Chat) -> str:
    return f"{(int(code_of(chat)) + 1) % 1_000_000:06d}"


def confirm(session: Session, chat: Chat, code: str, now: datetime) -> Chat:
    return write(session, lambda s: booking.confirm(s, chat.uid, code, now, SECRET))


def refused(work) -> Refused:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value


def waiting(session: Session, chat: Chat) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Notice.kind, Notice.recipient)
        .where(Notice.chat_id == chat.id, Notice.state == "waiting")
        .order_by(Notice.due_at, Notice.id)
    )
    return [(kind, recipient.partition(":")[0]) for kind, recipient in rows]


def actions(session: Session, chat: Chat) -> list[str]:
    rows = select(ChatChange.action).where(ChatChange.chat_id == chat.id)
    return list(session.scalars(rows.order_by(ChatChange.version)))


def test_a_move_keeps_the_uid_raises_the_sequence_and_re_times_everything(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    uid, later = chat.uid, WEDNESDAY + timedelta(days=1)
    write(session, lambda s: booking.move(s, uid, later, PROSPECT, now, "An exam."))
    assert (chat.uid, chat.sequence, chat.starts_at) == (uid, 1, later)
    assert waiting(session, chat)[:4] == [
        ("update", "prospect"),
        ("update", "ambassador"),
        ("reminder-24h", "prospect"),
        ("reminder-24h", "ambassador"),
    ]
    change = session.scalars(select(ChatChange).where(ChatChange.action == "moved")).one()
    assert (change.reason, change.before["starts_at"]) == ("An exam.", WEDNESDAY.isoformat())


def test_a_move_may_overlap_the_chat_itself(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    start = WEDNESDAY + 15 * MINUTES
    write(session, lambda s: booking.move(s, chat.uid, start, PROSPECT, now))
    assert chat.starts_at == start


def test_a_prospect_moves_a_chat_ten_times_an_hour_at_most(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    starts = [WEDNESDAY + (1 + number % 2) * 60 * MINUTES for number in range(11)]
    for start in starts[:10]:
        write(session, lambda s, to=start: booking.move(s, chat.uid, to, PROSPECT, now))
    last = starts[10]
    answer = refused(
        lambda: write(session, lambda s: booking.move(s, chat.uid, last, PROSPECT, now))
    )
    assert (answer.status, chat.version) == (429, 11)


def test_a_move_to_a_taken_time_is_refused_and_changes_nothing(session, now):
    ana = make_ambassador(session)
    make_chat(session, ana, WEDNESDAY, now)
    chat = make_chat(session, ana, WEDNESDAY + 60 * MINUTES, now)
    answer = refused(
        lambda: write(session, lambda s: booking.move(s, chat.uid, WEDNESDAY, PROSPECT, now))
    )
    assert (answer.status, len(answer.alternatives)) == (409, 3)
    assert booking.find_chat(session, chat.uid).version == 1


def test_a_cancelled_chat_tells_both_and_reminds_nobody(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    write(session, lambda s: booking.cancel(s, chat.uid, PROSPECT, now, "Plans changed."))
    assert (chat.status, chat.sequence) == ("cancelled", 1)
    assert waiting(session, chat) == [("cancellation", "prospect"), ("cancellation", "ambassador")]


def test_cancelling_twice_cancels_once(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    for _ in range(2):
        write(session, lambda s: booking.cancel(s, chat.uid, PROSPECT, now))
    assert (chat.version, chat.sequence) == (2, 1)


def test_a_chat_that_has_begun_can_no_longer_be_changed(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    answer = refused(
        lambda: write(session, lambda s: booking.cancel(s, chat.uid, PROSPECT, WEDNESDAY))
    )
    assert answer.status == 409


def test_handing_over_keeps_the_entry_and_tells_all_three(session, now):
    ana, bo = (
        make_ambassador(session),
        make_ambassador(session, "Bo", meeting_url="", meeting_place="Snell 9"),
    )
    chat = make_chat(session, ana, WEDNESDAY, now)
    uid, actor = chat.uid, Actor("coordinator")
    write(session, lambda s: booking.hand_over(s, uid, bo.id, actor, now))
    assert (chat.uid, chat.sequence, chat.ambassador_id, chat.place) == (uid, 1, bo.id, "Snell 9")
    rows = session.execute(
        select(Notice.kind, Notice.recipient).where(
            Notice.version == 2, Notice.chat_id == chat.id, Notice.due_at == now
        )
    )
    assert sorted(map(tuple, rows)) == [
        ("cancellation", f"ambassador:{ana.id}"),
        ("invitation", f"ambassador:{bo.id}"),
        ("update", "prospect"),
    ]


def test_a_chat_handed_over_has_the_match_of_whoever_has_it_now(session, now):
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo", interests=["topic/additive"])
    chat = make_chat(session, ana, WEDNESDAY, now)
    plain = make_chat(session, ana, WEDNESDAY + 120 * MINUTES, now, interests=(), email="q@x.org")
    scores, actor = [(chat.score, plain.score)], Actor("coordinator")
    for one in (bo, ana):
        for uid in (chat.uid, plain.uid):
            write(session, lambda s, u=uid, a=one.id: booking.hand_over(s, u, a, actor, now))
        scores.append((chat.score, plain.score))
    assert scores == [(100, None), (0, None), (100, None)]


def test_only_ambassadors_who_are_free_then_can_take_a_chat_over(session, now):
    ana, bo, cy = (make_ambassador(session, name) for name in ("Ana", "Bo", "Cy"))
    chat = make_chat(session, ana, WEDNESDAY, now)
    make_chat(session, bo, WEDNESDAY + 15 * MINUTES, now)
    free = booking.free_ambassadors(session, chat.uid, now)
    assert [(one.name, points) for one, points in free] == [("Cy", 100)]
    answer = refused(
        lambda: write(
            session, lambda s: booking.hand_over(s, chat.uid, bo.id, Actor("coordinator"), now)
        )
    )
    assert (answer.status, answer.text) == (409, "Bo is not free at that time.")
    assert cy.id


def test_a_past_chat_is_marked_and_the_mark_can_be_corrected(session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    after, actor = WEDNESDAY + 60 * MINUTES, Actor("ambassador")
    early = refused(
        lambda: write(session, lambda s: booking.finish(s, chat.uid, "completed", actor, now))
    )
    assert early.status == 409
    write(session, lambda s: booking.finish(s, chat.uid, "no_show", actor, after))
    write(session, lambda s: booking.finish(s, chat.uid, "completed", actor, after))
    assert actions(session, chat) == ["confirmed", "no-show", "completed"]


def test_another_meeting_place_is_told_to_everybody_with_a_chat_to_come(session, now):
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    count = write(
        session,
        lambda s: booking.change_place(
            s, ana.id, "https://new.example.edu", Actor("ambassador"), now
        ),
    )
    session.refresh(chat)
    assert (count, chat.sequence, chat.place) == (1, 1, "https://new.example.edu")
    assert waiting(session, chat)[:2] == [("update", "prospect"), ("update", "ambassador")]


def test_a_hold_is_confirmed_with_the_place_of_that_moment(session, now):
    ana = make_ambassador(session)
    chat = make_hold(session, ana, WEDNESDAY, now)
    ana.meeting_url = "https://new.example.edu"
    session.commit()
    confirm(session, chat, code_of(chat), now)
    assert chat.place == "https://new.example.edu"


def test_after_a_change_of_zone_caps_count_by_the_new_days(session, now):
    ana = make_ambassador(session)
    late = datetime(
        2027, 3, 3, 21, 30, tzinfo=UTC
    )  # still Wednesday in Boston, Thursday in Kolkata
    chat = make_chat(session, ana, late, now)

    def move_zone(session):
        ana.time_zone = "Asia/Kolkata"
        booking.recount_caps(session, ana, now)

    write(session, move_zone)
    session.refresh(chat)
    assert (chat.cap_day.isoformat(), chat.version) == ("2027-03-04", 1)


def test_a_chat_that_does_not_exist_is_a_404(session, now):
    assert refused(lambda: booking.find_chat(session, any_uid())).status == 404
