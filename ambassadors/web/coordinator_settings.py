"""Settings of the service: seen, tried, saved, looked back on, undone."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from werkzeug.exceptions import NotFound

from ambassadors.core import notices
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.settings import terms, wordings, working
from ambassadors.core.settings.rules import LENGTHS, RULES
from ambassadors.extensions import db
from ambassadors.mail.compose import Mail
from ambassadors.services.service import post_of
from ambassadors.services.settings import calendar, changing, current, samples, signing_in, store
from ambassadors.services.settings.changing import SETTINGS, Save, find_setting
from ambassadors.services.settings.foresight import Foresight
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms import settings as forms
from ambassadors.web.forms.coordinator import carried, read_id, read_page
from ambassadors.web.forms.settings import Values
from ambassadors.web.security import MAIL_POLICY
from ambassadors.web.speaking import speak

HOME = "/coordinator/settings"

pages = Blueprint("coordinator_settings", __name__, url_prefix=HOME)
pages.before_request(access.coordinator_only)


@pages.get("")
def overview() -> str:
    """What the service goes by now."""
    now = current.read_current(db.session())
    return render_template(
        "coordinator/settings/index.html",
        now=now,
        rules=RULES,
        reminded=notices.reminded_text(now.reminders),
        calendar=[(terms.range_text(one), terms.effect_text(one)) for one in now.terms],
        letters=wordings.LETTERS,
        second_steps=signing_in.WHO,
    )


@pages.get("/history")
def history() -> str:
    """Every change: who, when, from what to what."""
    session, key = db.session(), request.args.get("setting", "")
    page = store.history(session, key, read_page(request.args))
    rows = [
        (row, find_setting(row.key), told(row.key, row.before, row.value)) for row in page.items
    ]
    return render_template(
        "coordinator/settings/history.html",
        page=page.made_of(rows),
        undone=store.undone(session, [row.id for row in page.items]),
        titles=[(one.key, one.title) for one in SETTINGS.values()],
        key=key,
        carried=carried(request.args),
    )


def told(key: str, before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """A change in sentences."""
    return find_setting(key).tell(before, after)


@pages.get("/history/<id:version_id>/undo")
@access.acts
def undo_form(version_id: int) -> Page:
    """What taking a change back would do, before it is done."""
    session, now = db.session(), datetime.now(UTC)
    row = store.find_version(session, version_id)
    return render_template(
        "coordinator/settings/undo.html",
        row=row,
        setting=find_setting(row.key),
        seen=changing.preview_undo(session, row, now),
    )


@pages.post("/history/<id:version_id>/undo")
def undo(version_id: int) -> Page:
    """Takes a change back: a new change, to what it was before."""
    now, user = datetime.now(UTC), access.reader().id
    row = write(db.session(), lambda s: changing.undo(s, version_id, user, now))
    flash(speak(said("{title}: undone.", title=find_setting(row.key).title)))
    return redirect(f"{HOME}/history", 303)


@pages.get("/<key>")
@access.acts
def form(key: str) -> Page:
    """A setting's form as it is now; `from=programme` fills in the programme's own calendar."""
    session = db.session()
    require(key)
    value = changing.read_now(session, key)
    if key == current.CALENDAR and request.args.get("from") == "programme":
        value = calendar.suggested(session)
    return show(key, forms.form_of(key, value), store.latest_number(session, key))


@pages.post("/<key>/preview")
def preview(key: str) -> Page:
    """What saving would do. Nothing is saved yet."""
    require(key)
    session, now, seen = db.session(), datetime.now(UTC), read_seen()
    try:
        foreseen = changing.preview(session, key, forms.read_value(key, request.form), now)
    except Refused as refusal:
        return refuse(key, refusal)
    return show(key, request.form, seen, foreseen, letter=sample(key))


@pages.post("/<key>/letter")
def letter(key: str) -> Page:
    """The HTML of a mail with the texts that were typed, as it would be sent; shut in."""
    require(key)
    try:
        mail = sample(key)
    except Refused as refusal:
        return refuse(key, refusal)
    if mail is None:
        raise NotFound
    response = Response(mail.html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@pages.post("/<key>")
def save(key: str) -> Page:
    """Saves what was previewed."""
    require(key)
    now, user, seen = datetime.now(UTC), access.reader().id, read_seen()
    try:
        wanted = Save(key, forms.read_value(key, request.form), seen, user, now)
        write(db.session(), lambda s: changing.save(s, wanted))
    except Refused as refusal:
        return refuse(key, refusal)
    flash(speak(said("{title}: saved. It counts from now on.", title=find_setting(key).title)))
    return redirect(HOME, 303)


def require(key: str) -> None:
    """There is no form for what is no setting, nor for the weights, which have their own page."""
    if key not in SETTINGS or key == current.WEIGHTS:
        raise NotFound


def read_seen() -> int:
    """The number of the change that the form was made of."""
    return read_id(request.form.get("seen", "")) or 0


def refuse(key: str, refusal: Refused) -> Page:
    """The form as it was typed, and what is wrong with it."""
    errors = {refusal.field or "": refusal.text}
    number = store.latest_number(db.session(), key)
    return show(key, request.form, number, errors=errors), refusal.status


def sample(key: str) -> Mail | None:
    """An invented mail with the texts that were typed; None for what is no mail."""
    kind = key.removeprefix(current.MAIL)
    if not key.startswith(current.MAIL):
        return None
    typed = wordings.read_wording(kind, forms.read_value(key, request.form))
    service = post_of(db.session(), current_app.extensions["settings"]).service
    return samples.write_sample(kind, typed, service, datetime.now(UTC))


def show(
    key: str,
    values: Values,
    seen: int,
    foreseen: Foresight | None = None,
    errors: dict[str, str] | None = None,
    letter: Mail | None = None,
) -> str:
    """A setting's form, and what was foreseen of it."""
    kind = key.removeprefix(current.MAIL) if key.startswith(current.MAIL) else ""
    return render_template(
        "coordinator/settings/form.html",
        setting=find_setting(key),
        fields=f"coordinator/settings/{'mail' if kind else key}.html",
        values=values,
        seen=seen,
        foreseen=foreseen,
        errors=errors or {},
        letter=letter,
        carried=forms.carried_on(values),
        about=wordings.LETTERS.get(kind),
        placeholders=wordings.PLACEHOLDERS,
        rules=RULES,
        lengths=LENGTHS,
        second_steps=signing_in.WHO,
        reminders=[
            (kind.value, f"{notices.before_text(kind)} before") for kind in notices.REMINDERS
        ],
        rows=forms.count_rows(values),
        kinds=list(terms.KINDS.items()),
        effects=list(terms.EFFECTS.items()),
        guards=list(working.GUARDS.items()),
        suggested=key == current.CALENDAR and bool(calendar.suggested(db.session())["terms"]),
    )
