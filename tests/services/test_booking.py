"""Booking: what a hold takes, what a code proves, what each change leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Chat, ChatChange, Notice
from ambassadors.services import booking, throttles
from ambassadors.services.writing import write
from tests.factories import (
    SECRET,
    any_uid,
    make_ambassador,
    make_chat,
    make_hold,
    order,
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


def test_a_hold_lasts_ten_minutes_and_queues_its_code(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    assert (chat.status, chat.hold_expires_at) == ("held", now + 10 * MINUTES)
    assert waiting(session, chat) == [("code", "prospect")]
    assert actions(session, chat) == ["held"]


def test_a_hold_remembers_how_well_the_ambassador_fitted(session, now):
    ana = make_ambassador(session, interests=["track/thesis"])
    chat = make_hold(session, ana, WEDNESDAY, now, interests=("track/thesis", "track/project"))
    assert (chat.interests, chat.score) == (["track/project", "track/thesis"], 50)


def test_the_right_code_confirms_and_queues_everything_that_follows(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    confirm(session, chat, code_of(chat), now + MINUTES)
    assert (chat.status, chat.version, chat.sequence) == ("confirmed", 2, 0)
    assert waiting(session, chat) == [
        ("invitation", "prospect"),
        ("invitation", "ambassador"),
        ("reminder-24h", "prospect"),
        ("reminder-24h", "ambassador"),
        ("reminder-1h", "prospect"),
        ("reminder-1h", "ambassador"),
        ("thanks", "prospect"),
    ]


def test_pressing_confirm_twice_confirms_once(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    confirm(session, chat, code_of(chat), now)
    again = confirm(session, chat, code_of(chat), now)
    assert (again.status, again.version) == ("confirmed", 2)


def test_a_code_may_be_typed_with_spaces(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    digits = code_of(chat)
    assert confirm(session, chat, f" {digits[:3]} {digits[3:]} ", now).status == "confirmed"


def test_five_wrong_guesses_are_told_and_the_sixth_is_too_many_even_when_right(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    answers = [
        refused(lambda: confirm(session, chat, wrong_code(chat), now)).status for _ in range(5)
    ]
    assert answers == [422] * 5
    assert refused(lambda: confirm(session, chat, code_of(chat), now)).status == 429
    assert booking.find_chat(session, chat.uid).status == "held"


def test_a_code_after_ten_minutes_comes_too_late_and_the_time_is_given_back(session, now):
    ana = make_ambassador(session)
    chat = make_hold(session, ana, WEDNESDAY, now)
    late = now + 10 * MINUTES
    answer = refused(lambda: confirm(session, chat, code_of(chat), late))
    assert (answer.status, WEDNESDAY in answer.alternatives) == (409, False)
    assert booking.find_chat(session, chat.uid).status == "expired"
    assert make_hold(session, ana, WEDNESDAY, late).status == "held"


def test_an_overdue_hold_is_in_nobodys_way(session, now):
    ana = make_ambassador(session)
    first = make_hold(session, ana, WEDNESDAY, now)
    second = make_hold(session, ana, WEDNESDAY, now + 11 * MINUTES)
    assert (booking.find_chat(session, first.uid).status, second.status) == ("expired", "held")


def test_a_taken_time_is_refused_with_the_nearest_alternatives(session, now):
    ana = make_ambassador(session)
    make_hold(session, ana, WEDNESDAY, now)
    answer = refused(lambda: make_hold(session, ana, WEDNESDAY, now))
    assert (answer.status, answer.text) == (409, "That time has just been taken.")
    assert answer.alternatives == (
        WEDNESDAY - 45 * MINUTES,
        WEDNESDAY + 45 * MINUTES,
        WEDNESDAY - 60 * MINUTES,
    )


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (WEDNESDAY + 5 * MINUTES, 422),
        (datetime(2027, 2, 24, 15, 0, tzinfo=UTC), 422),
        (datetime(2027, 3, 1, 19, 0, tzinfo=UTC), 422),
        (datetime(2027, 4, 7, 15, 0, tzinfo=UTC), 422),
        (datetime(2027, 3, 3, 4, 0, tzinfo=UTC), 422),
        (WEDNESDAY + timedelta(seconds=30), 422),
    ],
    ids=["off the grid", "past", "within notice", "beyond horizon", "closed", "seconds"],
)
def test_what_is_no_slot_is_refused_and_nothing_is_written(session, now, start, status):
    ana = make_ambassador(session)
    assert refused(lambda: make_hold(session, ana, start, now)).status == status
    assert session.scalar(select(func.count()).select_from(Chat)) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": "Pri\x00ya"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"interests": ("track/cooking",)}, "interests"),
        ({"question": "?" * 10_000}, "question"),
        ({"minutes": 25}, "start"),
    ],
)
def test_a_malformed_order_is_refused_and_names_the_field(session, now, values, field):
    ana = make_ambassador(session)
    answer = refused(lambda: make_hold(session, ana, WEDNESDAY, now, **values))
    assert (answer.status, answer.field) == (422, field)
    assert session.scalar(select(func.count()).select_from(Chat)) == 0


def test_an_ambassador_who_is_not_there_is_a_404(session, now):
    ana = make_ambassador(session)
    unknown = order(ana, WEDNESDAY, ambassador_id=ana.id + 1)
    answer = refused(lambda: write(session, lambda s: booking.hold(s, unknown, now, True)))
    assert answer.status == 404


def test_the_weekly_cap_counts_holds(session, now):
    ana = make_ambassador(session, weekly_cap=1)
    make_hold(session, ana, WEDNESDAY, now)
    answer = refused(lambda: make_hold(session, ana, WEDNESDAY + timedelta(days=1), now))
    assert answer.status == 409


def test_one_address_holds_one_time_only(session, now):
    ana, email = make_ambassador(session), "priya@example.org"
    make_hold(session, ana, WEDNESDAY, now, email=email)
    later = WEDNESDAY + 60 * MINUTES
    answer = refused(lambda: make_hold(session, ana, later, now, email="Priya@Example.org"))
    assert (answer.status, answer.field) == (429, "email")


def test_choosing_another_time_in_the_same_browser_releases_the_first(session, now):
    ana, email = make_ambassador(session), "priya@example.org"
    first = make_hold(session, ana, WEDNESDAY, now, email=email)
    later = WEDNESDAY + 60 * MINUTES
    second = make_hold(session, ana, later, now, email=email, replaces=first.uid)
    assert (booking.find_chat(session, first.uid).status, second.status) == ("expired", "held")


def test_one_network_address_holds_three_times(session, now):
    ana = make_ambassador(session)
    for number in range(3):
        make_hold(session, ana, WEDNESDAY + number * 60 * MINUTES, now, held_from="somewhere")
    fourth = WEDNESDAY + timedelta(days=1)
    answer = refused(lambda: make_hold(session, ana, fourth, now, held_from="somewhere"))
    assert answer.status == 429


def test_a_fourth_chat_to_come_is_refused(session, now):
    ana, email = make_ambassador(session), "priya@example.org"
    for day in range(3):
        make_chat(session, ana, WEDNESDAY + timedelta(days=day * 7), now, email=email)
    fourth = WEDNESDAY + timedelta(days=1)
    answer = refused(lambda: make_hold(session, ana, fourth, now, email=email))
    assert (answer.status, answer.field) == (429, "email")


def test_two_chats_of_one_prospect_do_not_overlap(session, now):
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo")
    make_chat(session, ana, WEDNESDAY, now, email="priya@example.org")
    start = WEDNESDAY + 15 * MINUTES
    answer = refused(lambda: make_hold(session, bo, start, now, email="priya@example.org"))
    assert (answer.status, answer.text) == (409, "You already have a chat at that time.")


def test_a_corrected_address_keeps_the_hold_and_ends_the_earlier_code(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now, email="typo@example.org")
    old = code_of(chat)
    write(session, lambda s: booking.correct_email(s, chat.uid, "right@example.org", now))
    assert (chat.prospect.email, chat.status) == ("right@example.org", "held")
    assert chat.hold_expires_at == now + 10 * MINUTES
    assert refused(lambda: confirm(session, chat, old, now)).status == 422
    assert confirm(session, chat, code_of(chat), now).status == "confirmed"


def test_five_codes_an_hour_go_to_one_address(session, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    for _ in range(4):
        write(session, lambda s: booking.send_code_again(s, chat.uid, now))
    answer = refused(lambda: write(session, lambda s: booking.send_code_again(s, chat.uid, now)))
    assert answer.status == 429


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


def test_one_network_asks_for_a_hundred_mails_an_hour_at_most(session, now):
    for number in range(100):
        at = now + timedelta(seconds=number)
        write(session, lambda s, at=at: throttles.limit_mails_from(s, "somewhere", at))
    late = now + timedelta(minutes=59)
    ana = make_ambassador(session)
    answer = refused(lambda: make_hold(session, ana, WEDNESDAY, late, held_from="somewhere"))
    assert answer.status == 429
    assert make_hold(session, ana, WEDNESDAY, late, held_from="elsewhere").status == "held"


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
