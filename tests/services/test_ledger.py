"""The ledger: each try is written down, and what was sent is kept without its secrets."""

import re
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.mail.faults import PermanentFault, TransientFault
from ambassadors.models import Attempt, Notice
from ambassadors.services import accounts, ledger, notices
from ambassadors.services.delivery import Courier, send_due
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_hold, make_user

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Server:
    """Keeps the bytes that it accepts, and refuses when it is told to."""

    def __init__(self):
        self.accepted, self.faults = [], []

    def send(self, message, sender, recipient):
        if self.faults:
            raise self.faults.pop(0)
        self.accepted.append(message)
        return "250 2.0.0 kept"

    @contextmanager
    def open(self, mail_url):
        yield self


@pytest.fixture
def server():
    return Server()


def send(session, settings, server, now, replies=False):
    post = post_of(session, settings)
    if replies:
        post = type(post)(post.secret, post.service, replies=True)
    session.rollback()
    return send_due(session, Courier("me", now, post, "", opening=server.open))


def tries(session):
    return [
        (one.outcome, one.words, kept)
        for number in session.scalars(select(Notice.id).order_by(Notice.id))
        for one, kept in ledger.tries_of(session, number)
    ]


def only_copy(session):
    attempt = session.scalars(select(Attempt).where(Attempt.outcome == "sent")).all()[-1]
    return ledger.read_copy(session, attempt.notice_id, attempt.id)


def test_every_try_is_kept_with_its_time_and_the_servers_words(session, settings, server, now):
    make_hold(session, make_ambassador(session), now + DAY, now)
    server.faults = [TransientFault("451 try later")]
    send(session, settings, server, now)
    send(session, settings, server, now + MINUTE)
    assert tries(session) == [("later", "451 try later", False), ("sent", "250 2.0.0 kept", True)]
    first, second = session.scalars(select(Attempt.at).order_by(Attempt.id))
    assert (first, second) == (now, now + MINUTE)


def test_a_server_that_repeats_the_secret_sender_is_quoted_without_it(
    session, settings, server, now
):
    make_hold(session, make_ambassador(session), now + DAY, now)
    server.faults = [TransientFault(f"451 <chats+{'5f' * 20}@example.edu> later")]
    send(session, settings, server, now)
    assert tries(session) == [("later", f"451 <chats+{'x' * 40}@example.edu> later", False)]


def test_a_refusal_is_a_try_without_a_copy(session, settings, server, now):
    kim = make_user(session)
    write(session, lambda s: accounts.invite(s, kim, now))
    server.faults = [PermanentFault("550 nobody here")]
    send(session, settings, server, now)
    assert tries(session) == [("failed", "550 nobody here", False)]
    with pytest.raises(Refused, match="No copy"):
        ledger.read_copy(session, 1, 1)


def test_a_mail_sent_again_keeps_both_copies_with_one_message_id(session, settings, server, now):
    make_chat(session, make_ambassador(session), now + 2 * DAY, now)
    send(session, settings, server, now)
    number = session.scalars(select(Notice.id).where(Notice.recipient == "prospect")).first()
    write(session, lambda s: notices.send_again(s, number, now + MINUTE))
    send(session, settings, server, now + MINUTE)
    copies = [
        ledger.read_copy(session, number, one.id) for one, _ in ledger.tries_of(session, number)
    ]
    ids = {dict(one.headers)["Message-ID"] for one in copies}
    sequences = {re.search(r"SEQUENCE:\d+", one.calendar)[0] for one in copies}
    assert (len(copies), len(ids), sequences) == (2, 1, {"SEQUENCE:0"})


def test_a_code_is_not_kept(session, settings, server, now):
    make_hold(session, make_ambassador(session), now + DAY, now)
    send(session, settings, server, now)
    copy, sent = only_copy(session), ledger.open_copy(server.accepted[0])
    code = re.search(r"(?<!\w)\d{6}(?!\w)", sent.text)[0]
    assert (code in sent.html, code.encode() in copy.raw) == (True, False)
    assert len(copy.raw) == len(server.accepted[0])
    assert copy.text == sent.text.replace(code, "xxxxxx")
    assert copy.html == sent.html.replace(code, "xxxxxx")


def test_links_that_prove_something_are_not_kept(session, settings, server, now):
    chat = make_chat(session, make_ambassador(session), now + 2 * DAY, now)
    kim = make_user(session)
    write(session, lambda s: accounts.invite(s, kim, now))
    send(session, settings, server, now, replies=True)
    rows = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    copies = [ledger.read_copy(session, one.notice_id, one.id) for one in rows]
    for message, copy in zip(server.accepted, copies, strict=True):
        assert len(copy.raw) == len(message)
        sent = ledger.open_copy(message)
        everything = sent.text + sent.html + sent.calendar.replace("\r\n ", "").replace("\n ", "")
        kept = copy.text + copy.html + copy.calendar.replace("\r\n ", "").replace("\n ", "")
        proofs = {
            *re.findall(r"/(?:c|feedback|invitation|reset)/([\w.~-]{32,})", everything),
            *re.findall(r"\+([0-9a-f]{40})@", everything),
        }
        assert proofs
        assert [one for one in proofs if one in kept] == []
        assert copy.headers[2:] == sent.headers[2:]
    assert any(chat.uid in one.calendar for one in copies)
    assert any(f"/ambassador/chats/{chat.uid}" in one.text for one in copies)


def test_copies_go_after_half_a_year_and_tries_stay(
    session, settings, server, now: datetime
) -> None:
    make_chat(session, make_ambassador(session), now + 2 * DAY, now)
    send(session, settings, server, now)
    later = now + ledger.KEPT + MINUTE
    assert (ledger.any_old(session, now), ledger.any_old(session, later)) == (False, True)
    write(session, lambda s: ledger.forget_old(s, later))
    assert [kept for _, _, kept in tries(session)] == [False, False]
