"""Timesheets: of everybody for coordinators, each ambassador's own for them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.guarding import pay_week
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.worktime import in_session, sum_minutes
from ambassadors.extensions import db
from ambassadors.models import Ambassador
from ambassadors.services import roster, timesheets
from ambassadors.services.programme import programme_zone
from ambassadors.services.settings.current import current
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.coordinator import read_date
from ambassadors.web.speaking import speak

SHEETS, OWN = "/coordinator/timesheets", "/ambassador/timesheet"
WEEK, SIX_DAYS = timedelta(weeks=1), timedelta(days=6)

pages = Blueprint("timesheets", __name__, url_prefix=SHEETS)
pages.before_request(access.coordinator_only)
own_pages = Blueprint("own_timesheet", __name__, url_prefix=OWN)
own_pages.before_request(access.ambassador_only)


@dataclass(frozen=True)
class Week:
    """A pay week, and those before and after it."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + SIX_DAYS

    @property
    def before(self) -> date:
        """The first day of the week before."""
        return self.first - WEEK

    @property
    def after(self) -> date:
        """The first day of the week after."""
        return self.first + WEEK


def read_week(now: datetime) -> Week:
    """The pay week that the address names a day of, else the present one."""
    day = read_date(request.args, "week")
    if day is not None and not 1970 < day.year < 2200:
        raise Refused(said("That date is too far away."), field="week")
    return Week(pay_week(day) if day else timesheets.week_of(db.session(), None, now))


@pages.get("")
def everybody() -> str:
    """Who worked how long in a pay week, and who works too much."""
    session, now = db.session(), datetime.now(UTC)
    week = read_week(now)
    return render_template(
        "coordinator/timesheets.html",
        week=week,
        loads=timesheets.week_loads(session, week.first, now),
        working=current(session).working,
        busy=in_session(week.first, current(session).terms),
    )


@pages.get("/week.csv")
def everybody_csv() -> Response:
    """Every chat of a pay week, of everybody."""
    now = datetime.now(UTC)
    week = read_week(now)
    text = timesheets.write_csv(db.session(), week.first, week.last, now)
    return as_file(text, f"timesheets-{week.first}.csv")


@pages.get("/<id:ambassador_id>")
def one_sheet(ambassador_id: int) -> str:
    """One ambassador's week, chat by chat."""
    one = roster.find(db.session(), ambassador_id)
    return show(one, "coordinator/timesheet.html", f"{SHEETS}/{ambassador_id}", {})


@pages.get("/<id:ambassador_id>/week.csv")
def one_csv(ambassador_id: int) -> Response:
    """The same as a file."""
    return file_of(roster.find(db.session(), ambassador_id))


@own_pages.get("")
def own_sheet() -> str:
    """What they worked in a pay week."""
    return show(access.me(), "ambassador/timesheet.html", OWN, {})


@own_pages.get("/week.csv")
def own_csv() -> Response:
    """The same as a file."""
    return file_of(access.me())


@own_pages.post("")
def state_hours() -> Response | tuple[str, int]:
    """How long they work elsewhere on campus."""
    now, me, typed = datetime.now(UTC), access.me().id, request.form.get("other_hours", "")
    try:
        write(db.session(), lambda s: timesheets.state_other_hours(s, me, typed, now))
    except Refused as refusal:
        errors = {refusal.field or "": refusal.text}
        return show(access.me(), "ambassador/timesheet.html", OWN, errors), refusal.status
    flash(speak(said("Noted.")))
    return redirect(OWN, 303)


def show(one: Ambassador, template: str, address: str, errors: dict[str, str]) -> str:
    """One ambassador's week as a page."""
    session, now = db.session(), datetime.now(UTC)
    week = read_week(now)
    lines = timesheets.read_lines(session, week.first, week.last, now, one.id).get(one.id, [])
    loads = timesheets.week_loads(session, week.first, now)
    return render_template(
        template,
        one=one,
        week=week,
        lines=lines,
        total=sum_minutes(lines),
        load=next((load for load in loads if load.ambassador_id == one.id), None),
        busy=in_session(week.first, current(session).terms),
        working=current(session).working,
        zone=programme_zone(session),
        address=address,
        errors=errors,
        typed=request.form.get("other_hours", "" if one.other_hours is None else one.other_hours),
    )


def file_of(one: Ambassador) -> Response:
    """One ambassador's week as a file."""
    now = datetime.now(UTC)
    week = read_week(now)
    text = timesheets.write_csv(db.session(), week.first, week.last, now, one.id)
    return as_file(text, f"timesheet-{week.first}.csv")


def as_file(text: str, name: str) -> Response:
    """A CSV file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="text/csv", headers=headers)
