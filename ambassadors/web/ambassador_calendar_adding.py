"""Adding a calendar: by its address, from an account in two steps, from a file."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.remote.guard import Guard, guard_for
from ambassadors.services import calendars
from ambassadors.services.calendars import Naming, Sealer, Upload, Whose
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.ambassador_calendars import LIST
from ambassadors.web.changing import Page
from ambassadors.web.speaking import speak

pages = Blueprint("ambassador_calendar_adding", __name__, url_prefix=f"{LIST}/add")
pages.before_request(access.ambassador_only)

WAYS = ("address", "account", "file")
ADDED = said("“{}” is added. It is read within seconds.")


def sealer() -> Sealer:
    """Encrypts what opens a calendar."""
    return Sealer(current_app.extensions["settings"].secret_key)


def guard() -> Guard:
    """What may be asked of the network."""
    return guard_for(not current_app.extensions["settings"].production)


def naming() -> Naming:
    """The name as typed, and whether whole days are busy."""
    return Naming(request.form.get("name", ""), request.form.get("all_day") == "1")


@pages.get("")
def ways() -> Page:
    """Three ways to add one, with help for the usual calendars."""
    way = request.args.get("way", "")
    return show_way(way if way in WAYS else WAYS[0])


def show_way(way: str, refusal: Refused | None = None) -> Page:
    """One of the ways, with what was refused; passwords are not shown again."""
    page = render_template(
        "ambassador/calendar_add.html",
        way=way,
        values=request.form,
        all_day=request.form.get("all_day") == "1" or request.method == "GET",
        errors={refusal.field or "": refusal.text} if refusal else {},
    )
    return (page, refusal.status) if refusal else page


@pages.post("/address")
def add_address() -> Page:
    """Adds a secret address."""
    me, now, address = access.me().id, datetime.now(UTC), request.form.get("address", "")
    return adding(
        "address",
        lambda s: calendars.add_address(s, me, naming(), address, sealer(), guard(), now).name,
    )


def adding(way: str, work: Callable[[Session], str]) -> Page:
    """Adds one and goes to the list, or shows why not."""
    try:
        name = write(db.session(), work)
    except Refused as refusal:
        return show_way(way, refusal)
    flash(speak(ADDED.format(name)))
    return redirect(LIST, 303)


@pages.post("/account")
def open_account() -> Page:
    """Asks the server which calendars there are, and shows them."""
    me, now, form = access.me().id, datetime.now(UTC), request.form
    address, user, password = (form.get(name, "") for name in ("address", "user", "password"))
    try:
        write(db.session(), lambda s: calendars.count_look(s, me, now))
        choice = calendars.find_calendars(address, user, password, sealer(), guard())
    except Refused as refusal:
        return show_way("account", refusal)
    return show_choice(choice.sealed, None)


def show_choice(sealed: str, refusal: Refused | None) -> Page:
    """The calendars of an account that was opened."""
    try:
        _, found = calendars.open_choice(sealed, sealer())
    except Refused as late:
        return show_way("account", late)
    page = render_template(
        "ambassador/calendar_choose.html",
        sealed=sealed,
        found=found,
        chosen=request.form.get("calendar", "0"),
        all_day=request.form.get("all_day") == "1" or "calendar" not in request.form,
        errors={refusal.field or "": refusal.text} if refusal else {},
    )
    return (page, refusal.status) if refusal else page


@pages.post("/calendar")
def add_calendar() -> Page:
    """Adds one of an account's calendars."""
    me, now, form = access.me().id, datetime.now(UTC), request.form
    sealed, number = form.get("account", ""), form.get("calendar", "")
    try:
        name = write(
            db.session(),
            lambda s: calendars.add_calendar(s, me, naming(), sealed, number, sealer(), now).name,
        )
    except Refused as refusal:
        return show_choice(sealed, refusal)
    flash(speak(ADDED.format(name)))
    return redirect(LIST, 303)


@pages.post("/file")
def add_file() -> Page:
    """Reads a file at once, in a process with limits, and keeps its busy spans."""
    me, now, given = access.me(), datetime.now(UTC), request.files.get("file")
    data = given.read() if given else b""
    whose = Whose(me.time_zone, me.user.email, naming().all_day)
    db.session().rollback()  # reading takes a while: no transaction is open meanwhile
    try:
        if not data:
            raise Refused(said("Choose a calendar file (.ics)."), field="file")
        found = calendars.read_file(data, whose, now)
        file = Upload((given.filename if given else "") or "calendar.ics", data, found)
        name = write(
            db.session(),
            lambda s: calendars.add_upload(s, me.id, naming(), file, sealer(), now).name,
        )
    except Refused as refusal:
        if refusal.field is None:
            refusal.field = "file"
        return show_way("file", refusal)
    flash(
        speak(
            said(
                "“{name}” is added: {count} busy times. The file itself is not kept.",
                name=name,
                count=len(found.spans),
            )
        )
    )
    return redirect(LIST, 303)
