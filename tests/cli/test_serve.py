"""What `make run` starts: it answers, it ticks, and all of it ends when it is told to."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ambassadors import create_app
from ambassadors.extensions import db
from config import ROOT
from tests.conftest import settings_for
from tests.factories import load_vocabulary
from tests.postgres import free_port

PATIENCE = 120  # seconds on a busy machine
END_WITHIN = 15  # seconds, as promised


@pytest.fixture(scope="module")
def set_up(tmp_path_factory, migrated):
    """A database with a vocabulary already, so that starting is quick; made once."""
    folder = tmp_path_factory.mktemp("set-up")
    shutil.copy(migrated, folder / "test.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        load_vocabulary(db.session())
        db.session.remove()
        db.engine.dispose()
    return folder / "test.db"


@pytest.fixture
def service(settings, tmp_path):
    """Starts the service on the test's own database; kills its whole group at the end."""
    started = []

    def start(**changes):
        port = str(free_port())
        env = os.environ | {
            "DATABASE_URL": settings.database_url,
            "MAIL_URL": settings.mail_url,
            "SECRET_KEY": settings.secret_key,
            "PORT": port,
            **changes,
        }
        command = [sys.executable, "-P", str(ROOT / "ambassadors" / "serve.py")]
        with (tmp_path / "out").open("ab") as out:
            process = subprocess.Popen(
                command, env=env, stdout=out, stderr=out, start_new_session=True
            )
        started.append(process)
        return process, f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        if members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def quick_service(service, set_up, tmp_path):
    """The same, on a database that is set up."""
    shutil.copy(set_up, tmp_path / "test.db")
    return service


@pytest.fixture
def said(tmp_path):
    """What was printed so far."""
    return lambda: (tmp_path / "out").read_text("utf-8")


def members(group):
    """The processes of a group that live, by id."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdecimal():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                state, _, its_group = file.read().rpartition(")")[2].split()[:3]
        except OSError:  # it ended just now
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(entry))
    return found


def wait_until(true, seconds=PATIENCE):
    """Waits for something to become true; how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never happened"
        time.sleep(0.1)
    return time.monotonic() - began


def answers(address):
    """The status of a page, 0 while nobody listens."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_it_is_ready_within_a_tick_says_where_and_ends_with_its_group(service, said):
    process, address = service()
    wait_until(lambda: answers(f"{address}/readyz") == 200)
    wait_until(lambda: f"The service runs at {address}" in said())
    assert "Demo coordinator: coordinator@example.edu" in said()
    assert "Demo ambassador: maya.okafor@example.edu" in said()
    with urllib.request.urlopen(f"{address}/api/v1/interests") as answer:  # noqa: S310 - our own
        assert len(json.load(answer)["families"]) == 10
    os.killpg(process.pid, signal.SIGTERM)
    wait_until(lambda: process.poll() is not None and not members(process.pid), END_WITHIN)
    assert process.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_orphan_is_left_when_only_the_parent_is_ended(quick_service, how):
    process, address = quick_service()
    wait_until(lambda: answers(f"{address}/readyz") == 200)
    process.send_signal(how)
    wait_until(lambda: process.poll() is not None and not members(process.pid), END_WITHIN)


def test_with_the_scheduler_off_nothing_ticks_and_the_port_is_taken(quick_service, said):
    process, address = quick_service(SCHEDULER="off")
    wait_until(lambda: answers(f"{address}/healthz") == 200)
    assert answers(f"{address}/readyz") == 503
    commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in members(process.pid)]
    assert not any("scheduler" in command for command in commands)
    second, _ = quick_service(PORT=address.rpartition(":")[2])
    wait_until(lambda: second.poll() is not None)
    assert second.returncode == 1
    assert "Set another PORT" in said()


def test_a_wrong_setting_is_told_in_a_sentence(service, said):
    process, _ = service(SCHEDULER="perhaps")
    wait_until(lambda: process.poll() is not None)
    assert process.returncode == 1
    assert "SCHEDULER is 'perhaps'; it can be embedded or off." in said()
    assert "Traceback" not in said()
