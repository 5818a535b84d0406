"""The code that proves an address: sent, sent again, sent elsewhere, and checked."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core import notices as due
from ambassadors.core import tokens
from ambassadors.core.chats import GUESSES, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import Said, said, said_n, together
from ambassadors.models import Chat
from ambassadors.models.engine import attempt
from ambassadors.services.booking.door import (
    PROSPECT,
    change,
    expire,
    expire_holds,
    find_chat,
)
from ambassadors.services.booking.limits import limit_corrections, refuse_person
from ambassadors.services.booking.places import (
    alternatives,
    lock_ambassador,
    lock_prospect,
    refusal,
    require_not_busy,
)
from ambassadors.services.notices import queue_for_chat, times_of
from ambassadors.services.people import prospect_of, read_contact
from ambassadors.services.throttles import count_or_refuse, limit_mails_from

EXPIRED = said("The ten minutes for this time are over, so it was released.")
WRONG_CODE = said("That is not the code in the mail.")
TOO_MANY_GUESSES = said("That was wrong five times. Please choose a time again.")


def queue_code(session: Session, chat: Chat, now: datetime) -> None:
    """Queues the mail with the code: five an hour to one address, a hundred from one network."""
    limit_mails_from(session, chat.held_from, now)
    count_or_refuse(
        session,
        "code-mail",
        chat.prospect.email,
        now,
        limit=5,
        per=timedelta(hours=1),
        why=said(
            "Five codes were sent to this e-mail address within the hour. Please try again later."
        ),
    )
    assert chat.hold_expires_at is not None, "a hold has an end"  # noqa: S101 - the schema's own check
    queue_for_chat(session, chat, due.for_hold(chat.hold_expires_at, now), now)


def require_held(session: Session, chat: Chat, now: datetime) -> None:
    """Refuses (409, with alternatives) when a hold is over; an overdue one really changes state."""
    if chat.status == Status.HELD and chat.hold_expires_at and now < chat.hold_expires_at:
        return
    if chat.status == Status.CONFIRMED:
        raise Refused(said("This chat is confirmed already."), status=409)
    if chat.status == Status.HELD:
        expire(session, chat, now)
    wanted = (chat.ambassador_id, chat.starts_at, chat.minutes, now)
    raise Refused(
        EXPIRED, status=409, keep=True, look_up=lambda session: alternatives(session, *wanted)
    )


def confirm(session: Session, uid: str, code: str, now: datetime, secret: str) -> Chat:
    """Confirms a hold with its code and queues invitations, reminders and thanks.

    Refused: 422 for a wrong code (counted), 429 after five, 409 when the hold is over. The right
    code for a chat that is confirmed already changes nothing: somebody pressed twice.
    """
    chat = find_chat(session, uid)
    lock_ambassador(session, chat.ambassador_id)
    prospect = lock_prospect(session, chat.prospect_id)
    chat = find_chat(session, uid)
    if chat.status != Status.CONFIRMED:
        require_held(session, chat, now)
    check_code(session, chat, code, secret)
    if chat.status == Status.CONFIRMED:
        return chat
    refuse_person(session, prospect, now)
    require_not_busy(session, chat, now)
    prospect.name, prospect.time_zone = chat.prospect_name, chat.prospect_zone
    change(
        session, chat, PROSPECT, "confirmed", now,
        status=Status.CONFIRMED.value, held_from=None, place=chat.ambassador.place,
    )  # fmt: skip
    queue_for_chat(session, chat, due.for_confirmed(times_of(session, chat), now), now)
    return chat


def check_code(session: Session, chat: Chat, code: str, secret: str) -> None:
    """Refuses a wrong code and counts the guess, in one statement, so that racing ones count."""
    guessed = session.execute(
        update(Chat)
        .where(Chat.id == chat.id, Chat.guesses < GUESSES)
        .values(guesses=Chat.guesses + 1)
        .returning(Chat.guesses)
        .execution_options(synchronize_session=False)
    ).scalar()
    if guessed is None:
        raise Refused(TOO_MANY_GUESSES, status=429, field="code")
    expected = tokens.code(secret, chat.uid, chat.nonce, chat.prospect.email)
    if tokens.same_code(expected, code):
        session.execute(
            update(Chat)
            .where(Chat.id == chat.id)
            .values(guesses=Chat.guesses - 1)
            .execution_options(synchronize_session=False)
        )
        return
    raise Refused(together(WRONG_CODE, tries_left(GUESSES - guessed)), field="code", keep=True)


def tries_left(count: int) -> Said:
    """How often a code may still be guessed."""
    if count == 0:
        return said("That was the last try.")
    return said_n("You have {count} try left.", "You have {count} tries left.", count)


def send_code_again(session: Session, uid: str, now: datetime) -> Chat:
    """Queues the same code once more; the hold does not last longer for it."""
    chat = find_chat(session, uid)
    require_held(session, chat, now)
    change(session, chat, PROSPECT, "code-again", now)
    queue_code(session, chat, now)
    return chat


def correct_email(session: Session, uid: str, email: str, now: datetime) -> Chat:
    """Sends the code to another address; the hold stays, and an earlier code no longer counts."""
    chat = find_chat(session, uid)
    contact = read_contact(chat.prospect_name, email, chat.prospect_zone)
    lock_ambassador(session, chat.ambassador_id)
    prospect = prospect_of(session, contact, now)
    chat = find_chat(session, uid)
    require_held(session, chat, now)
    expire_holds(session, now, prospect_id=prospect.id)
    refuse_person(session, prospect, now)
    limit_corrections(session, chat, now)
    try:
        with attempt(session):
            change(session, chat, PROSPECT, "address", now, prospect_id=prospect.id)
    except IntegrityError as fault:
        raise refusal(
            fault, chat.ambassador_id, chat.starts_at, chat.minutes, now, chat.id
        ) from fault
    queue_code(session, chat, now)
    return chat
