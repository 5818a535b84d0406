"""Figures for Prometheus, behind a token: requests from all workers, the rest from the database."""

import hmac
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import NotFound

from ambassadors.extensions import db
from ambassadors.services.measures import measure
from ambassadors.web.requests_seen import known

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
WORKERS = "PROMETHEUS_MULTIPROC_DIR"  # where gunicorn's workers put their counts together

pages = Blueprint("metrics", __name__)


def register(app: Flask) -> None:
    """Counts requests, where METRICS_TOKEN says that somebody asks."""
    app.register_blueprint(pages)
    if app.extensions["settings"].metrics_token:
        app.extensions["requests_counted"] = counter = Requests()
        app.extensions["watches"].append(counter)


class Requests:
    """Requests by rule and status, and how long they took."""

    def __init__(self) -> None:
        # Imported only where figures are asked for: it is large, and opens files on import.
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.by_key: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.registry = CollectorRegistry()
        self.count = Counter(
            "ambassadors_requests",
            "Requests.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.took = Histogram(
            "ambassadors_request_seconds",
            "How long requests took.",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )

    def seen(self, method: str, rule: str, status: int, seconds: float) -> None:
        """Counts one."""
        key = (known(method), rule, status)
        counted = self.by_key.get(key)
        if counted is None:  # what counts for these labels is looked up once
            counted = self.by_key[key] = (self.count.labels(*key), self.took.labels(rule))
        counted[0].inc()
        counted[1].observe(seconds)


@pages.get("/metrics")
def metrics() -> Response:
    """All figures, for whoever has the token; for everybody else there is no such page."""
    token = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        raise NotFound
    return Response(written(), mimetype="text/plain; version=0.0.4")


def written() -> bytes:
    """The figures in Prometheus' own format."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    counted = current_app.extensions["requests_counted"].registry
    if os.environ.get(WORKERS):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    here = CollectorRegistry()
    here.register(FromDatabase())
    return generate_latest(counted) + generate_latest(here)


class FromDatabase:
    """What `services.measures` reads, as Prometheus takes it."""

    def collect(self) -> Iterator[Any]:
        """Each figure."""
        from prometheus_client.core import GaugeMetricFamily

        session = db.session()
        for one in measure(session, datetime.now(UTC)):
            family = GaugeMetricFamily(one.name, one.text, labels=one.labels)
            for labels, number in one.values:
                family.add_metric(labels, number)
            yield family
