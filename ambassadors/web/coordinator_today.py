"""Today: the first page of coordinators."""

from datetime import UTC, datetime

from flask import Blueprint, Flask, render_template

from ambassadors.core import sparks
from ambassadors.core.said import said
from ambassadors.core.wording import count_text
from ambassadors.extensions import db
from ambassadors.services import today
from ambassadors.services.today import Figure
from ambassadors.web import access

pages = Blueprint("coordinator_today", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)

WIDTH, HEIGHT = 96, 32  # of a sparkline, in its own units


def register(app: Flask) -> None:
    """Adds what the page says of figures to templates."""
    app.add_template_filter(figure_text)
    app.add_template_filter(change_text)
    app.add_template_filter(weeks_text)
    app.add_template_filter(since_text)
    app.register_blueprint(pages)


@pages.get("")
def show() -> str:
    """What needs a hand, who talks today and tomorrow, and four figures."""
    now = datetime.now(UTC)
    seen = today.look(db.session(), now, access.reader().time_zone, access.may_act())
    return render_template(
        "coordinator/today.html", seen=seen, now=now, sparks=sparks, size=(WIDTH, HEIGHT)
    )


def figure_text(value: float | None, kind: str) -> str:
    """A figure as it is read: "12", "84 %", "4.6"; a dash when there is none."""
    if value is None:
        return "–"
    return {"count": f"{value:.0f}", "share": f"{value * 100:.0f} %"}.get(kind, f"{value:.1f}")


def change_text(figure: Figure) -> str:
    """How it differs from the four weeks before, in words."""
    if figure.now is None or figure.before is None:
        return said("nothing to compare with")
    before = figure_text(figure.before, figure.kind)
    if figure_text(figure.now, figure.kind) == before:
        return said("as in the 4 weeks before ({before})", before=before)
    if figure.now > figure.before:
        return said("up from {before} in the 4 weeks before", before=before)
    return said("down from {before} in the 4 weeks before", before=before)


def weeks_text(figure: Figure) -> str:
    """The line of a figure in words."""
    weeks = ", ".join(figure_text(value, figure.kind) for value in figure.weeks)
    return said("{figure} by week, the oldest first: {weeks}", figure=figure.label, weeks=weeks)


def since_text(moment: datetime, now: datetime) -> str:
    """How long something has waited: "20 minutes", "5 hours", "3 days"."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        count = minutes // size
        if count >= 1 and (unit != "day" or count >= 2):
            return count_text(count, unit)
    return said("a moment")
