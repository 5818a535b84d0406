"""The driver of `make load`: what it says of a server that is slow, and of one that is broken."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench._load import get
from bench.load.driving import Call, Driver

RATE, SECONDS, STILL = 50.0, 0.8, 0.4


class Slow(BaseHTTPRequestHandler):
    """Stands still at first, for everybody; breaks off every tenth answer, fails every fifth."""

    protocol_version = "HTTP/1.1"
    begun, count, lock = 0.0, 0, threading.Lock()

    def do_GET(self) -> None:
        with Slow.lock:
            Slow.count += 1
            number = Slow.count
            time.sleep(max(0.0, Slow.begun + STILL - time.perf_counter()))
        if number % 10 == 0:
            self.close_connection = True
            return
        self.send_response(500 if number % 5 == 0 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the terminal."""


class Asking:
    """The same again and again."""

    def next_call(self) -> Call:
        return Call("look", get("/"))

    def follow_ups(self) -> list[Call]:
        return []


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        Slow.begun, Slow.count = time.perf_counter(), 0
        yield server.server_address[1]
        server.shutdown()


def test_waiting_counts_from_the_moment_that_was_meant_and_no_answer_is_forgotten(port: int):
    driver = Driver(port, Asking(), RATE, SECONDS)
    driver.run()
    asked, found = Slow.count, driver.answers["look"]
    broken = asked // 10
    assert found.statuses == Counter({200: asked - asked // 5, 500: asked // 5 - broken}), (
        "every fifth fails, every second of those without an answer"
    )
    assert driver.unanswered == broken
    assert sum(wait > STILL / 2 for wait in found.waits) > RATE * STILL / 4
