"""Delivery: what is due goes out once, as the chat is then; faults wait, refusals are shown."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.mail.faults import PermanentFault, TransientFault
from ambassadors.models import Attempt, Notice
from ambassadors.services import booking, notices
from ambassadors.services.auditor import audit
from ambassadors.services.delivery import Courier, claim, send_due
from ambassadors.services.drafts import FRESH
from ambassadors.services.privacy.chats import forget_mails
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_hold
from tests.mailbox import parse

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Desk:
    """A mail server that keeps what it accepts and says what it is told to say.

    `meanwhile` is what happens elsewhere while the first mail is on its way.
    """

    def __init__(self):
        self.letters, self.faults, self.meanwhile = [], [], None

    def send(self, message, sender, recipient):
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        if self.faults:
            raise self.faults.pop(0)
        self.letters.append(parse(message))
        return "250 ok"

    @contextmanager
    def open(self, mail_url):
        yield self

    @property
    def sent(self):
        return [(letter.method, letter.to) for letter in self.letters]


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def courier(session, settings, desk):
    def make(now, owner="me", clock=lambda: datetime.now(UTC)):
        post = post_of(session, settings)
        session.rollback()
        return Courier(owner, now, post, "", clock=clock, opening=desk.open)

    return make


def states(session, kind):
    rows = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
    return [row.state for row in session.scalars(rows.execution_options(populate_existing=True))]


def test_what_is_due_goes_out_and_what_is_not_waits(session, courier, desk, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    counts = send_due(session, courier(now))
    assert (counts.sent, counts.later, counts.failed, counts.void) == (2, 0, 0, 0)
    assert sorted(desk.sent) == sorted(
        [("REQUEST", chat.prospect.email), ("REQUEST", chat.ambassador.user.email)]
    )
    assert states(session, "reminder-1h") == ["waiting", "waiting"]


def test_nothing_goes_out_twice(session, courier, desk, now):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    assert send_due(session, courier(now)).sent == 0
    assert len(desk.letters) == 2


def test_the_code_in_the_mail_is_the_one_that_confirms(session, courier, desk, settings, now):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    code = desk.letters[0].code
    confirmed = write(
        session, lambda s: booking.confirm(s, chat.uid, code, now, settings.secret_key)
    )
    assert confirmed.status == "confirmed"


def test_a_reminder_has_no_calendar_part(session, courier, desk, now):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    desk.letters.clear()
    send_due(session, courier(WEDNESDAY - timedelta(hours=24)))
    assert [letter.method for letter in desk.letters] == [None, None]


def test_a_server_that_is_busy_is_tried_again_with_the_same_message_id(session, courier, desk, now):
    make_hold(session, make_ambassador(session), WEDNESDAY, now)
    desk.faults = [TransientFault("451 try later")]
    assert send_due(session, courier(now)).later == 1
    assert send_due(session, courier(now + timedelta(seconds=29))).sent == 0
    assert send_due(session, courier(now + timedelta(seconds=30))).sent == 1
    notice = session.scalars(select(Notice)).one()
    assert desk.letters[0].message_id.startswith(f"<{notice.message_id}@")
    assert (notice.attempts, notice.state, notice.answer) == (2, "sent", "250 ok")


def test_a_code_is_not_tried_after_its_hold(session, courier, desk, now):
    make_hold(session, make_ambassador(session), WEDNESDAY, now)
    desk.faults = [TransientFault("451 try later")]
    send_due(session, courier(now + timedelta(minutes=9, seconds=45)))
    assert states(session, "code") == ["failed"]


def test_an_invitation_that_nobody_sent_before_the_chat_is_shown_as_failed(
    session, courier, desk, now
):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    counts = send_due(session, courier(WEDNESDAY))
    assert (counts.failed, counts.sent, desk.letters) == (2, 0, [])
    assert states(session, "invitation") == ["failed", "failed"]
    assert states(session, "reminder-1h") == ["void", "void"]
    assert audit(session, WEDNESDAY) == {}
    found = session.scalars(select(Notice.answer).where(Notice.kind == "invitation"))
    assert set(found) == {"The chat had begun before it could be sent."}


def test_a_refused_recipient_is_shown_at_once(session, courier, desk, now):
    make_hold(session, make_ambassador(session), WEDNESDAY, now)
    desk.faults = [PermanentFault("550 no such user")]
    assert send_due(session, courier(now)).failed == 1
    notice = session.scalars(select(Notice)).one()
    assert (notice.state, notice.answer) == ("failed", "550 no such user")


def test_a_server_out_of_reach_is_asked_once_a_pass(session, courier, desk, now):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    desk.faults = [TransientFault("no connection", unreachable=True)]
    counts = send_due(session, courier(now))
    assert (counts.later, counts.sent) == (1, 0)
    assert send_due(session, courier(now)).sent == 1


def test_a_chat_moved_before_its_invitation_left_gets_one_update(session, courier, desk, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    later = WEDNESDAY + timedelta(days=1)
    write(session, lambda s: booking.move(s, chat.uid, later, Actor("prospect"), now))
    send_due(session, courier(now))
    assert [int(letter.entry["SEQUENCE"]) for letter in desk.letters] == [1, 1]
    assert {letter.entry["DTSTART"].dt for letter in desk.letters} == {later}


def test_a_cancelled_chat_reminds_nobody(session, courier, desk, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("prospect"), now))
    desk.letters.clear()
    send_due(session, courier(WEDNESDAY))
    assert [letter.method for letter in desk.letters] == ["CANCEL", "CANCEL"]
    assert {str(letter.entry["UID"]) for letter in desk.letters} == {chat.uid}


def test_a_replaced_ambassador_is_told_of_the_end_under_the_same_uid(session, courier, desk, now):
    ana, bo = make_ambassador(session, "Ana"), make_ambassador(session, "Bo")
    chat = make_chat(session, ana, WEDNESDAY, now)
    send_due(session, courier(now))
    desk.letters.clear()
    write(session, lambda s: booking.hand_over(s, chat.uid, bo.id, Actor("coordinator"), now))
    send_due(session, courier(now))
    told = {letter.to: (letter.method, str(letter.entry["UID"])) for letter in desk.letters}
    assert told == {
        ana.user.email: ("CANCEL", chat.uid),
        bo.user.email: ("REQUEST", chat.uid),
        chat.prospect.email: ("REQUEST", chat.uid),
    }


def test_what_one_courier_claimed_no_other_takes_until_the_lease_ends(session, courier, now):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    real = datetime.now(UTC)
    first = write(session, lambda s: claim(s, courier(now, "first", lambda: real)))
    second = write(session, lambda s: claim(s, courier(now, "second", lambda: real)))
    late = real + timedelta(seconds=61)
    third = write(session, lambda s: claim(s, courier(now, "third", lambda: late)))
    assert (len(first), second, third) == (2, [], first)


def test_a_courier_whose_claim_was_taken_over_does_not_say_what_came_of_it(
    session, courier, desk, now
):
    make_hold(session, make_ambassador(session), WEDNESDAY, now)
    rob = update(Notice).values(owner="another")
    desk.meanwhile = lambda: write(session, lambda s: s.execute(rob))
    send_due(session, courier(now))
    assert states(session, "code") == ["waiting"]


def test_a_mail_sent_again_has_the_same_message_id(session, courier, desk, now):
    make_chat(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    notice = session.scalars(select(Notice).where(Notice.recipient == "prospect")).first()
    write(session, lambda s: notices.send_again(s, notice.id, now))
    send_due(session, courier(now))
    ids = [letter.message_id for letter in desk.letters]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_an_overtaken_mail_cannot_be_sent_again(session, courier, desk, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    send_due(session, courier(now))
    notice = session.scalars(select(Notice).where(Notice.recipient == "prospect")).first()
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("prospect"), now))
    with pytest.raises(Refused) as caught:
        write(session, lambda s: notices.send_again(s, notice.id, now))
    assert caught.value.status == 409


def test_a_chat_moved_while_the_mails_before_it_left_is_written_anew(session, courier, desk, now):
    make_chat(session, make_ambassador(session, "Ana"), WEDNESDAY, now)
    uid = make_chat(session, make_ambassador(session, "Bo"), WEDNESDAY, now).uid
    later = WEDNESDAY + timedelta(days=1)
    desk.meanwhile = lambda: write(
        session, lambda s: booking.move(s, uid, later, Actor("prospect"), now)
    )
    counts = send_due(session, courier(now))
    told = [letter.entry for letter in desk.letters if str(letter.entry["UID"]) == uid]
    assert [(int(entry["SEQUENCE"]), entry["DTSTART"].dt) for entry in told] == [(1, later)] * 2
    assert (counts.sent, len(desk.letters)) == (4, 4)


def test_what_was_cancelled_while_the_mails_before_it_left_stays_unsaid(
    session, courier, desk, now
):
    make_chat(session, make_ambassador(session, "Ana"), WEDNESDAY, now)
    uid = make_chat(session, make_ambassador(session, "Bo"), WEDNESDAY, now).uid
    desk.meanwhile = lambda: write(
        session, lambda s: booking.cancel(s, uid, Actor("prospect"), now)
    )
    send_due(session, courier(now))
    told = [letter for letter in desk.letters if str(letter.entry["UID"]) == uid]
    assert [letter.method for letter in told] == ["CANCEL", "CANCEL"]


def test_what_was_cancelled_while_the_courier_was_held_up_between_two_mails_stays_unsaid(
    session, courier, desk, now
):
    uid = make_chat(session, make_ambassador(session, "Ana"), WEDNESDAY, now).uid
    held_up = courier(now)

    def wait_and_cancel():
        if len(desk.letters) == 1:
            time.sleep(FRESH)
            write(session, lambda s: booking.cancel(s, uid, Actor("prospect"), now))

    held_up.beat = wait_and_cancel
    send_due(session, held_up)
    assert [letter.method for letter in desk.letters] == ["REQUEST", "CANCEL", "CANCEL"]


def test_mails_whose_claim_was_lost_while_others_left_are_not_sent(session, courier, desk, now):
    for name in ("Ana", "Bo"):
        make_chat(session, make_ambassador(session, name), WEDNESDAY, now)
    rob = update(Notice).values(owner="another")
    desk.meanwhile = lambda: write(session, lambda s: s.execute(rob))
    assert (send_due(session, courier(now)).sent, len(desk.letters)) == (1, 1)


def test_a_mail_that_cannot_be_written_does_not_keep_those_beside_it(session, courier, desk, now):
    chats = [make_chat(session, make_ambassador(session, n), WEDNESDAY, now) for n in ("Ana", "Bo")]
    spoilt = update(Notice).where(Notice.chat_id == chats[0].id).values(message_id="no id")
    write(session, lambda s: s.execute(spoilt.where(Notice.recipient == "prospect")))
    counts = send_due(session, courier(now))
    assert (counts.sent, counts.later) == (3, 1)


def test_who_is_erased_while_their_mail_is_on_its_way_is_not_in_its_ledger(
    session, courier, desk, now
):
    chat = make_hold(session, make_ambassador(session), WEDNESDAY, now)
    address = chat.prospect.email
    erasure = (Notice.chat_id == chat.id, Notice.recipient == "prospect")
    desk.meanwhile = lambda: write(session, lambda s: forget_mails(s, *erasure))
    send_due(session, courier(now))
    tries = session.execute(
        select(Attempt.outcome, Attempt.address, Attempt.words, Attempt.message)
    )
    assert [letter.to for letter in desk.letters] == [address]
    assert [tuple(one) for one in tries] == [("sent", "", "", None)]
