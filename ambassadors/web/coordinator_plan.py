"""The plan for everybody who waits: made, watched, looked at, changed by hand, accepted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import itemgetter

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import pattern, said, shown
from ambassadors.core.wording import count_text, listed
from ambassadors.extensions import db
from ambassadors.models import Plan
from ambassadors.services import assignment
from ambassadors.services.assignment import Accepted
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.coordinator import carried, read_change, read_line_filter, read_page
from ambassadors.web.speaking import speak

PLANS = "/coordinator/plan"
MOST_NAMES = 10

pages = Blueprint("coordinator_plan", __name__, url_prefix=PLANS)
pages.before_request(access.coordinator_only)


@pages.get("")
def plans() -> str:
    """What a plan would start from, and the plans there were."""
    return render_template("coordinator/plan/start.html", seen=assignment.look(db.session()))


@pages.post("")
def start() -> Response:
    """Asks for a plan; a scheduler makes it within seconds."""
    now, user = datetime.now(UTC), access.reader()
    plan = write(db.session(), lambda s: assignment.start(s, now, user.id))
    return redirect(f"{PLANS}/{plan.id}", 303)


@pages.get("/<id:plan_id>")
def plan(plan_id: int) -> str:
    """How far it is; when it is ready, who gets whom and why."""
    session = db.session()
    found = assignment.find_plan(session, plan_id)
    if found.finished_at is None or found.status == "failed":
        return render_template("coordinator/plan/progress.html", plan=found)
    return show(found)


def show(found: Plan) -> str:
    """A plan that was computed, line by line."""
    session, wanted = db.session(), read_line_filter(request.args)
    outlooks = assignment.outlooks(session, found)
    return render_template(
        "coordinator/plan/preview.html",
        plan=found,
        wanted=wanted,
        page=assignment.find_lines(session, found.id, wanted, read_page(request.args)),
        changes=assignment.changes(session, found),
        outlooks=outlooks,
        names=sorted(((one.ambassador_id, one.name) for one in outlooks), key=itemgetter(1)),
        vocabulary=vocabulary(session),
        carried=carried(request.args),
    )


@pages.post("/<id:plan_id>/again")
def again(plan_id: int) -> Response:
    """The same once more, with what was fixed by hand."""
    now, user = datetime.now(UTC), access.reader()
    plan = write(db.session(), lambda s: assignment.again(s, plan_id, now, user.id))
    return redirect(f"{PLANS}/{plan.id}", 303)


@pages.post("/<id:plan_id>/cancel")
def cancel(plan_id: int) -> Response:
    """Ends a plan that is not accepted."""
    try:
        write(db.session(), lambda s: assignment.cancel(s, plan_id))
        flash(speak(said("The plan is cancelled. Nobody was told anything.")))
    except Refused as refusal:
        return turn_back(plan_id, refusal)
    return redirect(PLANS, 303)


@pages.get("/<id:plan_id>/accept")
@access.acts
def accept_form(plan_id: int) -> str:
    """Says what accepting does, and asks once more."""
    session = db.session()
    found = assignment.find_plan(session, plan_id)
    given = sum(one.given > 0 for one in assignment.outlooks(session, found))
    return render_template("coordinator/plan/accept.html", plan=found, ambassadors=given)


@pages.post("/<id:plan_id>/accept")
def accept(plan_id: int) -> Response:
    """Everybody in it is matched and told."""
    now = datetime.now(UTC)
    try:
        done = write(db.session(), lambda s: assignment.accept(s, plan_id, now))
    except Refused as refusal:
        return turn_back(plan_id, refusal)
    for sentence, kind in outcome(done):
        flash(speak(sentence), kind)
    return redirect(f"{PLANS}/{plan_id}", 303)


def turn_back(plan_id: int, refusal: Refused) -> Response:
    """To the plan as it is, with what was refused."""
    if refusal.status == 404:
        raise refusal
    flash(speak(refusal.text), "warning")
    return redirect(f"{PLANS}/{plan_id}", 303)


def outcome(done: Accepted) -> list[tuple[str, str]]:
    """What accepting did, in sentences with their kinds."""
    sentences: list[tuple[str, str]] = [
        (
            said(
                "{prospects} matched. They and {ambassadors} are told by mail.",
                prospects=count_text(done.matched, "prospect"),
                ambassadors=count_text(done.ambassadors, "ambassador"),
            ),
            "message",
        )
    ]
    for why, names in ((GONE, done.skipped), (FULL, done.full)):
        if names:
            sentences.append((said(why, names=shortened(names)), "warning"))
    return sentences


GONE = pattern(
    "Not matched, because they have booked or were answered meanwhile, or their ambassador has "
    "left: {names}."
)
FULL = pattern("Not matched, because their ambassador has no hours left any more: {names}.")


def shortened(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    some = [*names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        some.append(said("{count} more", count=len(names) - MOST_NAMES))
    return shown(listed, some, "and")


@pages.get("/<id:plan_id>/lines/<id:line_id>")
def line(plan_id: int, line_id: int) -> Page:
    """One prospect: whom they get and why, who else there is."""
    return show_line(plan_id, line_id)


def show_line(plan_id: int, line_id: int, refusal: Refused | None = None) -> Page:
    """A line with what can be done about it, and what was refused."""
    session, now = db.session(), datetime.now(UTC)
    found, one = (
        assignment.find_plan(session, plan_id),
        assignment.find_line(session, plan_id, line_id),
    )
    open_to_change = found.status == "ready"
    page = render_template(
        "coordinator/plan/line.html",
        plan=found,
        line=one,
        candidates=assignment.candidates(session, found, one, now) if open_to_change else (),
        names={taker["ambassador_id"]: taker["name"] for taker in found.outlooks},
        vocabulary=vocabulary(session),
        errors={refusal.field or "": refusal.text} if refusal else {},
    )
    return (page, refusal.status) if refusal else page


@pages.post("/<id:plan_id>/lines/<id:line_id>")
def change_line(plan_id: int, line_id: int) -> Page:
    """Changes a line; when whoever was chosen is full, the plan is made again around it."""
    now, user, change = datetime.now(UTC), access.reader(), read_change(request.form)
    try:
        plan = write(
            db.session(),
            lambda s: assignment.edit_or_again(s, plan_id, line_id, change, now, user.id),
        )
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return show_line(plan_id, line_id, refusal)
    if plan.id != plan_id:
        flash(
            speak(
                said(
                    "Whoever you chose had no hours left, so the plan is made again around your "
                    "choice."
                )
            )
        )
        return redirect(f"{PLANS}/{plan.id}", 303)
    flash(speak(said("Changed. The rest of the plan stays as it was until you make it again.")))
    return redirect(f"{PLANS}/{plan_id}/lines/{line_id}", 303)
