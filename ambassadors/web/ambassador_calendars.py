"""An ambassador's calendars elsewhere: how each was read, and what can be done with it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import CalendarSource
from ambassadors.services import calendars
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.speaking import speak

LIST = "/ambassador/calendars"

T = TypeVar("T")

pages = Blueprint("ambassador_calendars", __name__, url_prefix=LIST)
pages.before_request(access.ambassador_only)


@pages.get("")
def listed() -> str:
    """All of them; while one is about to be read the page renews itself."""
    return show_list()


def show_list(refusal: Refused | None = None, about: int | None = None) -> str:
    """The list, with what was refused about one of them."""
    now = datetime.now(UTC)
    own = calendars.list_own(db.session(), access.me().id)
    return render_template(
        "ambassador/calendars.html",
        me=access.me(),
        own=own,
        reading=[one for one in own if is_due(one, now)],
        refusal=refusal,
        about=about,
        now=now,
    )


def is_due(source: CalendarSource, now: datetime) -> bool:
    """Whether the scheduler reads it now, or as soon as it ticks."""
    return not source.paused and source.next_at is not None and source.next_at <= now


def change(source_id: int, work: Callable[[Session, int], T], tell: Callable[[T], str]) -> Page:
    """One change of one calendar, and back to the list."""
    me = access.me().id
    try:
        result = write(db.session(), lambda session: work(session, me))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return show_list(refusal, source_id), refusal.status
    flash(speak(tell(result)))
    return redirect(LIST, 303)


@pages.post("/<id:source_id>/rename")
def rename(source_id: int) -> Page:
    """Another name."""
    name = request.form.get("name", "")
    return change(
        source_id,
        lambda s, me: calendars.rename(s, me, source_id, name),
        lambda source: said("The calendar is called “{name}” now.", name=source.name),
    )


@pages.post("/<id:source_id>/all-day")
def set_all_day(source_id: int) -> Page:
    """Whether whole days are busy."""
    now, all_day = datetime.now(UTC), request.form.get("all_day") == "1"
    return change(
        source_id,
        lambda s, me: calendars.set_all_day(s, me, source_id, all_day, now),
        lambda source: said("Saved. “{name}” is read again for that.", name=source.name),
    )


@pages.post("/<id:source_id>/pause")
def pause(source_id: int) -> Page:
    """It blocks nothing for a while."""
    return change(
        source_id,
        lambda s, me: calendars.pause(s, me, source_id),
        lambda source: said(
            "“{name}” is paused: nothing in it blocks your slots.", name=source.name
        ),
    )


@pages.post("/<id:source_id>/resume")
def resume(source_id: int) -> Page:
    """It blocks again."""
    now = datetime.now(UTC)
    return change(
        source_id,
        lambda s, me: calendars.resume(s, me, source_id, now),
        lambda source: said("“{name}” blocks your slots again.", name=source.name),
    )


@pages.post("/<id:source_id>/read")
def read_again(source_id: int) -> Page:
    """Now, and not in ten minutes."""
    now = datetime.now(UTC)
    return change(
        source_id,
        lambda s, me: calendars.read_again(s, me, source_id, now),
        lambda source: said("“{name}” is read again.", name=source.name),
    )


@pages.post("/<id:source_id>/remove")
def remove(source_id: int) -> Page:
    """It and all that was read from it go."""
    return change(
        source_id,
        lambda s, me: calendars.remove(s, me, source_id),
        lambda name: said("“{name}” is removed, and nothing of it is kept.", name=name),
    )
