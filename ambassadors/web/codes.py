"""The held time and its code: entered, sent again, sent elsewhere; or the time let go."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as browser
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.chats import GUESSES, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web.access import grant_chat
from ambassadors.web.booking_pages import HELD, new_key
from ambassadors.web.own_chats import own_chat, reader_zone, secret, wish_of
from ambassadors.web.speaking import speak

pages = Blueprint("codes", __name__, url_prefix="/chats/<uid>")

Page = str | tuple[str, int] | Response

BOOKED = said("Your chat is booked. The invitation is on its way to you.")
SENT_AGAIN = said("The code is on its way once more.")
CORRECTED = said("The address is corrected, and the code is on its way.")
RELEASED = said("The time is released. Choose another one.")


@pages.get("/code")
def code(uid: str) -> Page:
    """How long the time is still held, and where the code goes."""
    chat, now = own_chat(uid), datetime.now(UTC)
    return show_where_it_is(chat, now, {}, 200)


@pages.post("/code")
def confirm(uid: str) -> Page:
    """Confirms the chat with the right code."""
    typed = request.form.get("code", "")
    return change_hold(
        uid, "code", BOOKED, lambda s, now: booking.confirm(s, uid, typed, now, secret())
    )


@pages.post("/code/again")
def send_again(uid: str) -> Page:
    """Sends the same code once more."""
    return change_hold(uid, "", SENT_AGAIN, lambda s, now: booking.send_code_again(s, uid, now))


@pages.post("/address")
def correct_address(uid: str) -> Page:
    """Sends the code to another address; the time stays held."""
    email = request.form.get("email", "")
    return change_hold(
        uid, "email", CORRECTED, lambda s, now: booking.correct_email(s, uid, email, now)
    )


@pages.post("/release")
def release(uid: str) -> Page:
    """Lets the time go, back to the choice of another."""
    chat, now = own_chat(uid), datetime.now(UTC)
    write(db.session(), lambda session: booking.release(session, uid, now))
    browser.pop(HELD, None)
    flash(speak(RELEASED))
    query = wish_of(chat, vocabulary(db.session())).query
    return redirect(f"/ambassadors/{chat.ambassador_id}?{query}", 303)


def change_hold(uid: str, field: str, said: str, work: Callable[[Session, datetime], Chat]) -> Page:
    """Does the work and goes on; or shows the sentence of the refusal, beside `field`."""
    own_chat(uid)
    now = datetime.now(UTC)
    try:
        chat = write(db.session(), lambda session: work(session, now))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return show_where_it_is(own_chat(uid), now, {field: refusal.text}, refusal.status)
    flash(speak(said))
    grant_chat(uid)
    if chat.status == Status.HELD:
        return redirect(url_for("codes.code", uid=uid), 303)
    browser.pop(HELD, None)
    return redirect(url_for("chats.show", uid=uid), 303)


def show_where_it_is(chat: Chat, now: datetime, errors: Mapping[str, str], status: int) -> Page:
    """The page that asks for the code, or what became of the time meanwhile."""
    if is_held(chat, now):
        return render_code(chat, now, errors), status
    if chat.status in (Status.HELD, Status.EXPIRED):
        return render_released(chat, now), status
    return redirect(url_for("chats.show", uid=chat.uid), 303)


def is_held(chat: Chat, now: datetime) -> bool:
    """Whether the time waits for its code still."""
    until = chat.hold_expires_at
    return chat.status == Status.HELD and until is not None and now < until


def render_code(chat: Chat, now: datetime, errors: Mapping[str, str]) -> str:
    """The page that asks for the code."""
    return render_template(
        "prospect/code.html",
        chat=chat,
        zone=reader_zone(chat),
        now=now,
        left=minutes_left(chat, now),
        no_guesses=chat.guesses >= GUESSES,
        errors=errors,
        email=request.form.get("email", ""),
        query=wish_of(chat, vocabulary(db.session())).query,
    )


def minutes_left(chat: Chat, now: datetime) -> int:
    """Whole minutes, rounded up, until the hold ends."""
    until = chat.hold_expires_at or now
    return -(-(until - now) // timedelta(minutes=1))


def render_released(chat: Chat, now: datetime) -> str:
    """The time was not confirmed: others near it, with all that was typed kept."""
    session = db.session()
    others = booking.alternatives(session, chat.ambassador_id, chat.starts_at, chat.minutes, now)
    return render_template(
        "prospect/released.html",
        chat=chat,
        zone=reader_zone(chat),
        wish=wish_of(chat, vocabulary(session)),
        others=others,
        key=new_key(),
        now=now,
    )
