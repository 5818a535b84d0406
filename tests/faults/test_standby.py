"""Public pages read from a real standby, which is behind, away, and read-only."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from ambassadors import create_app
from ambassadors.extensions import COPY, db
from ambassadors.models.copies import read_from_copy
from ambassadors.services.auditor import audit
from ambassadors.web.copies import READ_FROM_COPIES, REST
from config import Settings
from tests.faults.scenarios.outcome import wait_until
from tests.faults.scenarios.people import add_ambassador, body_of, soon
from tests.postgres import PostgresServer, Standby


@pytest.fixture
def standby(postgres: PostgresServer, postgres_settings: Settings) -> Iterator[Standby]:
    with Standby(postgres) as standby:
        yield standby


@pytest.fixture
def app(postgres_settings: Settings, standby: Standby) -> Iterator[Flask]:
    settings = dataclasses.replace(
        postgres_settings, verify_email=False, rate_limits=False,
        database_read_url=standby.same(postgres_settings.database_url),
    )  # fmt: skip
    app = create_app(settings)
    yield app  # without a context: each request has a session of its own, as in service
    with app.app_context():
        assert audit(db.session()) == {}
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


class Asked:
    """How many statements went to which database."""

    def __init__(self, app: Flask) -> None:
        self.counts = {"primary": 0, "copy": 0}
        with app.app_context():
            for name, engine in (("primary", db.engine), ("copy", db.engines[COPY])):
                event.listen(engine, "before_cursor_execute", self.counter(name))

    def counter(self, name: str):
        def count(*arguments: object) -> None:
            self.counts[name] += 1

        return count

    def where(self) -> list[str]:
        """Which were asked since the last look."""
        found = [name for name, count in self.counts.items() if count]
        self.counts = dict.fromkeys(self.counts, 0)
        return found


def starts(client: FlaskClient, who: int) -> list[str]:
    day = soon(datetime.now(UTC)).date()
    span = f"from={day}T00:00:00Z&to={day + timedelta(days=1)}T00:00:00Z"
    answer = client.get(f"/api/v1/ambassadors/{who}/slots?{span}&minutes=30&time_zone=UTC")
    return [one["start"] for one in answer.get_json()["slots"]]


def somebody(app: Flask, standby: Standby) -> int:
    """An ambassador whom the standby knows, too."""
    with app.app_context():
        who = add_ambassador(db.session(), 1)
    caught_up(app, standby)
    return who


def caught_up(app: Flask, standby: Standby) -> None:
    with app.app_context(), db.engine.connect() as connection:
        lsn = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar()
    wait_until(lambda: standby.tell(f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'") is True, 30, "")


def test_public_pages_are_read_from_the_standby_and_whoever_wrote_sees_it(
    app: Flask, standby: Standby
):
    who = somebody(app, standby)
    asked, place = Asked(app), (who, soon(datetime.now(UTC)))
    wanted = f"{place[1]:%Y-%m-%dT%H:%M:%SZ}"
    writer, other = app.test_client(), app.test_client()
    assert (wanted in starts(other, who), asked.where()) == (True, ["copy"])
    assert (other.get("/").status_code, asked.where()) == (200, ["copy"])
    standby.tell("SELECT pg_wal_replay_pause()")  # from here on it stays behind
    assert writer.post("/api/v1/chats", json=body_of(place, 1)).status_code == 201
    assert asked.where() == ["primary"]
    assert (wanted in starts(writer, who), asked.where()) == (False, ["primary", "copy"])
    assert (wanted in starts(other, who), asked.where()) == (True, ["copy"])
    assert other.post("/api/v1/chats", json=body_of(place, 2)).status_code == 409
    standby.tell("SELECT pg_wal_replay_resume()")
    caught_up(app, standby)
    asked.where()
    assert (wanted in starts(writer, who), asked.where()) == (False, ["copy"])
    assert (wanted in starts(other, who), asked.where()) == (False, ["copy"])


def test_a_standby_cannot_be_written_and_is_done_without_while_it_is_away(
    app: Flask, standby: Standby
):
    who = somebody(app, standby)
    with app.app_context():
        read_from_copy(db.session())
        with pytest.raises(DBAPIError, match="read-only transaction"):
            db.session.execute(text("UPDATE ambassadors SET bio = 'written'"))
    asked, client = Asked(app), app.test_client()
    standby.stop(9)
    assert (len(starts(client, who)) > 10, asked.where()) == (True, ["primary"])
    assert (client.get("/").status_code, asked.where()) == (200, ["primary"])
    standby.start()
    wait_until(lambda: client.get("/").data != b"" and asked.where() == ["copy"], REST + 5, "read")
    assert (len(starts(client, who)) > 10, asked.where()) == (True, ["copy"])


def test_every_page_that_is_read_from_a_standby_exists(app: Flask):
    assert READ_FROM_COPIES - set(app.view_functions) == set()


def test_behind_a_pooler_nothing_is_left_on_a_connection(postgres_settings: Settings):
    app = create_app(dataclasses.replace(postgres_settings, database_pooler="transaction"))
    with app.app_context():
        who = add_ambassador(db.session(), 1)
        for _ in range(8):
            assert len(starts(app.test_client(), who)) > 10
        connection = db.session().connection()
        left = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar()
        within = connection.exec_driver_sql("SHOW lock_timeout").scalar()
        db.session.commit()
        with connection.engine.raw_connection().driver_connection as bare:
            after = bare.execute("SHOW lock_timeout").fetchone()[0]
        assert (left, within, after) == (0, "10s", "0")
        db.session.remove()
        db.engine.dispose()
