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
from ambassadors.services.oversight import fit_of
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from tests.factories import (
    SECRET,
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


def test_a_hold_remembers_who_else_fitted(session, now):
    ana = make_ambassador(session)
    bo = make_ambassador(session, "Bo Li", interests=["track/thesis"])
    make_ambassador(session, "Cy Roe", interests=["track/project"])
    chat = make_hold(session, ana, WEDNESDAY, now, interests=("track/thesis",))
    assert sorted(chat.offered) == sorted([[ana.id, 100], [bo.id, 100]])
    fit = fit_of(session, chat, vocabulary(session))
    assert [(one.name, one.score) for one in fit.others] == [("Bo Li", 100)]
    assert (fit.match.score, fit.match.misses) == (100, ())


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


def test_one_network_asks_for_a_hundred_mails_an_hour_at_most(session, now):
    for number in range(100):
        at = now + timedelta(seconds=number)
        write(session, lambda s, at=at: throttles.limit_mails_from(s, "somewhere", at))
    late = now + timedelta(minutes=59)
    ana = make_ambassador(session)
    answer = refused(lambda: make_hold(session, ana, WEDNESDAY, late, held_from="somewhere"))
    assert answer.status == 429
    assert make_hold(session, ana, WEDNESDAY, late, held_from="elsewhere").status == "held"
