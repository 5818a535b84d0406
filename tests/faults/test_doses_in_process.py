"""Short doses of the faults that need no process of their own; `make faults` gives full ones."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from tests.faults.scenarios.clocks import jump
from tests.faults.scenarios.disks import fail_fsync, fill, fill_up, set_quota, small_disk
from tests.faults.scenarios.locks import hold_locked
from tests.faults.scenarios.mails import MODES, fail_to_send
from tests.faults.scenarios.people import database_file, service


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The service on either database, chats confirmed without a code."""
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    with service(open_settings(request.getfixturevalue(name))) as app:
        yield app


def open_settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, rate_limits=False, verify_email=False)


def test_no_fault_of_a_mail_server_loses_or_doubles_a_mail(settings: Settings, tmp_path: Path):
    for mode in MODES:
        fresh = another(settings, tmp_path / mode)
        with service(fresh) as app:
            found = fail_to_send(app, mode, chats=2, passes=2, patience=0.5)
            assert (mode, found.harm) == (mode, {})
            assert (mode, found.copies) == (mode, 2 if mode == "dropping" else 0)


def another(settings: Settings, folder: Path) -> Settings:
    """The same, with a database of its own."""
    folder.mkdir(exist_ok=True)
    copy = folder / "test.db"
    copy.write_bytes(database_file(settings).read_bytes())
    return dataclasses.replace(open_settings(settings), database_url=f"sqlite:///{copy}")


def test_a_database_locked_for_a_moment_is_waited_for(app: Flask):
    assert hold_locked(app, 1.5, clients=2, given_up=False).harm == {}


def test_a_database_locked_for_long_is_a_503_and_nothing_half_written(app: Flask):
    assert hold_locked(app, 30, clients=2, given_up=True).harm == {}


def test_a_full_disk_is_a_503_and_nothing_half_written(settings: Settings, tmp_path: Path):
    with small_disk(tmp_path / "small") as mounted:
        fresh = another(settings, tmp_path / "small")
        with service(fresh) as app:
            fault = (lambda: fill(tmp_path / "small")) if mounted else (lambda: set_quota(app))
            assert fill_up(app, fault, "").harm == {}


def test_a_full_quota_is_a_503_and_nothing_half_written(settings: Settings):
    with service(open_settings(settings)) as app:
        assert fill_up(app, lambda: set_quota(app), "").harm == {}


def test_a_failing_fsync_is_a_503_and_nothing_half_written(settings: Settings):
    with service(open_settings(settings)) as app:
        assert fail_fsync(app, doses=2).harm == {}


def test_a_clock_that_jumps_loses_and_doubles_no_mail(app: Flask):
    assert jump(app, chats=5, rounds=1).harm == {}
