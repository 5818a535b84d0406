"""Out of office, as a coordinator says it: days away, and who takes the chats inside."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat
from ambassadors.services import absence, leaving, roster
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator_ambassadors import ROSTER
from ambassadors.web.coordinator_leaving import nobody_chosen, say, today
from ambassadors.web.forms.ambassador import read_date
from ambassadors.web.forms.coordinator import read_handings
from ambassadors.web.forms.refusals import refusals
from ambassadors.web.speaking import speak
from ambassadors.web.undoing import offer_undo

REASON = said("They are away then.")
MISSING = {
    "first": said("Please say the first day away."),
    "back": said("Please say the day of return."),
}

pages = Blueprint("coordinator_absence", __name__, url_prefix=f"{ROSTER}/<id:ambassador_id>/away")
pages.before_request(access.coordinator_only)


@pages.get("")
def away_form(ambassador_id: int) -> str:
    """Absences, and the chats inside them with a proposal for each."""
    return show(ambassador_id, MultiDict(), {})


def show(
    ambassador_id: int,
    values: MultiDict[str, str],
    errors: Mapping[str, str],
    only: str | None = None,
) -> str:
    """The page with these values; `only`: the chat ('': any) that nobody was chosen for."""
    session, now = db.session(), datetime.now(UTC)
    row = roster.find(session, ambassador_id)
    handings = leaving.propose_for(session, chats_inside(row, now), {row.id}, now)
    if only is not None:
        errors = nobody_chosen(handings, only)
    return render_template(
        "coordinator/away.html",
        one=row,
        absences=absence.absences(row, now),
        handings=handings,
        values=values,
        errors=errors,
        today=today(),
    )


def chats_inside(row: Ambassador, now: datetime) -> list[Chat]:
    """The chats inside any absence that is not over."""
    kept = absence.absences(row, now)
    if not kept:
        return []
    first, back = min(one.first for one in kept), max(one.back for one in kept)
    chats = leaving.chats_inside(db.session(), row, first, back, now)
    return [chat for chat in chats if is_inside(chat, row, kept)]


def is_inside(chat: Chat, row: Ambassador, kept: tuple[absence.Absence, ...]) -> bool:
    """Whether a chat lies on a day away."""
    day = leaving.day_of(chat, row.time_zone)
    return any(one.first <= day < one.back for one in kept)


@pages.post("")
def go_away(ambassador_id: int) -> Page:
    """Takes them off until a day of return; booked chats stay until they are handed over."""
    try:
        save_absence(ambassador_id, request.form)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        errors = wrong_days(request.form) or {refusal.field or "": refusal.text}
        return show(ambassador_id, request.form, errors), refusal.status
    return redirect(f"{ROSTER}/{ambassador_id}/away", 303)


def save_absence(ambassador_id: int, values: MultiDict[str, str]) -> None:
    """Reads and writes an absence, and says so; Refused when it makes no sense."""
    now, actor = datetime.now(UTC), access.actor()
    first, back = read_day(values, "first"), read_day(values, "back")
    note = values.get("note", "")
    write(
        db.session(),
        lambda s: absence.go_away(s, ambassador_id, first, back, note, actor, now),
    )
    flash(speak(said("The absence is noted: no slots are offered until the day of return.")))


def wrong_days(values: MultiDict[str, str]) -> dict[str, str]:
    """What is wrong with each of the dates by itself, by the id of its field."""
    return dict(refusals(partial(read_day, values, name) for name in ("first", "back")))


def read_day(values: MultiDict[str, str], name: str) -> date:
    """One of the two dates, which must be there."""
    text = values.get(name, "")
    if not text.strip():
        raise Refused(MISSING[name], field=name)
    return read_date(text, name)


@pages.post("/<id:absence_id>/end")
def come_back(ambassador_id: int, absence_id: int) -> Response:
    """They are back earlier, or do not go."""
    here = f"{ROSTER}/{ambassador_id}/away"
    end_absence(ambassador_id, absence_id, here)
    return redirect(here, 303)


def end_absence(ambassador_id: int, absence_id: int, here: str) -> None:
    """Ends it and says so, with a form that notes at `here` what was still ahead of it."""
    now, actor = datetime.now(UTC), access.actor()
    gone = write(
        db.session(), lambda s: absence.come_back(s, ambassador_id, absence_id, actor, now)
    )
    first, back = gone.first.isoformat(), gone.back.isoformat()
    done = speak(said("The absence is taken back."))
    offer_undo(done, here, first=first, back=back, note=gone.note)


@pages.post("/hand-over")
def hand_over(ambassador_id: int) -> Page:
    """Hands over one chat inside an absence, or all that somebody is chosen for."""
    session, now, form = db.session(), datetime.now(UTC), request.form
    roster.find(session, ambassador_id)
    only = form.get("only", "")
    chosen = read_handings(form, only)
    if not say(leaving.hand_over_all(session, chosen, access.actor(), now, REASON)):
        return show(ambassador_id, form, {}, only), 422
    return redirect(f"{ROSTER}/{ambassador_id}/away", 303)
