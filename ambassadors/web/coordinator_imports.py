"""Many ambassadors from a CSV file: every bad row named, a preview, progress while it runs."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.csvs import Problem
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import importing
from ambassadors.services.imports import BadRows
from ambassadors.services.programme import vocabulary
from ambassadors.services.rows import AMBASSADOR_COLUMNS
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator_ambassadors import ROSTER

IMPORTS = f"{ROSTER}/import"
MOST_PROBLEMS = 200

pages = Blueprint("coordinator_imports", __name__, url_prefix=IMPORTS)
pages.before_request(access.coordinator_only)


@pages.get("")
@access.acts
def upload_form() -> str:
    """Asks for a file, and says what stands in it."""
    return show_upload()


def show_upload(problems: tuple[Problem, ...] = (), file_name: str = "", error: str = "") -> str:
    """The form, with what is wrong with the file that was sent."""
    families = [family.key for family in vocabulary(db.session()).families]
    return render_template(
        "coordinator/import.html",
        columns=(*AMBASSADOR_COLUMNS, *families),
        problems=problems[:MOST_PROBLEMS],
        count=len(problems),
        lines=len({problem.line for problem in problems}),
        file_name=file_name,
        errors={"file": error} if error else {},
    )


@pages.post("")
def upload() -> Page:
    """Checks a file; nothing of it is kept when any row is bad."""
    file, now, user_id = request.files.get("file"), datetime.now(UTC), access.reader().id
    if file is None or not file.filename:
        return show_upload(error=said("Choose a CSV file.")), 422
    data, name, invite = file.read(), file.filename, "invite" in request.form
    session = db.session()
    try:
        expected = importing.check(session, data)
    except BadRows as bad:
        return show_upload(bad.problems, name), 422
    except Refused as refusal:
        return show_upload(error=refusal.text), refusal.status
    row = write(session, lambda s: importing.keep(s, data, expected, name, invite, user_id, now))
    return redirect(f"{IMPORTS}/{row.id}", 303)


@pages.get("/<id:import_id>")
def one_import(import_id: int) -> str:
    """What a file would do, how far it is, or what came of it."""
    session = db.session()
    row = importing.find(session, import_id)
    rows = importing.first_rows(session, row) if row.status == "checked" else ()
    return render_template("coordinator/import_one.html", job=row, rows=rows)


@pages.post("/<id:import_id>/start")
def start(import_id: int) -> Response:
    """Queues it; a scheduler brings it in within seconds."""
    importing.find(db.session(), import_id)
    write(db.session(), lambda s: importing.start(s, import_id))
    return redirect(f"{IMPORTS}/{import_id}", 303)


@pages.post("/<id:import_id>/cancel")
def cancel(import_id: int) -> Response:
    """Drops the file."""
    importing.find(db.session(), import_id)
    write(db.session(), lambda s: importing.cancel(s, import_id))
    return redirect(f"{IMPORTS}/{import_id}", 303)
