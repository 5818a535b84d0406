"""Short doses of kill -9 and of a scheduler that stands still, with real processes."""

import dataclasses
import itertools
from pathlib import Path

from config import Settings
from tests.conftest import settings_for
from tests.faults.scenarios.backups import copy_sqlite, dump_postgres, restore_under_load
from tests.faults.scenarios.clocks import stand_still
from tests.faults.scenarios.kills import Dose, kill_at_random
from tests.faults.scenarios.migrating import kill_migrations
from tests.faults.scenarios.people import service
from tests.faults.scenarios.servers import kill_database
from tests.postgres import PostgresServer

SHORT = {"kills": 3, "clients": 2, "between": 0.5, "reminders": 6, "bookings": 40}


def test_killed_processes_lose_nothing_on_one_machine(settings: Settings):
    with service(settings) as app:
        dose = Dose(webs=1, schedulers=1, patient=False, **SHORT)
        assert kill_at_random(settings, app, dose).harm == {}


def test_killed_processes_lose_nothing_on_several_machines(postgres_settings: Settings):
    with service(postgres_settings) as app:
        dose = Dose(webs=3, schedulers=2, patient=False, **SHORT)
        assert kill_at_random(postgres_settings, app, dose).harm == {}


def test_a_scheduler_that_stood_still_past_its_lease_marks_nothing_twice(settings: Settings):
    with service(settings) as app:
        assert stand_still(settings, app, chats=4, seconds=0).harm == {}


def open_settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, rate_limits=False, verify_email=False)


def test_a_killed_postgresql_is_found_again_without_a_restart(
    postgres_settings: Settings, postgres: PostgresServer
):
    with service(open_settings(postgres_settings)) as app:
        assert kill_database(app, postgres, kills=1, clients=2).harm == {}


def test_migrations_killed_in_the_middle_run_to_their_end_on_sqlite(tmp_path: Path):
    numbers = itertools.count()

    def fresh() -> Settings:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return settings_for(folder)

    assert kill_migrations(fresh, between=2, at_random=0, database="SQLite").harm == {}


def test_migrations_killed_in_the_middle_run_to_their_end_on_postgresql(
    tmp_path: Path, postgres: PostgresServer
):
    def fresh() -> Settings:
        return settings_for(tmp_path, postgres.new_database())

    assert kill_migrations(fresh, between=1, at_random=0, database="PostgreSQL").harm == {}


def test_a_backup_under_load_has_all_that_was_acknowledged_on_sqlite(
    settings: Settings, tmp_path: Path
):
    service_settings = open_settings(settings)
    with service(service_settings) as app:
        backup = copy_sqlite(service_settings, tmp_path)
        assert restore_under_load(app, backup, doses=1).harm == {}


def test_a_backup_under_load_has_all_that_was_acknowledged_on_postgresql(
    postgres_settings: Settings, postgres: PostgresServer, tmp_path: Path
):
    service_settings = open_settings(postgres_settings)
    with service(service_settings) as app:
        backup = dump_postgres(service_settings, postgres, tmp_path)
        assert restore_under_load(app, backup, doses=1).harm == {}
