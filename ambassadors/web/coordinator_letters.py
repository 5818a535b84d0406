"""The mail ledger's single mails, each as it was sent, and its export."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request, stream_with_context
from werkzeug.wrappers import Response

from ambassadors.core.csvs import write_row
from ambassadors.extensions import db
from ambassadors.services import ledger, oversight
from ambassadors.web import access
from ambassadors.web.forms.coordinator import read_mail_filter
from ambassadors.web.security import MAIL_POLICY

COLUMNS = ("due", "sent", "mail", "to", "address", "subject", "state", "tries", "answer",
           "message id", "chat")  # fmt: skip

pages = Blueprint("coordinator_letters", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


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
