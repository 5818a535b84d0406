"""Other systems at the desk: keys, webhooks and what they were told, the export."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from flask import (
    Blueprint,
    current_app,
    flash,
    json,
    redirect,
    render_template,
    request,
    stream_with_context,
)
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.remote.guard import guard_for
from ambassadors.services.integrations import events, exporting, keys, webhooks
from ambassadors.services.integrations.keys import NewKey
from ambassadors.services.integrations.webhooks import NewHook
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.weeks import read_day

HOME = "/coordinator/integrations"

pages = Blueprint("coordinator_integrations", __name__, url_prefix=HOME)
pages.before_request(access.coordinator_only)


@pages.get("")
def overview() -> str:
    """Every key and every webhook."""
    return show(MultiDict(), {})


def show(
    values: MultiDict[str, str], errors: dict[str, str], key: str = "", secret: str = ""
) -> str:
    """The page; `key` and `secret` are shown this once."""
    rows = db.session()
    return render_template(
        "coordinator/integrations/index.html",
        keys=keys.list_all(rows),
        hooks=webhooks.list_all(rows),
        scopes=keys.SCOPES,
        lasts=keys.LASTS,
        names=events.NAMES,
        columns=exporting.COLUMNS,
        values=values,
        errors=errors,
        key=key,
        secret=secret,
        now=datetime.now(UTC),
    )


@pages.post("/keys")
def make_key() -> Page:
    """A new key, shown once."""
    form, now, mine = request.form, datetime.now(UTC), access.reader().id
    try:
        new = read_key(form)
        _, text = write(db.session(), lambda s: keys.make(s, new, mine, now))
    except Refused as refusal:
        field = f"key-{refusal.field}" if refusal.field else ""
        return show(form, {field: refusal.text}), refusal.status
    return show(MultiDict(), {}, key=text)


def read_key(form: MultiDict[str, str]) -> NewKey:
    """What was typed for a key."""
    days, rate = form.get("days", ""), form.get("per_minute", "")
    if not (rate.isascii() and rate.isdigit() and len(rate) < 6):
        raise Refused(said("From 1 to 6000 requests a minute."), field="per_minute")
    if days and days not in map(str, keys.LASTS):
        raise Refused(said("Choose how long the key lasts."), field="days")
    scopes = tuple(form.getlist("scopes"))
    return NewKey(form.get("name", ""), scopes, int(days) if days else None, int(rate))


@pages.post("/keys/<name>/revoke")
def revoke_key(name: str) -> Response:
    """A key opens nothing any more."""
    now = datetime.now(UTC)
    row = write(db.session(), lambda s: keys.revoke(s, name, now))
    flash(gettext("The key of %(name)s opens nothing any more.", name=row.name))
    return redirect(HOME, 303)


@pages.post("/webhooks")
def make_webhook() -> Page:
    """A new address to be told; its secret is shown once."""
    form, now, mine = request.form, datetime.now(UTC), access.reader().id
    new = NewHook(form.get("name", ""), form.get("address", ""), tuple(form.getlist("events")))
    settings = current_app.extensions["settings"]
    guard, sealing = guard_for(not settings.production), settings.secret_key
    try:
        _, text = write(db.session(), lambda s: webhooks.make(s, new, guard, sealing, mine, now))
    except Refused as refusal:
        field = f"hook-{refusal.field}" if refusal.field else ""
        return show(form, {field: refusal.text}), refusal.status
    return show(MultiDict(), {}, secret=text)


@pages.get("/webhooks/<id:webhook_id>")
def webhook(webhook_id: int) -> str:
    """One webhook: what it was told, and what its server said."""
    return show_webhook(webhook_id)


def show_webhook(webhook_id: int, secret: str = "") -> str:
    """The page of one; `secret` is shown this once."""
    rows = db.session()
    return render_template(
        "coordinator/integrations/webhook.html",
        hook=webhooks.find(rows, webhook_id),
        deliveries=webhooks.deliveries(rows, webhook_id),
        secret=secret,
        now=datetime.now(UTC),
    )


@pages.post("/webhooks/<id:webhook_id>/<any(on, off, test, secret, remove):act>")
def change_webhook(webhook_id: int, act: str) -> Page:
    """Turned on or off, tried, given another secret, or forgotten."""
    now, sealing = datetime.now(UTC), current_app.config["SECRET_KEY"]
    if act == "secret":
        text = write(db.session(), lambda s: webhooks.renew_secret(s, webhook_id, sealing, now))
        return show_webhook(webhook_id, text)
    write(db.session(), lambda s: carry_out(s, webhook_id, act, now))
    if act == "test":
        flash(gettext("A test is on its way; its answer stands below within some seconds."))
    return redirect(HOME if act == "remove" else f"{HOME}/webhooks/{webhook_id}", 303)


def carry_out(rows: Session, webhook_id: int, act: str, now: datetime) -> None:
    """What needs no answer of its own."""
    if act == "remove":
        webhooks.remove(rows, webhook_id)
    elif act == "test":
        if webhooks.find(rows, webhook_id).state != "on":
            raise Refused(said("Turn it on first: nothing is told while it is off."), status=409)
        events.queue_test(rows, webhook_id, now)
    else:
        webhooks.turn(rows, webhook_id, act == "on", now)


@pages.post("/webhooks/<id:webhook_id>/deliveries/<id:delivery_id>/again")
def send_again(webhook_id: int, delivery_id: int) -> Response:
    """Tells of one event once more."""
    now = datetime.now(UTC)
    write(db.session(), lambda s: webhooks.send_again(s, webhook_id, delivery_id, now))
    flash(gettext("The event is on its way once more, under the same id."))
    return redirect(f"{HOME}/webhooks/{webhook_id}", 303)


@pages.get("/chats.<any(csv, json):kind>")
def export(kind: str) -> Response:
    """The export for admissions systems, row by row however many there are."""
    day = read_day(request.args.get("since", ""), "since")
    since = datetime.combine(day, time(), UTC) if day else None
    return export_answer(kind, since)


def export_answer(kind: str, since: datetime | None) -> Response:
    """The export as a file; for the API, too."""
    rows = db.session()
    lines = exporting.csv_lines(rows, since) if kind == "csv" else json_lines(rows, since)
    mimetype = "text/csv" if kind == "csv" else "application/json"
    response = current_app.response_class(stream_with_context(lines), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="chats.{kind}"'
    return response


def json_lines(rows: Session, since: datetime | None) -> Iterator[str]:
    """The rows as one JSON object, written as they come."""
    yield '{"chats":['
    for number, row in enumerate(exporting.rows(rows, since)):
        yield ("," if number else "") + json.dumps(dict(row), sort_keys=False)
    yield "]}"
