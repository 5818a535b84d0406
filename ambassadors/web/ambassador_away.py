"""Out of office, as ambassadors say it themselves."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import absence, roster
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator_absence import (
    chats_inside,
    end_absence,
    save_absence,
    wrong_days,
)

pages = Blueprint("ambassador_away", __name__, url_prefix="/ambassador/away")
pages.before_request(access.ambassador_only)


@pages.get("")
def away_form() -> str:
    """Own absences, and the chats that lie inside."""
    return show(MultiDict(), {})


def show(values: MultiDict[str, str], errors: dict[str, str]) -> str:
    """The page with these values."""
    session, now = db.session(), datetime.now(UTC)
    me = roster.find(session, access.me().id)
    return render_template(
        "ambassador/away.html",
        me=me,
        absences=absence.absences(me, now),
        chats=chats_inside(me, now),
        values=values,
        errors=errors,
    )


@pages.post("")
def go_away() -> Page:
    """No slots until the day of return; booked chats stay."""
    try:
        save_absence(access.me().id, request.form)
    except Refused as refusal:
        errors = wrong_days(request.form) or {refusal.field or "": refusal.text}
        return show(request.form, errors), refusal.status
    return redirect("/ambassador/away", 303)


@pages.post("/<id:absence_id>/end")
def come_back(absence_id: int) -> Response:
    """Back earlier, or not going."""
    end_absence(access.me().id, absence_id, "/ambassador/away")
    return redirect("/ambassador/away", 303)
