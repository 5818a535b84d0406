"""Servers to measure: the service and the reference, each under the command of `make run`."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ambassadors.serve import LEAN, web_command
from bench._load import HOST, fetch, get
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
NUMERICS = ("numpy", "ortools", "scipy")
START_UP = 60.0  # seconds


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def pids(self) -> list[int]:
        """The parent and its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii")
        return [self.pid, *map(int, children.split())]

    def cpu(self) -> float:
        """Seconds of CPU time that the process tree has used."""
        return sum(cpu_of(pid) for pid in self.pids())

    def memory(self) -> dict[str, float]:
        """Megabytes of the process tree: what each has (RSS) and with shared pages once (PSS)."""
        kinds = {"Rss:": "rss_mb", "Pss:": "pss_mb"}
        found = dict.fromkeys(kinds.values(), 0.0)
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
                name, *values = line.split()
                if name in kinds:
                    found[kinds[name]] += int(values[0]) / 1024
        return found

    def numerics(self) -> list[str]:
        """The numeric libraries that a process of the tree has loaded."""
        maps = "".join(Path(f"/proc/{pid}/maps").read_text("utf-8") for pid in self.pids())
        return [name for name in NUMERICS if f"/{name}" in maps]


def cpu_of(pid: int) -> float:
    """Seconds of CPU time, in user and kernel mode, of all of a process's threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def serve(app: str, ready: str, **environment: str) -> Iterator[Server]:
    """A server for an app such as `wsgi:app`, until the block ends; `ready` answers 200."""
    port = free_port()
    command = [app if part == "wsgi:app" else part for part in web_command(HOST, str(port))]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **LEAN, **environment})
    try:
        wait_until_ready(process, port, ready)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Returns when the server answers."""
    give_up = time.monotonic() + START_UP
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError):  # it does not listen yet
            if fetch(port, get(path))[0] == 200:
                return
        time.sleep(0.1)
    sys.exit(f"{process.args!r} did not start.")


def environment_of(database_url: str, folder: Path, **environment: str) -> dict[str, str]:
    """Settings of a service to be measured; `environment` beats them."""
    return {
        "DATABASE_URL": database_url,
        "MAIL_URL": f"file://{folder}/mail",
        "BASE_URL": "http://localhost",
        "SECRET_KEY": "a secret of the benchmarks, long enough to be taken",
        "SCHEDULER": "off",
        "VERIFY_EMAIL": "0",
        "RATE_LIMITS": "0",
        **environment,
    }


@contextlib.contextmanager
def serve_service(database_url: str, folder: Path, **environment: str) -> Iterator[Server]:
    """The service on a database that is ready, without a scheduler."""
    settings = environment_of(database_url, folder, **environment)
    with serve("wsgi:app", "/healthz", **settings) as server:
        yield server


@contextlib.contextmanager
def run_scheduler(database_url: str, folder: Path, **environment: str) -> Iterator[Server]:
    """A scheduler beside it; it listens nowhere."""
    settings = environment_of(database_url, folder, **environment)
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"],
        cwd=ROOT, env={**os.environ, **LEAN, **settings}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Server(0, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def serve_reference(folder: Path) -> Iterator[Server]:
    """The bare pages."""
    with serve("bench._reference:app", "/page", REFERENCE=str(folder / "reference.db")) as server:
        yield server
