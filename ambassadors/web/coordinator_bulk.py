"""Many chats at once, saved filters; the mail ledger's single mails and its export."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.csvs import write_row
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import bulk, ledger, oversight, saved_filters
from ambassadors.services.bulk import Asked
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.dev_mail import MAIL_POLICY
from ambassadors.web.forms.coordinator import (
    read_asked,
    read_chat_filter,
    read_mail_filter,
    read_versions,
)

CHATS = "/coordinator/chats"
COLUMNS = ("due", "sent", "mail", "to", "address", "subject", "state", "tries", "answer",
           "message id", "chat")  # fmt: skip

pages = Blueprint("coordinator_bulk", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


@pages.get("/bulk")
@access.acts
def look() -> str:
    """What would become of each chosen chat, before anything is done."""
    session, now, asked = db.session(), datetime.now(UTC), read_asked(request.args)
    wanted = None
    if request.args.get("all"):
        query = MultiDict(parse_qsl(request.args.get("filter", "").lstrip("?")))
        wanted = read_chat_filter(query, access.reader().time_zone)
    chats = bulk.choose(session, request.args.getlist("uid"), wanted, now)
    return render_template(
        "coordinator/bulk/look.html", asked=asked, seen=bulk.foresee(chats, asked, now)
    )


@pages.post("/bulk")
def start() -> Response:
    """Asks for it; a scheduler carries it out within seconds."""
    asked, versions = read_asked(request.form), read_versions(request.form)
    user, now = access.reader().id, datetime.now(UTC)
    made = write(db.session(), lambda s: bulk.start(s, asked, versions, user, now).id)
    return redirect(f"/coordinator/bulk/{made}", 303)


@pages.get("/bulk/<id:bulk_id>")
def watch(bulk_id: int) -> str:
    """How far it is, and what became of each chat."""
    session = db.session()
    found = bulk.find_bulk(session, bulk_id)
    asked = Asked(found.action, found.shift_minutes, found.reason)
    lines = bulk.lines_of(session, bulk_id)
    return render_template("coordinator/bulk/watch.html", bulk=found, asked=asked, lines=lines)


@pages.post("/filters")
def save() -> Response:
    """Keeps the filter of the list under a name."""
    name, query = request.form.get("name", ""), tidy_query(request.form.get("query", ""))
    user, now = access.reader().id, datetime.now(UTC)
    return back(
        query,
        lambda: write(
            db.session(), lambda s: saved_filters.save(s, "chats", name, query, user, now)
        ),
        "The filter is saved for all coordinators.",
    )


@pages.post("/filters/<id:filter_id>")
def change_filter(filter_id: int) -> Response:
    """Another name, or none any more."""
    name, gone = request.form.get("name", ""), request.form.get("act") == "remove"

    def work() -> None:
        if gone:
            write(db.session(), lambda s: saved_filters.remove(s, filter_id))
        else:
            write(db.session(), lambda s: saved_filters.rename(s, filter_id, name))

    query = tidy_query(request.form.get("query", ""))
    return back(query, work, "The filter is gone." if gone else "The filter has a new name.")


def tidy_query(query: str) -> str:
    """An address's query, without its page."""
    return urlencode([pair for pair in parse_qsl(query.lstrip("?")) if pair[0] != "page"])


def back(query: str, work: Callable[[], None], done: str) -> Response:
    """Back to the list, with what was done or refused."""
    try:
        work()
        flash(done)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(refusal.text, "warning")
    return redirect(f"{CHATS}?{query}" if query else CHATS, 303)


@pages.get("/mail/<id:notice_id>")
def letter(notice_id: int) -> str:
    """One mail: every try with the server's words, and the last copy of what was sent."""
    session = db.session()
    tries = ledger.tries_of(session, ledger.find_notice(session, notice_id).id)
    kept = [one.id for one, has_copy in tries if has_copy]
    return render_template(
        "coordinator/letter.html",
        letter=oversight.address(session, [ledger.find_notice(session, notice_id)])[0],
        tries=tries,
        copy=ledger.read_copy(session, notice_id, kept[-1]) if kept else None,
        kept_days=ledger.KEPT.days,
    )


@pages.get("/mail/<id:notice_id>/<id:attempt_id>.html")
def letter_html(notice_id: int, attempt_id: int) -> Response:
    """What was sent as HTML, shut in: nothing of it runs or loads."""
    copy = ledger.read_copy(db.session(), notice_id, attempt_id)
    response = Response(copy.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@pages.get("/mail/<id:notice_id>/<id:attempt_id>.eml")
def letter_raw(notice_id: int, attempt_id: int) -> Response:
    """The whole message, for a mail program."""
    copy = ledger.read_copy(db.session(), notice_id, attempt_id)
    response = Response(copy.raw, mimetype="message/rfc822")
    name = f"mail-{notice_id}-{attempt_id}.eml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/mail.csv")
def export() -> Response:
    """The filter's mails as CSV, row by row however many there are."""
    wanted = read_mail_filter(request.args)
    rows = oversight.export_mail(db.session(), wanted)

    def lines() -> Iterator[str]:
        yield write_row(COLUMNS)
        for row in rows:
            yield write_row(row)

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="mail.csv"'
    return response
