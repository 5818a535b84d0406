"""The hours editor, with the slots that the hours give beside it, saved or not."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Ambassador
from ambassadors.services import roster, timetable, timetable_preview
from ambassadors.services.timetable import LENGTHS, Timetable
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.ambassador import (
    NUMBERS,
    HoursForm,
    copy_day,
    form_of,
    read_form,
    read_moment,
    read_timetable,
    say_joined,
    wrong_hours,
)
from ambassadors.web.given import Given, ahead, give, nine_in_boston
from ambassadors.web.speaking import speak

PART = "X-Part"  # a script asks for the slots alone

pages = Blueprint("ambassador_hours", __name__, url_prefix="/ambassador/hours")
pages.before_request(access.ambassador_only)


@pages.get("")
def hours() -> Page:
    """The hours as they are kept, and what they give."""
    now, me = datetime.now(UTC), find_me()
    kept = timetable.read(me, timetable.today_of(me, now))
    form = form_of(kept)
    return show(me, form, give_slots(me, kept, form, now))


@pages.post("")
def save() -> Page:
    """Saves the hours; booked chats stay where they are."""
    now, me, form = datetime.now(UTC), find_me(), read_form(request.form)
    try:
        typed = read_timetable(form)
        write(db.session(), lambda session: timetable.edit(session, me.id, typed, now))
    except Refused as refusal:
        return show(me, form, None, all_wrong(form, refusal)), refusal.status
    flash(speak(said("Your hours are saved. Chats that are booked stay where they are.")))
    for sentence in say_joined(form):
        flash(speak(sentence))
    return redirect("/ambassador/hours", 303)


def all_wrong(form: HoursForm, refusal: Refused) -> dict[str, str]:
    """What was refused, and whatever else cannot be read, by the id of its field."""
    wrong = wrong_hours(form)
    return wrong if refusal.field in wrong else {refusal.field or "": refusal.text} | wrong


@pages.post("/preview")
def preview() -> Page:
    """What the form as typed would give, and why a time is not in it; nothing is saved.

    For browsers without scripts it copies a day over others, too.
    """
    now, me, form = datetime.now(UTC), find_me(), read_form(request.form)
    alone = PART in request.headers
    try:
        if request.form.get("act") == "copy":
            form = copy_day(form, request.form)
        typed = read_timetable(form)
        timetable.check(typed)
    except Refused as refusal:
        if alone:
            return render_template("ambassador/unread.html", text=refusal.text)
        return show(me, form, None, all_wrong(form, refusal)), refusal.status
    given, why = give_slots(me, typed, form, now), answer_why(me, typed, form, now)
    if alone:
        told = list(say_joined(form))
        return render_template("ambassador/given.html", given=given, why=why, joined_up=told)
    return show(me, form, given, {}, why)


def find_me() -> Ambassador:
    """The ambassador who is signed in, with all their hours."""
    return roster.find(db.session(), access.me().id)


def give_slots(me: Ambassador, typed: Timetable, form: HoursForm, now: datetime) -> Given:
    """The next two weeks, day by day."""
    minutes = int(form.minutes) if form.minutes in map(str, LENGTHS) else 30
    found = timetable_preview.preview(db.session(), me, typed, minutes, now)
    return give(found, now)


def answer_why(me: Ambassador, typed: Timetable, form: HoursForm, now: datetime) -> str:
    """Why the time asked about is not offered; nothing when none was asked about."""
    day, clock = request.form.get("why-day", ""), request.form.get("why-time", "")
    if not day or not clock:
        return ""
    minutes = int(form.minutes) if form.minutes in map(str, LENGTHS) else 30
    try:
        start = read_moment(day, clock, me.time_zone)
    except Refused as refusal:
        return refusal.text
    reason = timetable_preview.why_not(db.session(), me, typed, start, minutes, now)
    return reason.text if reason else said("It is offered, for {minutes} minutes.", minutes=minutes)


def show(
    me: Ambassador,
    form: HoursForm,
    given: Given | None,
    errors: dict[str, str] | None = None,
    why: str = "",
) -> str:
    """The editor with these values."""
    now = datetime.now(UTC)
    shift = ahead(now, me.time_zone)
    return render_template(
        "ambassador/hours.html",
        me=me,
        form=form,
        numbers=NUMBERS,
        all_lengths=LENGTHS,
        given=given,
        why=why,
        joined_up=[] if given is None else list(say_joined(form)),
        asked=(request.form.get("why-day", ""), request.form.get("why-time", "")),
        unsaved=request.method == "POST",
        copied=(request.form.get("copy-from", ""), request.form.getlist("copy-to")),
        now=now,
        today=timetable.today_of(me, now),
        ahead=shift,
        nine=nine_in_boston(shift),
        errors=errors or {},
    )
