"""Real servers on this machine to read calendars from, and guards that let the tests reach them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from ambassadors.remote.fetching import Guard, Unreachable, fetch
from ambassadors.remote.guard import is_public_or_here

HOST, NAME = "127.0.0.1", "calendar.example.org"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nEND:VCALENDAR\r\n"


@cache
def authority() -> trustme.CA:
    """One certificate authority for the whole run."""
    return trustme.CA()


def guard_here(seconds: float = 5, most_bytes: int = 2_000_000) -> Guard:
    """A development guard, for which every name is this machine."""
    return Guard(
        allowed=is_public_or_here,
        plain=True,
        ports=None,
        resolve=lambda host, port: [HOST],
        seconds=seconds,
        most_bytes=most_bytes,
        authority=authority().cert_pem.bytes().decode(),
    )


def guard_by_name() -> Guard:
    """The same, but only `NAME` is this machine; an address is itself."""
    return replace(guard_here(), resolve=lambda host, port: [HOST if host == NAME else host])


@dataclass(frozen=True)
class Reply:
    """What a server answers."""

    status: int = 200
    body: bytes = CALENDAR
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A running server: where it is, and the requests it has seen."""

    port: int
    scheme: str
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str = "/secret-path.ics", name: str = NAME) -> str:
        """An address at this server."""
        return f"{self.scheme}://{name}:{self.port}{path}"


Behaviour = Callable[[str, dict[str, str]], Reply]


@contextmanager
def site(behave: Behaviour | Reply, *, tls: bool = False, names: str = NAME) -> Iterator[Site]:
    """A web server for the length of a block; `behave` answers a path and its headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            running.seen.append((self.path, headers))
            reply = behave if isinstance(behave, Reply) else behave(self.path, headers)
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def do_PROPFIND(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    with _Server((HOST, 0), Handler) as server:
        running = Site(server.server_address[1], "https" if tls else "http")
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority().issue_cert(names).configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves early is what some tests are about."""


def drip(pieces: bytes, seconds: float) -> Callable[[socket.socket], None]:
    """A server that sends one byte now and then, until it is left alone."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        done = threading.Event()
        for byte in pieces:
            connection.sendall(bytes([byte]))
            done.wait(seconds)

    return talk


def pour(head: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """A server that never stops sending."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return talk


def refusal(address: str, guard: Guard | None = None, **given: str) -> tuple[str, bool]:
    """The sentence with which an address is refused, and whether it is gone."""
    with pytest.raises(Unreachable) as caught:
        fetch(address, guard=guard or guard_here(), **given)  # type: ignore[arg-type]
    assert "6a1f9c" not in caught.value.text
    return caught.value.text, caught.value.gone
