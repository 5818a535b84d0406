"""Reports by time, interest, place or person: a chart, the table beside it, the same as CSV."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.csvs import write_table
from ambassadors.core.refused import Refused
from ambassadors.core.reporting import Figures
from ambassadors.core.text import one_line
from ambassadors.extensions import db
from ambassadors.services import reports
from ambassadors.services.reports.making import usual_dates
from ambassadors.web import access, charts
from ambassadors.web.forms.coordinator import carried, read_date

REPORTS = "/coordinator/reports"
HEAD = (
    *("group", "requests", "matched", "booked", "held", "no_shows", "moved"),
    *("median_hours_to_first_chat", "mean_rating", "ratings"),
)

pages = Blueprint("coordinator_reports", __name__, url_prefix=REPORTS)
pages.before_request(access.coordinator_only)


def read_asked() -> reports.Asked:
    """What the address asks for: the last half year by weeks, unless it says otherwise."""
    first, last = usual_dates(db.session(), datetime.now(UTC))
    by = one_line(request.args.get("by", "") or "week", 64)
    return reports.Asked(
        by, read_date(request.args, "first") or first, read_date(request.args, "last") or last
    )


@pages.get("")
def report() -> tuple[str, int]:
    """The chart and the table; dates that make no sense are said above the form."""
    session, asked = db.session(), read_asked()
    try:
        made, refusal = reports.make_report(session, asked), None
    except Refused as fault:
        made, refusal = None, fault
    page = render_template(
        "coordinator/reports.html",
        asked=asked,
        by=list(reports.choices(session).items()),
        made=made,
        chart=charts.draw(made.rows, made.in_time) if made and made.rows else None,
        most=charts.MOST_BARS,
        errors={refusal.field or "": refusal.text} if refusal else {},
        carried=carried(request.args).rstrip("&?"),
    )
    return page, refusal.status if refusal else 200


@pages.get("/table.csv")
def table() -> Response:
    """The same figures as a file."""
    made = reports.make_report(db.session(), read_asked())
    rows = [*made.rows, made.total] if made.total else made.rows
    name = f"report-by-{made.asked.by}-{made.asked.first}-to-{made.asked.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = write_table(HEAD, (cells(row) for row in rows))
    return Response(text, mimetype="text/csv", headers=headers)


def cells(row: Figures) -> list[str]:
    """One group; hours with one decimal, ratings with two, empty where there are none."""
    counts = (row.requests, row.matched, row.booked, row.held, row.no_shows, row.moved)
    return [
        row.label,
        *map(str, counts),
        f"{row.wait / timedelta(hours=1):.1f}" if row.wait is not None else "",
        f"{row.rating:.2f}" if row.rating is not None else "",
        str(row.rated),
    ]
