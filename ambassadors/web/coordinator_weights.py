"""What families of interests weigh: tried on the past weeks first, then saved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.rehearsal import Rehearsal
from ambassadors.core.said import said
from ambassadors.core.weights import Weights, read_weights, share_of_rest, weights_of
from ambassadors.extensions import db
from ambassadors.services.programme import read_vocabulary
from ambassadors.services.weights import rehearse_weights, save_weights
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.coordinator import read_id
from ambassadors.web.speaking import speak

WEIGHTS = "/coordinator/weights"
FAMILY, BEFORE = "family-", "before-"  # what the fields of a family are called, followed by its key
WEEKS, MOST_WEEKS = 8, 52

Values = MultiDict[str, str]

pages = Blueprint("coordinator_weights", __name__, url_prefix=WEIGHTS)
pages.before_request(access.coordinator_only)


@dataclass(frozen=True)
class Tried:
    """What was typed: texts by family key, the weeks, and what came of it."""

    texts: dict[str, str]
    weeks: str = str(WEEKS)
    weights: Weights | None = None
    rehearsal: Rehearsal | None = None
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("")
@access.acts
def weights() -> Page:
    """The weights as they are, or, with weights in the address, what those would have changed."""
    session, now = db.session(), datetime.now(UTC)
    known, values = read_vocabulary(session), request.args
    if not any(name.startswith(FAMILY) for name in values):
        return show(known, Tried(texts_of(weights_of(known))))
    typed, weeks = fields(values, FAMILY), values.get("weeks", "")
    try:
        wanted = read_weights(known, typed)
        rehearsal = rehearse_weights(session, wanted, read_weeks(weeks), now)
    except Refused as refusal:
        return refuse(known, Tried(typed, weeks), refusal)
    return show(known, Tried(typed, weeks, wanted, rehearsal))


@pages.post("")
def save() -> Page:
    """Weighs by them from now on."""
    session, now, user = db.session(), datetime.now(UTC), access.reader().id
    known, typed = read_vocabulary(session), fields(request.form, FAMILY)
    try:
        wanted = read_weights(known, typed)
        before = read_weights(known, fields(request.form, BEFORE))
        write(session, lambda s: save_weights(s, wanted, before, user, now))
    except Refused as refusal:
        return refuse(read_vocabulary(session), Tried(typed), refusal)
    flash(speak(said("The new weights count from now on.")))
    return redirect(WEIGHTS, 303)


def refuse(known: Vocabulary, tried: Tried, refusal: Refused) -> Page:
    """The form as it was typed, and what is wrong with it."""
    errors = {refusal.field or "": refusal.text}
    return show(known, Tried(tried.texts, tried.weeks, errors=errors)), refusal.status


def show(known: Vocabulary, tried: Tried) -> str:
    """The form, and the rehearsal where there is one."""
    return render_template(
        "coordinator/weights.html",
        vocabulary=known,
        tried=tried,
        saved=texts_of(weights_of(known)),
        rest=share_of_rest(weights_of(known)),
        most_weeks=MOST_WEEKS,
    )


def fields(values: Values, beginning: str) -> dict[str, str]:
    """The texts of the fields that begin so, by family key."""
    return {
        name.removeprefix(beginning): text
        for name, text in values.items()
        if name.startswith(beginning)
    }


def texts_of(weights: Weights) -> dict[str, str]:
    """Weights as a form shows them."""
    return {key: "" if weight is None else str(weight) for key, weight in weights.items()}


def read_weeks(text: str) -> int:
    """How many past weeks to rehearse."""
    weeks = read_id(text.strip()) if text.strip() else WEEKS
    if weeks is None or not 1 <= weeks <= MOST_WEEKS:
        raise Refused(
            said("Rehearse from 1 to {most_weeks} weeks.", most_weeks=MOST_WEEKS), field="weeks"
        )
    return weeks
