"""What is measured: a database, a web, schedulers, and a mail server in a process of its own."""

import contextlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Notice
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from bench import _people as people
from bench._servers import Server, run_scheduler, serve_service
from tests.postgres import PostgresServer, free_port

CONTEXT = multiprocessing.get_context("spawn")


class Taking:
    """A mail server's handler: takes everything, and remembers when."""

    def __init__(self) -> None:
        self.times: list[float] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """The answer to a mail."""
        self.times.append(time.time())
        return "250 OK"


def take_mail(port: int, pipe: Connection) -> None:
    """The mail server's process: tells its times whenever it is asked, until the pipe closes."""
    taking = Taking()
    controller = Controller(taking, hostname="127.0.0.1", port=port, server_hostname="localhost")
    controller.start()
    with contextlib.suppress(EOFError):  # the other end is gone: the end
        pipe.send(True)
        while True:
            pipe.recv()
            pipe.send(taking.times)
    controller.stop()


@dataclass(frozen=True)
class Sink:
    """The mail server, seen from here."""

    port: int
    pid: int
    pipe: Connection

    def times(self) -> list[float]:
        """When each mail was accepted, as seconds since the epoch."""
        self.pipe.send(True)
        times: list[float] = self.pipe.recv()
        return times


@contextlib.contextmanager
def mail_sink() -> Iterator[Sink]:
    """For the length of a block."""
    ours, theirs = CONTEXT.Pipe()
    port = free_port()
    process = CONTEXT.Process(target=take_mail, args=(port, theirs), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    try:
        yield Sink(port, process.pid or 0, ours)
    finally:
        ours.close()
        process.join(10)


@dataclass(frozen=True)
class Rig:
    """A service under load."""

    url: str
    folder: Path
    web: Server
    sink: Sink

    @contextlib.contextmanager
    def scheduler(self) -> Iterator[Server]:
        """A scheduler, for the length of a block."""
        with run_scheduler(self.url, self.folder, MAIL_URL=mail_url(self.sink)) as running:
            yield running

    def audited(self) -> dict[str, int]:
        """The auditor's counts that are not 0, reminders that are overdue included."""
        with people.service(self.url, self.folder):
            return audit(db.session(), datetime.now(UTC))

    def waiting(self) -> int:
        """Mails that are due and have not gone."""
        due = (Notice.state == "waiting", Notice.due_at <= datetime.now(UTC))
        with people.service(self.url, self.folder):
            return int(db.session().scalar(select(func.count(Notice.id)).where(*due)) or 0)


def mail_url(sink: Sink) -> str:
    """Where the service sends to."""
    return f"smtp://127.0.0.1:{sink.port}"


@contextlib.contextmanager
def rig(kind: str, fill: Callable[[Session], Any]) -> Iterator[tuple[Rig, Any]]:
    """A service on a fresh database of a kind that `fill` has filled; and what it returned."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/service.db"
        if kind == "postgresql":
            (folder / "pg").mkdir()
            url = stack.enter_context(PostgresServer(folder / "pg")).new_database()
        people.prepare(url, folder)
        with people.service(url, folder):
            found = write(db.session(), fill)
        sink = stack.enter_context(mail_sink())
        web = stack.enter_context(serve_service(url, folder, MAIL_URL=mail_url(sink)))
        yield Rig(url, folder, web, sink), found
