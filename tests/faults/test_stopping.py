"""A scheduler that waits for servers elsewhere ends when it is told to, and loses nothing."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import CalendarSource
from ambassadors.services.auditor import audit
from config import ROOT, Settings
from tests.calendars import add
from tests.factories import make_ambassador
from tests.remote.servers import HOST

DRIP = 0.2  # seconds between two bytes: no timeout of a socket ever comes


class Dripping:
    """A server whose answer begins, and goes on byte by byte until the client leaves."""

    def __init__(self, server: socket.socket, head: bytes) -> None:
        self.server, self.head, self.port = server, head, server.getsockname()[1]
        self.asked, self.over = threading.Semaphore(0), threading.Event()

    def serve(self) -> None:
        """Takes whoever comes."""
        while not self.over.is_set():
            try:
                client, _ = self.server.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client: socket.socket) -> None:
        """Never comes to an end."""
        self.asked.release()
        with client:
            try:
                client.sendall(self.head)
                while not self.over.wait(DRIP):
                    client.sendall(b"x")
            except OSError:  # the client has left
                return


@contextmanager
def dripping(head: bytes) -> Iterator[Dripping]:
    """Such a server for the length of a block."""
    with socket.create_server((HOST, 0)) as listener:
        slow = Dripping(listener, head)
        thread = threading.Thread(target=slow.serve, daemon=True)
        thread.start()
        yield slow
        slow.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def start_scheduler(settings: Settings, **more: str) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "MAIL_URL": settings.mail_url,
        "SECRET_KEY": settings.secret_key,
        **more,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


def test_slow_calendars_do_not_keep_a_scheduler_and_are_read_by_the_next(settings: Settings):
    app, now = create_app(settings), datetime.now(UTC)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n\r\n"
    with app.app_context(), dripping(head) as slow:
        who = make_ambassador(db.session())
        for number in range(6):  # two rounds of three at once, each as long as a calendar may take
            add(db.session(), who, f"http://{HOST}:{slow.port}/{number}.ics", now)
        db.session.remove()
        process = start_scheduler(settings)
        for _ in range(3):
            assert slow.asked.acquire(timeout=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=9) == 0
        rows = db.session().scalars(select(CalendarSource)).all()
        assert [(row.failures, row.tried_at) for row in rows] == [(0, None)] * 6
        leases = [row.lease_until for row in rows]
        assert all(lease and lease < now + timedelta(minutes=5) for lease in leases)
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()


def test_a_mail_server_that_never_finishes_its_greeting_does_not_keep_a_scheduler(
    settings: Settings,
):
    with dripping(b"* OK ") as slow:
        process = start_scheduler(settings, INBOX_URL=f"imap://chats:word@{HOST}:{slow.port}")
        assert slow.asked.acquire(timeout=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=9) == 0
