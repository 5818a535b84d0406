"""Leaving: who goes when, and who takes their chats; accepted at once or one by one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from ambassadors.core.hours import local_date
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, shown
from ambassadors.core.spans import minute_of
from ambassadors.core.wording import count_text, date_text
from ambassadors.extensions import db
from ambassadors.services import leaving, oversight
from ambassadors.services.leaving import Done, Handing
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator_ambassadors import ROSTER
from ambassadors.web.forms.coordinator import read_date, read_handings, read_people
from ambassadors.web.speaking import speak

MOST_SENTENCES = 8

pages = Blueprint("coordinator_leaving", __name__, url_prefix=ROSTER)
pages.before_request(access.coordinator_only)


def today() -> date:
    """The date where the coordinator is."""
    return local_date(access.reader().time_zone, minute_of(datetime.now(UTC)))


@pages.get("/graduation")
@access.acts
def graduation() -> str:
    """Who leaves: everybody to choose from, with the last days that are known."""
    people = oversight.list_leavers(db.session(), datetime.now(UTC))
    return render_template("coordinator/graduation.html", people=people, today=today())


@pages.get("/leave")
@access.acts
def leave_form() -> Page:
    """What it does to booked chats when these ambassadors leave, and who could take each."""
    return show(read_people(request.args), read_last_day(request.args))


def read_last_day(values: MultiDict[str, str]) -> date:
    """The last day; today when none is named."""
    return read_date(values, "last") or today()


def show(ids: Collection[int], last_day: date, only: str | None = None) -> Page:
    """Their chats with a proposal for each; `only`: the chat that nobody was chosen for."""
    session, now = db.session(), datetime.now(UTC)
    people = leaving.find_people(session, ids)
    chats = leaving.chats_after(session, people, last_day, now)
    handings = leaving.propose_for(session, chats, {one.id for one in people}, now)
    errors = {} if only is None else nobody_chosen(handings, only)
    page = render_template(
        "coordinator/leave.html",
        people=people,
        last_day=last_day,
        today=today(),
        handings=handings,
        values=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


def nobody_chosen(handings: Sequence[Handing], only: str) -> Mapping[str, str]:
    """What is wrong when nobody was chosen, for `only` one chat or ('') any, by its field's id."""
    if not only:
        return {"handings": speak(said("Choose who takes the chats."))}
    choices = {one.chat.uid for one in handings if one.proposal.takers}
    where = f"to-{only}" if only in choices else ""
    return {where: speak(said("Choose who takes that chat."))}


def address_of(ids: Collection[int], last_day: date) -> str:
    """The page about them."""
    who = "&".join(f"who={one}" for one in ids)
    return f"{ROSTER}/leave?{who}&last={last_day.isoformat()}"


@pages.post("/leave")
def leave() -> Page:
    """Hands over one chat, or all that somebody is chosen for; then they leave, if so wished."""
    session, now, form = db.session(), datetime.now(UTC), request.form
    ids, last_day, only = read_people(form), read_last_day(form), form.get("only", "")
    people = leaving.find_people(session, ids)
    onward = address_of(ids, last_day)
    names = {one.id: one.name for one in people}
    if form.get("act") != "keep":
        chosen = read_handings(form, only)
        handed = say(leaving.hand_over_all(session, chosen, access.actor(), now, REASON))
        if (handed and only) or len(chosen) > leaving.MOST_AT_ONCE:  # nobody leaves half-way
            return redirect(onward, 303)
    if only:
        return show(ids, last_day, only)
    user_id = access.reader().id
    gone = write(session, lambda s: leaving.leave(s, names, last_day, user_id, now))
    flash(speak(told(names, gone, last_day)))
    left = leaving.chats_after(session, people, last_day, now)
    if left:
        flash(
            speak(said("Still booked with them: {count}.", count=count_text(len(left), "chat"))),
            "warning",
        )
        return redirect(onward, 303)
    return redirect(ROSTER, 303)


NOTED, STAYS = said("The last day is noted."), said("They stay: no last day is noted.")
REASON = said("They no longer take chats then.")


def told(names: dict[int, str], gone: int, last_day: date) -> str:
    """What became of those who leave."""
    who = next(iter(names.values())) if len(names) == 1 else count_text(len(names), "ambassador")
    if gone:
        return said("{who} inactive: prospects do not find them any more.", who=who)
    return said("{who} will be inactive after {day}.", who=who, day=shown(date_text, last_day))


def say(done: Done) -> bool:
    """Says what was handed over and what could not be; whether there was anything."""
    if done.handed:
        chats = count_text(done.handed, "chat")
        flash(speak(said("{chats} handed over. Everybody concerned is told by mail.", chats=chats)))
    for sentence in done.failed[:MOST_SENTENCES]:
        flash(speak(said("Not handed over: {sentence}", sentence=sentence)), "warning")
    return bool(done.handed or done.failed)


@pages.post("/<id:ambassador_id>/last-day")
def last_day(ambassador_id: int) -> Page:
    """Notes when somebody leaves, or that they stay."""
    now, user_id = datetime.now(UTC), access.reader().id
    try:
        day = read_date(request.form, "leaves_on")
        write(db.session(), lambda s: leaving.set_last_day(s, ambassador_id, day, user_id, now))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    else:
        flash(speak(NOTED if day else STAYS))
    return redirect(f"{ROSTER}/{ambassador_id}", 303)
