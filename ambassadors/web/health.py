"""Is the process alive, and can the service serve? For load balancers and monitors."""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from ambassadors.extensions import db
from ambassadors.services.checkup import check_ready
from ambassadors.web.errors import problem

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> Response:
    """200 as long as this process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def ready() -> Response:
    """200 when the database answers and a scheduler ticks, else 503 with the reason."""
    faults = [finding for finding in check_ready(db.session(), datetime.now(UTC)) if not finding.ok]
    if faults:
        return problem(503, " ".join(finding.text for finding in faults))
    return jsonify(status="ready")
