"""The roster: everybody, one of them, inviting, and what is done with several at once."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from ambassadors.core.csvs import write_table
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.wording import count_text
from ambassadors.extensions import db
from ambassadors.services import (
    absence,
    agenda,
    approval,
    calendars,
    desk,
    oversight,
    roster,
    timetable,
)
from ambassadors.services.oversight import Someone
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.ambassador import form_of
from ambassadors.web.forms.coordinator import carried, read_page, read_people, read_person_filter
from ambassadors.web.sorting import Column, heads
from ambassadors.web.speaking import speak

ROSTER = "/coordinator/ambassadors"
COLUMNS = (
    Column(said("Name"), "name"),
    Column(said("State")),
    Column(said("This week"), "load", True),
    Column(said("Hours left"), "free", True),
    Column(said("Last active"), "active", True),
    Column(said("Accepts"), "accepted"),
    Column(said("Shows"), "shown"),
    Column(said("Rating"), "rating"),
    Column(said("Calendar"), "calendar", True),
)
EXPORTED = (
    *("name", "email", "time_zone", "status", "chats_this_week", "weekly_cap", "chats_to_come"),
    *("free_hours_this_week", "last_active", "acceptance", "show_rate", "rating", "calendar"),
    *("back_on", "leaves_on"),
)

pages = Blueprint("coordinator_ambassadors", __name__, url_prefix=ROSTER)
pages.before_request(access.coordinator_only)


@pages.get("")
def ambassadors() -> str:
    """Everybody with their load, filtered, searched, sorted, page by page."""
    return show_roster(request.args, {})


def show_roster(values: MultiDict[str, str], errors: Mapping[str, str]) -> str:
    """The list that these values ask for; errors: by the id of their field."""
    session, now = db.session(), datetime.now(UTC)
    wanted = read_person_filter(values)
    return render_template(
        "coordinator/ambassadors.html",
        wanted=wanted,
        page=oversight.find_ambassadors(session, wanted, now, read_page(values)),
        heads=heads(COLUMNS, ROSTER, values, wanted.sort, wanted.falling),
        to_read=approval.count_to_read(session),
        vocabulary=vocabulary(session),
        carried=carried(values),
        errors=errors,
    )


@pages.get("/export.csv")
def export() -> Response:
    """The list as it is filtered and sorted, all of its pages, as CSV."""
    session, now = db.session(), datetime.now(UTC)
    people = oversight.list_ambassadors(session, read_person_filter(request.args), now)
    text = write_table(EXPORTED, (cells(one) for one in people))
    headers = {"Content-Disposition": "attachment; filename=ambassadors.csv"}
    return Response(text, mimetype="text/csv", headers=headers)


def cells(one: Someone) -> list[str]:
    """One ambassador's cells: moments in UTC, hours with one decimal, rates from 0 to 1."""
    figures = one.figures
    return [
        one.name,
        one.email,
        one.zone,
        "pending" if one.pending else one.status,
        str(figures.this_week),
        str(one.weekly_cap),
        str(figures.to_come),
        f"{figures.free_minutes / 60:.1f}",
        f"{one.last_active:%Y-%m-%dT%H:%MZ}" if one.last_active else "",
        *(f"{rate:.2f}" if rate is not None else "" for rate in rates(one)),
        figures.calendar.state,
        *(day.isoformat() if day else "" for day in (one.back, one.leaves_on)),
    ]


def rates(one: Someone) -> Iterator[float | None]:
    """Acceptance, show rate and mean rating."""
    yield from (one.figures.acceptance, one.figures.show_rate, one.figures.rating)


@pages.post("/several")
def several() -> Page:
    """Leads on to what is to be done with those who are ticked, or activates them."""
    ids = read_people(request.form)
    if not ids:
        wanted = MultiDict(parse_qsl(request.form.get("query", "").lstrip("?")))
        return show_roster(wanted, {"people": speak(said("Tick somebody first."))}), 422
    if request.form.get("act") == "leave":
        query = "&".join(f"who={one}" for one in ids)
        return redirect(f"{ROSTER}/leave?{query}", 303)
    now, user_id = datetime.now(UTC), access.reader().id
    count = write(db.session(), lambda s: roster.reactivate_all(s, ids, user_id, now))
    flash(speak(said("{count} activated.", count=count_text(count, "ambassador"))))
    return redirect(ROSTER, 303)


@pages.get("/invite")
@access.acts
def invite_form() -> str:
    """Asks whom to invite."""
    return show_invite(MultiDict(), {})


def show_invite(values: MultiDict[str, str], errors: dict[str, str]) -> str:
    """The form with these values."""
    return render_template("coordinator/invite.html", values=values, errors=errors)


@pages.post("/invite")
def invite() -> Page:
    """Makes the account and queues the invitation."""
    form, now = request.form, datetime.now(UTC)
    email, name, zone = (form.get(field, "") for field in ("email", "name", "zone"))
    try:
        row = write(db.session(), lambda s: roster.invite(s, email, name, zone, now))
    except Refused as refusal:
        return show_invite(form, {refusal.field or "": refusal.text}), refusal.status
    flash(
        speak(said("{name} is invited: the link to set a password is on its way.", name=row.name))
    )
    return redirect(f"{ROSTER}/{row.id}", 303)


@pages.get("/<id:ambassador_id>")
def ambassador(ambassador_id: int) -> str:
    """One ambassador: profile, hours, rules, chats to come, what was done here."""
    session, now = db.session(), datetime.now(UTC)
    row = roster.find(session, ambassador_id)
    kept = timetable.read(row, timetable.today_of(row, now))
    return render_template(
        "coordinator/ambassador.html",
        one=row,
        missing=roster.missing(row),
        hours=form_of(kept),
        kept=kept,
        calendars=calendars.list_own(session, row.id),
        stale=oversight.calendars.stale(session, now, [row.id]),
        absences=absence.absences(row, now),
        to_come=agenda.to_come(session, row.id, now),
        to_mark=agenda.to_mark(session, row.id, now),
        events=desk.events(session, row.id),
        now=now,
    )


@pages.post("/<id:ambassador_id>/invite")
def invite_again(ambassador_id: int) -> Answer:
    """Sends the link once more to somebody who has not signed in yet."""
    now = datetime.now(UTC)
    write(db.session(), lambda s: roster.invite_again(s, ambassador_id, now))
    flash(speak(said("Another invitation is on its way.")))
    return redirect(f"{ROSTER}/{ambassador_id}", 303)


@pages.post("/<id:ambassador_id>/reactivate")
def reactivate(ambassador_id: int) -> Answer:
    """Prospects find them again."""
    now, user_id = datetime.now(UTC), access.reader().id
    write(db.session(), lambda s: roster.reactivate_all(s, [ambassador_id], user_id, now))
    flash(speak(said("They are back.")))
    return redirect(f"{ROSTER}/{ambassador_id}", 303)
