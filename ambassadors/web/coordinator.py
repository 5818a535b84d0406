"""A coordinator's chats: all of them, one of them, and stepping in."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from ambassadors.core.chats import may_change
from ambassadors.core.moments import city
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import (
    aftermath,
    booking,
    calendars,
    handoffs,
    oversight,
    replies,
    saved_filters,
)
from ambassadors.services.booking.exceptions import read_exception
from ambassadors.services.booking.reasons import read_reason
from ambassadors.services.oversight.chats import SOURCES
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access, changing
from ambassadors.web.changing import Desk, Page, require_change
from ambassadors.web.forms.coordinator import carried, read_chat_filter, read_id, read_page
from ambassadors.web.forms.refusals import refusals
from ambassadors.web.speaking import speak
from ambassadors.web.telling import STATUSES, tell

pages = Blueprint("coordinator", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


def any_chat(session: Session, uid: str) -> Chat:
    """Any chat; refused (404) when there is none."""
    return booking.find_chat(session, uid)


# Where the form of an exception has the fields of a hand-over.
EXCEPTION_FIELDS = {"ambassador": "exception", "reason": "exception-reason"}
DESK = Desk("coordinator/base.html", "/coordinator/chats", any_chat)


@pages.get("/chats")
def chats() -> str:
    """All chats, filtered, searched, page by page."""
    return show_chats(request.args, {})


def show_chats(
    values: MultiDict[str, str],
    errors: Mapping[str, str],
    bulk: MultiDict[str, str] | None = None,
) -> str:
    """The list that these values ask for; errors: by the id of their field; bulk: what was typed
    to be done with many of them.
    """
    session, now = db.session(), datetime.now(UTC)
    wanted = read_chat_filter(values, access.reader().time_zone)
    return render_template(
        "coordinator/chats.html",
        wanted=wanted,
        page=oversight.find_chats(session, wanted, now, read_page(values)),
        people=oversight.name_ambassadors(session),
        statuses=STATUSES,
        interests=[
            (f"{family.key}/{item.key}", item.short)
            for family in vocabulary(session).families
            for item in family.items
        ],
        sources=list(SOURCES.items()),
        zones=[(name, city(name)) for name in oversight.prospect_zones(session)],
        saved=saved_filters.list_filters(session, "chats"),
        carried=carried(values),
        errors=errors,
        bulk=bulk or MultiDict(),
    )


@pages.get("/chats/<uid>")
def chat(uid: str) -> str:
    """One chat with its whole history and its mails."""
    session, now = db.session(), datetime.now(UTC)
    story, known = oversight.tell_story(session, uid), vocabulary(session)
    return render_template(
        "coordinator/chat.html",
        chat=story.chat,
        clash=calendars.clashing(session, [story.chat], now).get(story.chat.uid),
        after=aftermath.look_back(session, story.chat),
        events=tell(story, access.reader().time_zone),
        said=replies.said_about(session, story.chat),
        came_in=replies.mails_about(session, story.chat),
        letters=oversight.address(session, story.notices),
        may_change=may_change(story.chat, now),
        search=handoffs.last_search(session, story.chat.id),
        fit=oversight.fit_of(session, story.chat, known),
        vocabulary=known,
        sources=SOURCES,
    )


@pages.get("/chats/<uid>/hand-over")
@access.acts
def hand_over_form(uid: str) -> Page:
    """Who is free at the chat's time, the best match first."""
    return show_hand_over(uid)


def show_hand_over(uid: str, errors: Mapping[str, str] | None = None) -> str:
    """The choice of another ambassador; errors: by the name of their field."""
    session, now = db.session(), datetime.now(UTC)
    chat = any_chat(session, uid)
    require_change(chat, now)
    takers, values = booking.find_takers(session, uid, now), request.form
    wrong = dict(errors or {})
    if values.get("act") == "exception":
        at = EXCEPTION_FIELDS if takers.kept_out else dict.fromkeys(wrong, "")
        wrong = {at.get(field, field): sentence for field, sentence in wrong.items()}
    return render_template(
        "coordinator/hand_over.html",
        chat=chat,
        free=takers.free,
        kept_out=takers.kept_out,
        chosen=values.get("ambassador", ""),
        reason=values.get("reason", ""),
        values=values,
        errors=wrong,
    )


@pages.post("/chats/<uid>/hand-over")
def hand_over(uid: str) -> Page:
    """Gives the chat to somebody else who is free then, or whom an exception from the weekly limit
    of hours makes free; the calendar entry stays the same one.
    """
    now, actor, form = datetime.now(UTC), access.actor(), request.form
    if errors := dict(refusals(checks_of(form))):
        return show_hand_over(uid, errors), 422
    chosen, reason = read_taker(form), form.get("reason", "")
    despite = form.get("despite", "") if form.get("act") == "exception" else None
    try:
        write(
            db.session(), lambda s: booking.hand_over(s, uid, chosen, actor, now, reason, despite)
        )
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return show_hand_over(uid, {refusal.field or "": refusal.text}), refusal.status
    flash(speak(said("The chat is handed over. All three are told by mail.")))
    return redirect(DESK.address(uid), 303)


def checks_of(form: MultiDict[str, str]) -> Iterator[Callable[[], object]]:
    """Each field of a hand-over by itself, in the order of the form."""
    yield partial(read_taker, form)
    if form.get("act") == "exception":
        yield partial(read_exception, form.get("despite", ""), access.actor())
    yield partial(read_reason, form.get("reason", ""))


def read_taker(form: MultiDict[str, str]) -> int:
    """Who takes a chat over."""
    chosen = read_id(form.get("ambassador", ""))
    if chosen is None:
        raise Refused(said("Choose who takes the chat over."), field="ambassador")
    return chosen


@pages.get("/chats/<uid>/move")
@access.acts
def move_form(uid: str) -> Page:
    """Times to move to."""
    return changing.show_move(DESK, uid)


@pages.post("/chats/<uid>/move")
def move(uid: str) -> Page:
    """Another time."""
    return changing.move(DESK, uid)


@pages.get("/chats/<uid>/cancel")
@access.acts
def cancel_form(uid: str) -> Page:
    """Asks for a reason."""
    return changing.show_cancel(DESK, uid)


@pages.post("/chats/<uid>/cancel")
def cancel(uid: str) -> Page:
    """Off."""
    return changing.cancel(DESK, uid)
