"""What every test may ask for: an app on a fresh database, a session, a real PostgreSQL."""

import dataclasses
import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.services.auditor import audit
from config import ROOT, Settings, read_settings
from tests.pages import CheckingClient
from tests.postgres import PostgresServer
from tests.spreading import ByFile, place

# How long an example takes says something of the machine, nothing of what is tested.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in Boston


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where Linux has one
ROOM = 4 * 2**30  # bytes; a whole run takes less than one of these


def pytest_configure() -> None:
    """Temporary files in memory where there is room: a commit need not wait for a disk."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What is imported and collected stays: it need not be looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: at the end they would keep one worker while others rest."""
    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Files go to workers in the order of the items."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def settings_for(folder: Path, database_url: str | None = None, **changes: object) -> Settings:
    """Settings of a service whose files all lie in `folder`."""
    env = {
        "DATABASE_URL": database_url or f"sqlite:///{folder}/test.db",
        "MAIL_URL": f"file://{folder}/mail",
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "a secret of the tests, long enough to be taken",
    }
    return dataclasses.replace(read_settings(env, instance=folder), **changes)  # type: ignore[arg-type]


def migrate_to_head(settings: Settings) -> None:
    """All migrations, as `flask db upgrade` runs them."""
    app = create_app(settings)
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        db.engine.dispose()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place."""
    return NOW


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, made once; tests copy it."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate_to_head(settings_for(folder))
    with sqlite3.connect(folder / "test.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "test.db"


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    """Settings for one test, on a fresh migrated database."""
    shutil.copy(migrated, tmp_path / "test.db")
    return settings_for(tmp_path)


FIRST: list[Engine] = []
STATEMENTS: LRUCache[Any, Any] = LRUCache(2000)


def share_statements(engine: Engine) -> None:
    """SQL that one test's engine has compiled serves the next one's: same dialect, same cache."""
    FIRST.append(engine)
    engine.dialect = FIRST[0].dialect
    engine.update_execution_options(compiled_cache=STATEMENTS)
    del FIRST[1:]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, with its context pushed; the auditor looks when the test is over."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = CheckingClient
    with app.app_context():
        share_statements(db.engine)
        yield app
        db.session.remove()
        found = audit(db.session())
        db.session.remove()
        db.engine.dispose()
        assert found == {}


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of the app's context."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, more or less."""
    return app.test_client()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A real PostgreSQL server of our own, on a free port, for the whole run."""
    with PostgresServer(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL database with all tables, made once; tests copy it."""
    address = postgres.new_database()
    migrate_to_head(settings_for(tmp_path_factory.mktemp("migrated-postgres"), address))
    return address


@pytest.fixture
def postgres_settings(postgres: PostgresServer, migrated_postgres: str, tmp_path: Path) -> Settings:
    """Settings for one test, on a fresh migrated PostgreSQL database."""
    return settings_for(tmp_path, postgres.new_database(like=migrated_postgres))
