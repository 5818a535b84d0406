"""Webhooks told to real servers: signed, in order, again after failures, never to inside places."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Chat, Webhook, WebhookDelivery
from ambassadors.remote.guard import DEVELOPMENT, PRODUCTION, Guard
from ambassadors.services import booking
from ambassadors.services.integrations import events, sending, webhooks
from ambassadors.services.integrations.sending import MINUTES, Messenger
from ambassadors.services.integrations.webhooks import NewHook
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import SECRET, make_ambassador, make_chat, make_hold, make_user
from tests.receiving import Receiver, receiver

__all__ = ["receiver"]  # a fixture of these tests

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOSS = Actor("coordinator")


def add(
    session: Session, address: str, now: datetime, wanted: tuple[str, ...] = events.NAMES
) -> tuple[Webhook, str]:
    user = make_user(session)
    new = NewHook("Slate", address, wanted)
    return write(session, lambda s: webhooks.make(s, new, DEVELOPMENT, SECRET, user.id, now))


def send(session: Session, now: datetime, guard: Guard = DEVELOPMENT) -> dict[str, int]:
    return sending.send_due(session, Messenger("me", now, SECRET, guard, lambda: now))


def rows(session: Session) -> list[WebhookDelivery]:
    session.rollback()
    found = select(WebhookDelivery).order_by(WebhookDelivery.id)
    return list(session.scalars(found.execution_options(populate_existing=True)))


def states(session: Session) -> list[str]:
    return [row.state for row in rows(session)]


def good(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver verifies it, by the specification's own words."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


@pytest.fixture
def chat(session: Session, now: datetime, receiver: Receiver) -> Chat:
    """A chat confirmed after a webhook was added."""
    add(session, receiver.address, now)
    return make_chat(session, make_ambassador(session), now + 2 * DAY, now)


def test_the_life_of_a_chat_is_told_in_order_and_signed_and_names_nobody(
    session: Session, now: datetime, receiver: Receiver
) -> None:
    _, secret = add(session, receiver.address, now)
    chat = make_chat(session, make_ambassador(session), now + 2 * DAY, now)
    uid, later = chat.uid, now + 2 * DAY + HOUR
    write(session, lambda s: booking.move(s, uid, later, BOSS, now))
    write(session, lambda s: booking.finish(s, uid, "completed", BOSS, later + HOUR))
    other = make_chat(session, make_ambassador(session), now + 3 * DAY, now)
    write(session, lambda s: booking.cancel(s, other.uid, BOSS, now, "Ill"))
    assert send(session, later + HOUR) == {"told": 5}
    of_chat = [b for b in receiver.bodies() if b["data"]["chat"]["id"] == uid]  # type: ignore[index]
    assert [b["type"] for b in of_chat] == ["chat.confirmed", "chat.moved", "chat.completed"]
    sequences = [b["data"]["chat"]["sequence"] for b in of_chat]  # type: ignore[index]
    assert sequences == sorted(set(sequences))
    assert sorted(receiver.told())[0] == "chat.cancelled"
    assert [good(secret, headers, body) for headers, body in receiver.seen] == [True] * 5
    text = b" ".join(body for _, body in receiver.seen)
    assert (b"@" in text, b"Priya" in text, b"Ana" in text, b"Ill" in text) == (False,) * 4


def test_a_hold_is_told_of_when_it_is_confirmed_and_not_before(
    session: Session, now: datetime, receiver: Receiver
) -> None:
    add(session, receiver.address, now)
    make_hold(session, make_ambassador(session), now + 2 * DAY, now)
    assert send(session, now) == {}


def test_only_what_is_wanted_is_told_and_without_a_webhook_nothing_costs_a_query(
    session: Session, now: datetime, receiver: Receiver
) -> None:
    ambassador = make_ambassador(session)
    make_chat(session, ambassador, now + 2 * DAY, now)  # reads once which webhooks there are
    with counted() as again:
        make_chat(session, ambassador, now + 3 * DAY, now)
    assert [one for one in again if "webhook" in one] == []
    add(session, receiver.address, now, ("chat.cancelled",))
    chat = make_chat(session, ambassador, now + 4 * DAY, now)
    write(session, lambda s: booking.cancel(s, chat.uid, BOSS, now))
    send(session, now)
    assert receiver.told() == ["chat.cancelled"]


def test_a_failure_is_tried_again_under_the_same_id_with_the_same_body(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    receiver.answers = [500, 302, 200]
    counts, at = [], now
    for minutes in (0, *MINUTES[:2]):
        at += timedelta(minutes=minutes)
        counts.append(send(session, at))
        assert send(session, at) == {}, "not before its pause is over"
    assert counts == [{"later": 1}, {"later": 1}, {"told": 1}]
    assert len({(headers["webhook-id"], body) for headers, body in receiver.seen}) == 1
    row = rows(session)[0]
    assert (row.state, row.status, row.answer, row.attempts) == (
        "sent",
        200,
        "Thank you, receiver",
        3,
    )


def test_those_of_one_chat_wait_for_each_other(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    write(session, lambda s: booking.cancel(s, chat.uid, BOSS, now))
    receiver.answers = [503]
    assert send(session, now) == {"later": 1}
    assert receiver.told() == ["chat.confirmed"]
    assert send(session, now + HOUR) == {"told": 2}
    assert receiver.told() == ["chat.confirmed", "chat.confirmed", "chat.cancelled"]


def test_one_that_does_not_answer_keeps_no_other_waiting(
    session: Session, now: datetime, receiver: Receiver
) -> None:
    add(session, "http://127.0.0.1:9/", now)
    add(session, receiver.address, now)
    ambassador = make_ambassador(session)
    for days in (2, 3, 4):
        make_chat(session, ambassador, now + days * DAY, now)
    assert send(session, now) == {"later": 1, "told": 3}
    assert sorted(row.attempts for row in rows(session)) == [0, 0, 1, 1, 1, 1]


def test_after_days_without_an_answer_it_is_turned_off_and_today_says_so(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    receiver.answers = [500] * 20
    at, last = now, {}
    for minutes in (0, *MINUTES):
        at += timedelta(minutes=minutes)
        last = send(session, at)
    hook = session.scalars(select(Webhook)).one()
    session.refresh(hook)
    assert (last, states(session), hook.state) == ({"failed": 1}, ["failed"], "failing")
    assert (at - now > 3 * DAY, "500 Thank you, receiver" in hook.words) == (True, True)
    write(session, lambda s: webhooks.turn(s, hook.id, True, at))
    write(session, lambda s: webhooks.send_again(s, hook.id, rows(s)[0].id, at))
    receiver.answers = []
    assert send(session, at) == {"told": 1}
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1


def test_a_receiver_that_wants_no_more_is_believed(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    receiver.answers = [410]
    assert send(session, now) == {"failed": 1}
    assert session.scalars(select(Webhook.state)).one() == "failing"


def test_while_it_is_off_nothing_is_told(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    hook = session.scalars(select(Webhook)).one()
    write(session, lambda s: webhooks.turn(s, hook.id, False, now))
    assert (send(session, now), receiver.seen, states(session)) == ({}, [], ["waiting"])


def test_a_crash_after_sending_tells_it_once_more_under_the_same_id(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    dead = Messenger("dead", now, SECRET, DEVELOPMENT, lambda: now)
    assert len(write(session, lambda s: sending.claim(s, dead, set()))) == 1
    assert send(session, now) == {}, "it is in another's hands"
    later = now + sending.LEASE + timedelta(seconds=1)
    assert send(session, later) == {"told": 1}
    assert rows(session)[0].attempts == 2


def test_two_secrets_sign_for_a_day_after_a_new_one_was_made(
    session: Session, now: datetime, receiver: Receiver
) -> None:
    hook, old = add(session, receiver.address, now)
    new = write(session, lambda s: webhooks.renew_secret(s, hook.id, SECRET, now))
    found = []
    for at in (now + HOUR, now + DAY):
        write(session, lambda s, at=at: events.queue_test(s, hook.id, at))
        send(session, at)
        found.append([good(secret, *receiver.seen[-1]) for secret in (old, new)])
    assert (found, receiver.told()) == ([[True, True], [False, True]], ["test", "test"])


def test_a_redirect_is_not_followed(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    receiver.answers, receiver.location = [307], receiver.address
    assert (send(session, now), len(receiver.seen)) == ({"later": 1}, 1)


def test_in_production_no_inside_address_is_told_whatever_its_name(
    session: Session, now: datetime, receiver: Receiver, chat: Chat
) -> None:
    hook = session.scalars(select(Webhook)).one()
    for address in ("https://127.0.0.1/", "https://10.0.0.1/", "https://localhost/", hook.address):
        hook.address = address
        session.commit()
        write(session, lambda s: events.queue_test(s, hook.id, now))
        send(session, now, PRODUCTION)
    assert (receiver.seen, set(states(session))) == ([], {"waiting"})


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "https://example.org:8443/",
        "https://user:word@example.org/",
        "webcal://example.org/",
        "example.org",
        "ftp://example.org",
        "https://exa mple.org",
        "https://example.org/\r\nX: y",
        "",
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused(
    session: Session, now: datetime, address: str
) -> None:
    user = make_user(session)
    new = NewHook("Slate", address, events.NAMES)
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: webhooks.make(s, new, PRODUCTION, SECRET, user.id, now))
    assert (refusal.value.status, refusal.value.field) == (422, "address")


def test_secrets_are_kept_encrypted(session: Session, now: datetime, receiver: Receiver) -> None:
    hook, secret = add(session, receiver.address, now)
    assert (secret in hook.sealed, webhooks.secrets_of(hook, SECRET, now)) == (False, [secret])
    assert webhooks.secrets_of(hook, "another key of the service", now) == []
