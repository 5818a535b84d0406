"""Moving and cancelling a chat, as ambassadors and coordinators do it on pages of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.chats import may_change
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import starts
from ambassadors.core.spans import minute_of
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.services.booking.changes import too_late
from ambassadors.services.diary import load_diary
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.prospect import read_start
from ambassadors.web.speaking import speak
from ambassadors.web.weeks import DAY, Times, read_day, times_of_week

Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Desk:
    """Where a chat is changed: `layout` the template around it, `chats` the address of all chats.

    `find` gives a chat that the reader may change; it refuses all others, and looks again once
    the change is made.
    """

    layout: str
    chats: str
    find: Callable[[Session, str], Chat]

    def address(self, uid: str) -> str:
        """The page of one chat."""
        return f"{self.chats}/{uid}"


def show_move(desk: Desk, uid: str, refusal: Refused | None = None) -> Page:
    """The free times of the chat's ambassador, a week at a time."""
    session, now, zone = db.session(), datetime.now(UTC), access.reader().time_zone
    chat = desk.find(session, uid)
    require_change(chat, now)
    page = render_template(
        "staff/move.html",
        layout=desk.layout,
        back=desk.address(uid),
        chat=chat,
        zone=zone,
        times=free_times(session, chat, zone, now),
        reason=request.values.get("reason", ""),
        refusal=refusal,
    )
    return (page, refusal.status) if refusal else page


def free_times(session: Session, chat: Chat, zone: str, now: datetime) -> Times:
    """Times to which the chat can be moved, in the week that the address names; what it names as
    chosen stays chosen.
    """
    wanted = read_day(request.args.get("week", ""), "week")
    chosen = read_start(request.args["start"]) if request.args.get("start") else None
    end = now + 181 * DAY
    diary = load_diary(session, chat.ambassador_id, now, end, now, without=chat.id)
    last = now + (diary.rules.horizon + 1) * DAY
    free = starts(diary, minute_of(now), minute_of(last), chat.minutes, now)
    free = [one for one in free if one != minute_of(chat.starts_at)]
    return times_of_week(free, wanted, chosen, zone, now, diary.rules.horizon)


def move(desk: Desk, uid: str) -> Page:
    """Moves the chat to the chosen time, and says so to both by mail."""
    session, now, actor = db.session(), datetime.now(UTC), access.actor()
    reason = request.form.get("reason", "")
    try:
        start = read_start(request.form.get("start", ""))
        write(session, lambda s: changed(desk, s, booking.move, uid, start, actor, now, reason))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return show_move(desk, uid, refusal)
    flash(speak(said("The chat is moved. Both of you get the new time by mail.")))
    return redirect(desk.address(uid), 303)


def changed(
    desk: Desk, session: Session, change: Callable[..., Chat], uid: str, *arguments: object
) -> Chat:
    """Makes a change of a chat that the reader may change, before it and still after it."""
    desk.find(session, uid)
    change(session, uid, *arguments)
    return desk.find(session, uid)


def show_cancel(desk: Desk, uid: str, refusal: Refused | None = None) -> Page:
    """Asks once more, and for a reason."""
    session, now = db.session(), datetime.now(UTC)
    chat = desk.find(session, uid)
    require_change(chat, now)
    page = render_template(
        "staff/cancel.html",
        layout=desk.layout,
        back=desk.address(uid),
        chat=chat,
        zone=access.reader().time_zone,
        reason=request.values.get("reason", ""),
        errors={refusal.field or "reason": refusal.text} if refusal else {},
    )
    return (page, refusal.status) if refusal else page


def cancel(desk: Desk, uid: str) -> Page:
    """Cancels the chat; both are told by mail."""
    session, now, actor = db.session(), datetime.now(UTC), access.actor()
    reason = request.form.get("reason", "")
    try:
        write(session, lambda s: changed(desk, s, booking.cancel, uid, actor, now, reason))
    except Refused as refusal:
        if refusal.status in (404, 409):
            raise
        return show_cancel(desk, uid, refusal)
    flash(speak(said("The chat is cancelled. Both of you are told by mail.")))
    return redirect(desk.address(uid), 303)


def require_change(chat: Chat, now: datetime) -> None:
    """Refuses (409) a chat that is over, has begun, or is off."""
    if not may_change(chat, now):
        raise Refused(too_late(chat), status=409)
