"""Booking: who asks and what, for a chosen time; then the time is held."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask import session as browser
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.chats import Status
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.services.booking import Order
from ambassadors.services.booking.places import require_free
from ambassadors.services.idempotency import answer_once
from ambassadors.services.standing import STANDING
from ambassadors.services.writing import write
from ambassadors.web.access import grant_chat
from ambassadors.web.choosing import find_profile
from ambassadors.web.forms.prospect import (
    FIELDS,
    NOBODY,
    Choice,
    Visitor,
    read_choice,
    read_visitor,
)
from ambassadors.web.network import caller
from ambassadors.web.speaking import language

pages = Blueprint("booking", __name__)

Page = str | tuple[str, int] | Response

HELD = "held"  # in the browser's session: the UID of the time it holds


@pages.get("/book")
def book() -> Page:
    """The form for a chosen time; says at once when that time is gone."""
    session, now = db.session(), datetime.now(UTC)
    choice = read_choice(request.args, STANDING.read(session).vocabulary)
    try:
        require_free(session, choice.ambassador_id, choice.start, choice.wish.minutes, now)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        refusal.complete(session)
        return render_book(choice, NOBODY, now, refusal)
    return render_book(choice, NOBODY, now)


@pages.post("/book")
def hold() -> Page:
    """Holds the time and goes on to the code; nothing typed is lost when that fails."""
    session, now = db.session(), datetime.now(UTC)
    choice = read_choice(request.form, STANDING.read(session).vocabulary)
    visitor = read_visitor(request.form)
    if request.form.get("only") == "zone":
        return render_book(choice, replace(visitor, errors={}), now)
    if visitor.errors:
        return render_book(choice, visitor, now)
    try:
        chat = hold_once(session, order_of(choice, visitor), now)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return render_book(choice, visitor, now, refusal)
    grant_chat(chat.uid)
    if chat.status != Status.HELD:
        return redirect(url_for("chats.show", uid=chat.uid), 303)
    browser[HELD] = chat.uid
    return redirect(url_for("codes.code", uid=chat.uid), 303)


def order_of(choice: Choice, visitor: Visitor) -> Order:
    """What the service is asked to book; this browser's earlier hold is given up for it."""
    wanted = choice.wish.wanted
    return Order(
        ambassador_id=choice.ambassador_id,
        start=choice.start,
        minutes=choice.wish.minutes,
        name=visitor.name,
        email=visitor.email,
        zone=choice.wish.clock,
        interests=wanted.interests,
        most=tuple(sorted(wanted.most)),
        languages=wanted.languages,
        question=visitor.question,
        source="web",
        held_from=caller(),
        replaces=browser.get(HELD),
        locale=language().locale,
    )


def hold_once(session: Session, order: Order, now: datetime) -> Chat:
    """Holds the time; the same form sent twice (a double click, a reload) makes one chat."""
    verify = current_app.extensions["settings"].verify_email
    body = {"order": repr(replace(order, replaces=None, held_from=None))}
    key = f"form {request.form.get('key', '')[:64]} {sha256(body['order'].encode()).hexdigest()}"

    def work(session: Session) -> Chat:
        return booking.hold(session, order, now, verify)

    if not request.form.get("key"):
        return write(session, work)
    return write(
        session, lambda s: answer_once(s, key, body, now, work, lambda chat: {"uid": chat.uid})
    ).chat


def render_book(
    choice: Choice, visitor: Visitor, now: datetime, refusal: Refused | None = None
) -> tuple[str, int]:
    """The form as typed, errors beside their fields, other times when this one is gone."""
    standing = STANDING.read(db.session())
    errors = dict(visitor.errors)
    if refusal is not None and refusal.field in FIELDS:
        errors[str(refusal.field)] = refusal.text
    status = refusal.status if refusal else 422 if errors else 200
    page = render_template(
        "prospect/book.html",
        choice=choice,
        wish=choice.wish,
        profile=find_profile(standing, choice.ambassador_id),
        visitor=visitor,
        errors=errors,
        refusal=refusal if refusal and refusal.field not in FIELDS else None,
        key=request.form.get("key") or new_key(),
        typed=request.method == "POST",
        now=now,
    )
    return page, status


def new_key() -> str:
    """What makes the same form, sent twice, one booking."""
    return secrets.token_urlsafe(16)
