"""Alive, and ready: with the reason when not."""

from datetime import UTC, datetime, timedelta

from ambassadors.models import Heartbeat
from ambassadors.services.writing import write
from tests.web.api_client import problem


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_service_with_a_database_and_a_scheduler_is_ready(client, session):
    write(session, lambda s: s.merge(Heartbeat(name="x:1", beat_at=datetime.now(UTC))))
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_a_silent_scheduler_makes_it_unready(client, session):
    long_ago = datetime.now(UTC) - timedelta(seconds=90)
    write(session, lambda s: s.merge(Heartbeat(name="x:1", beat_at=long_ago)))
    status, _, sentence = problem(client.get("/readyz"))
    assert (status, "No scheduler has ticked for 9" in sentence) == (503, True)


def test_a_database_without_tables_makes_it_unready_and_the_process_lives(client, session):
    session.connection().exec_driver_sql("ALTER TABLE heartbeats RENAME TO elsewhere")
    try:
        status, _, sentence = problem(client.get("/readyz"))
    finally:
        session.rollback()
    assert (status, "no such table" in sentence) == (503, True)
    assert client.get("/healthz").status_code == 200
