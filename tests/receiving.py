"""A real server that takes webhooks, on loopback."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Receiver:
    """A real server, what it was sent, and what it answers next (200 without an entry)."""

    address: str = ""
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.seen]

    def told(self) -> list[str]:
        return [str(body["type"]) for body in self.bodies()]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """It listens on loopback, on a thread of its own."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = found.answers.pop(0) if found.answers else 200
            self.send_response(status)
            if found.location:
                self.send_header("Location", found.location)
            self.end_headers()
            self.wfile.write(b"Thank you,\r\nreceiver")

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}/hook?key=1"
    yield found
    server.shutdown()
    server.server_close()
