"""After the chats: who wants to be written to, what was reported, where both sides differ."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import concerns, feedback, follow_ups
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.coordinator import read_page
from ambassadors.web.speaking import speak

FOLLOW_UPS, CONCERNS = "/coordinator/follow-ups", "/coordinator/concerns"

pages = Blueprint("coordinator_afterwards", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


@pages.get("/follow-ups")
def list_follow_ups() -> str:
    """Prospects whom the admissions office should write to."""
    state = read_state(follow_ups.STATES)
    page = follow_ups.find_follow_ups(db.session(), state, read_page(request.args))
    return render_template("coordinator/follow_ups.html", page=page, state=state)


@pages.get("/follow-ups.csv")
def export_follow_ups() -> Response:
    """The same as a file, all of a state."""
    text = follow_ups.write_csv(db.session(), read_state(follow_ups.STATES))
    headers = {"Content-Disposition": 'attachment; filename="follow-ups.csv"'}
    return Response(text, mimetype="text/csv; charset=utf-8", headers=headers)


def read_state(known: tuple[str, ...]) -> str:
    """The state asked for, the first of those known by default."""
    state = request.args.get("state", "")
    return state if state in known else known[0]


@pages.post("/follow-ups/<id:follow_up_id>/done")
def follow_up_done(follow_up_id: int) -> Response:
    """Somebody has written to them."""
    now, me = datetime.now(UTC), access.reader().id
    write(db.session(), lambda s: follow_ups.finish(s, follow_up_id, me, now))
    flash(speak(said("Noted: they were written to.")))
    return redirect(FOLLOW_UPS, 303)


@pages.get("/concerns")
@access.acts
def list_concerns() -> str:
    """What was reported and nobody has looked into; not for those who only look."""
    session, state = db.session(), read_state(concerns.STATES)
    closed = concerns.find_closed(session, read_page(request.args)) if state == "closed" else None
    return render_template(
        "coordinator/concerns.html",
        state=state,
        page=closed,
        open_ones=concerns.open_reports(session),
        differing=feedback.disagreements(session),
    )


@pages.post("/concerns/<id:concern_id>/close")
def close_concern(concern_id: int) -> Response:
    """Somebody has looked into it."""
    now, me, note = datetime.now(UTC), access.reader().id, request.form.get("note", "")
    try:
        write(db.session(), lambda s: concerns.close(s, concern_id, note, me, now))
        flash(speak(said("The report is closed.")))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    return redirect(CONCERNS, 303)


@pages.post("/chats/<uid>/settle")
def settle(uid: str) -> Response:
    """Says how a chat went, when both sides say different things."""
    now, actor, verdict = datetime.now(UTC), access.actor(), request.form.get("verdict", "")
    write(db.session(), lambda s: feedback.settle(s, uid, verdict, actor, now))
    flash(speak(said("It is decided how the chat went.")))
    onward = access.local_path(request.form.get("next")) or f"/coordinator/chats/{uid}"
    return redirect(onward, 303)
