"""Radicale and Xandikos, each for the length of a block, and what a program puts there."""

import base64
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from radicale.app import Application
from radicale.config import load

from ambassadors.remote.caldav import Account
from tests.mail.servers import free_port
from tests.remote.servers import HOST

USER, PASSWORD = "ana", "app pass:wörd"
_MAKE = (
    '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
    "<d:displayname>%s</d:displayname><c:supported-calendar-component-set>"
    '<c:comp name="%s"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>'
)


@dataclass
class Server:
    """A running CalDAV server with one user. `home` is where that user's calendars are."""

    port: int
    home: str
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """An address at this server."""
        return f"http://localhost:{self.port}{path}"

    def account(self, path: str = "/", password: str = PASSWORD) -> Account:
        """What the user would type."""
        return Account(self.url(path), USER, password)

    def add_calendar(self, slug: str, name: str, holds: str = "VEVENT") -> str:
        """A new calendar; gives its address."""
        self._send("MKCALENDAR", f"{self.home}{slug}/", _MAKE % (name, holds))
        return self.url(f"{self.home}{slug}/")

    def put(self, slug: str, uid: str, *components: str) -> None:
        """An object of the calendar as a program puts it there, in place of one of that UID."""
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *components]
        body = "\r\n".join([*lines, "END:VCALENDAR", ""])
        self._send("PUT", f"{self.home}{slug}/{uid}.ics", body)

    def remove(self, slug: str, uid: str) -> None:
        """Takes an object out."""
        self._send("DELETE", f"{self.home}{slug}/{uid}.ics", "")

    def _send(self, method: str, path: str, body: str) -> None:
        connection = HTTPConnection(HOST, self.port, timeout=10)
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        kind = "text/calendar" if method == "PUT" else "application/xml"
        headers = {"Authorization": f"Basic {pair}", "Content-Type": f"{kind}; charset=utf-8"}
        connection.request(method, path, body.encode(), headers)
        answer = connection.getresponse()
        assert answer.status < 300, (method, path, answer.status, answer.read())
        connection.close()


def event(uid: str, start: str, end: str, *more: str) -> str:
    """An event; the times as they stand after the property's name: ":20270301T100000Z"."""
    lines = [f"UID:{uid}", "DTSTAMP:20270101T000000Z", f"DTSTART{start}", f"DTEND{end}", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "SUMMARY:A private matter", "END:VEVENT"])


def zone(name: str, offset: str) -> str:
    """A zone with one offset for ever."""
    lines = ["BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}"]
    lines = [*lines, f"TZOFFSETTO:{offset}", "END:STANDARD"]
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE"])


@contextmanager
def radicale(folder: Path) -> Iterator[Server]:
    """Radicale in a thread, behind a password."""
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    configuration = load()
    storage = {"filesystem_folder": str(folder / "collections")}
    auth = {
        "type": "htpasswd",
        "htpasswd_filename": str(folder / "users"),
        "htpasswd_encryption": "plain",
        "delay": "0",
    }
    configuration.update({"storage": storage, "auth": auth, "logging": {"level": "critical"}})
    application = Application(configuration)
    running = Server(0, f"/{USER}/")

    def counted(environ: dict[str, Any], start_response: Any) -> Any:
        running.asked.append(environ["REQUEST_METHOD"])
        return application(environ, start_response)

    with make_server(HOST, 0, counted, WSGIServer, _Quiet) as server:
        running.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


@contextmanager
def xandikos(folder: Path) -> Iterator[Server]:
    """Xandikos in a process of its own; it asks for no password."""
    port = free_port()
    program = [sys.executable, "-m", "xandikos", "serve", "-d", str(folder), "--defaults"]
    where = ["-l", HOST, "-p", str(port), "--state-dir", str(folder / "state")]
    process = subprocess.Popen(
        [*program, *where, "--current-user-principal", f"/{USER}/"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Server(port, f"/{USER}/calendars/")
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        assert process.poll() is None
        connection = HTTPConnection(HOST, port, timeout=1)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            sleep(0.02)
        else:
            return
        finally:
            connection.close()
    raise AssertionError("Xandikos does not answer")
