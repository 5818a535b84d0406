"""Real web servers and schedulers, as `make run` starts them, that are killed and started again.

They are forked from one process that has imported everything, so that a start costs no imports;
what runs in them is gunicorn with the settings of `make run`, and the scheduler's own loop.
"""

import http.client
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

import ambassadors.factory  # noqa: F401 - create_app imports it late; here all is to be there
from ambassadors import create_app
from ambassadors.scheduler import run_scheduler
from ambassadors.serve import GRACE, THREADS
from config import Settings
from tests.faults.scenarios.outcome import wait_until
from tests.postgres import free_port

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
HOST, WORKERS = "127.0.0.1", 2


class Web(BaseApplication):
    """Gunicorn around the app, as `ambassadors/serve.py` asks for it."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.settings, self.port = settings, port
        super().__init__()

    def load_config(self) -> None:
        values = {
            "bind": f"{HOST}:{self.port}", "worker_class": "gthread", "workers": WORKERS,
            "threads": THREADS, "preload_app": True, "graceful_timeout": GRACE,
            "loglevel": "critical", "control_socket_disable": True,
        }  # fmt: skip
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self.settings)


def serve_web(settings: Settings, port: int) -> None:
    """The web, in a process group of its own."""
    hush()
    Web(settings, port).run()


def serve_scheduler(settings: Settings) -> None:
    """A scheduler, likewise."""
    hush()
    run_scheduler(create_app(settings))


def hush() -> None:
    """A group of its own; nothing on the terminal of whoever runs the tests."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno() if hasattr(sys.stdout, "fileno") else 1)
    os.dup2(nowhere, 2)


class Running:
    """A web (with a port) or a scheduler (without), started again after each kill."""

    def __init__(self, settings: Settings, port: int | None = None) -> None:
        self.settings, self.port = settings, port
        self.process: BaseProcess = self.start()

    def start(self) -> BaseProcess:
        """Begins; `ready` says when a web answers."""
        given = (self.settings,) if self.port is None else (self.settings, self.port)
        target: Any = serve_scheduler if self.port is None else serve_web
        self.process = CONTEXT.Process(target=target, args=given)
        self.process.start()
        return self.process

    def kill(self) -> None:
        """SIGKILL to all of it."""
        with suppress(ProcessLookupError):  # it has not come so far as to have a group
            os.killpg(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    def workers(self) -> list[int]:
        """The processes that answer for a web."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(one) for one in children.read_text("ascii").split()]

    def ready(self) -> bool:
        """Whether a web answers."""
        assert self.port
        with suppress(OSError, http.client.HTTPException):  # not yet
            return ask(self.port, "GET", "/healthz")[0] == 200
        return False

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.process.terminate()
        self.process.join(15)
        status = self.process.exitcode
        self.kill()
        return -1 if status is None else status


class Fleet:
    """So many webs and schedulers on one database."""

    def __init__(self, settings: Settings, webs: int, schedulers: int) -> None:
        self.webs = [Running(settings, free_port()) for _ in range(webs)]
        self.schedulers = [Running(settings) for _ in range(schedulers)]
        for web in self.webs:
            wait_until(web.ready, 90, "a web starts")

    def kill_one(self, chance: random.Random) -> str:
        """Kills a scheduler, a whole web or one of its workers, and starts it again; which."""
        what = chance.choice(("scheduler", "web", "worker"))
        if what == "scheduler":
            victim = chance.choice(self.schedulers)
            victim.kill()
            victim.start()
            return what
        web = chance.choice(self.webs)
        wait_until(web.ready, 90, "a web is there to be killed")
        workers = web.workers()
        if what == "worker" and workers:  # gunicorn starts another by itself
            with suppress(ProcessLookupError):  # it had just ended
                os.kill(chance.choice(workers), signal.SIGKILL)
            return what
        web.kill()
        web.start()
        return "web"

    def stop(self) -> list[int]:
        """Ends all; the exit statuses."""
        return [one.stop() for one in (*self.webs, *self.schedulers)]


@contextmanager
def fleet(settings: Settings, webs: int, schedulers: int) -> Iterator[Fleet]:
    """They run for the length of a block."""
    running = Fleet(settings, webs, schedulers)
    try:
        yield running
    finally:
        running.stop()


def ask(
    port: int, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """One request on a connection of its own: its status, and the JSON that came."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        sent = json.dumps(body) if body is not None else None
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, sent, {"Content-Type": "application/json", **more})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content[:1] == b"{" else {}
    finally:
        connection.close()


def pause(chance: random.Random, longest: float) -> None:
    """A moment of a random length."""
    time.sleep(chance.uniform(0.0, longest))
