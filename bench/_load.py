"""Clients: one process, one thread, a few connections that are kept, as little work as can be."""

import json
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

HOST = "127.0.0.1"
KEPT = 25  # requests on one connection
PATIENCE = 30.0  # seconds without any answer, after which something is broken


@dataclass
class Answers:
    """What came back: how many of each status, and how long each took, in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.seconds

    def percentile(self, percent: float) -> float:
        """How long the slowest but so many took at most, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.waits) * 1000


class Client:
    """One connection; asks, and hands over each whole answer.

    Now and then it opens another one: a kept connection stays with the worker that took it, and
    all might be with one.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection((HOST, port))
        self.buffer, self.asked, self.count = b"", 0.0, 0

    def ask(self, request: bytes) -> None:
        """Sends a request."""
        if self.count == KEPT:
            self.socket.close()
            self.socket, self.count = socket.create_connection((HOST, self.port)), 0
        self.count += 1
        self.buffer, self.asked = b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> tuple[int, bytes] | None:
        """Status and body once all of it is there."""
        part = self.socket.recv(1 << 18)
        assert part, "the server closed the connection in the middle of an answer"
        self.buffer += part
        head, sign, body = self.buffer.partition(b"\r\n\r\n")
        if not sign or len(body) < length_of(head):
            return None
        return int(head[9:12]), body


def length_of(head: bytes) -> int:
    """How long the body is."""
    lowered = head.lower()
    place = lowered.index(b"content-length:") + 15
    return int(lowered[place : place + 12].split(b"\r\n", 1)[0])


def get(path: str, **headers: str) -> bytes:
    """A request for a page."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *headers_of(headers)]
    return "\r\n".join([*lines, "", ""]).encode()


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A request that sends JSON."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", *headers_of(headers)]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def booking(place: tuple[int, datetime], number: int, path: str = "/api/v1/chats") -> bytes:
    """A request to book a place, from somebody new."""
    body = {
        "ambassador": place[0], "start": iso(place[1]), "minutes": 30,
        "prospect": {"name": f"Pat {number}", "email": f"pat-{number}@example.org",
                     "time_zone": "Asia/Kolkata"},
        "interests": ["track/thesis", "industry/aerospace"],
        "question": "How does one find a thesis adviser?",
    }  # fmt: skip
    return post(path, json.dumps(body).encode())


def iso(moment: datetime) -> str:
    """As the API reads it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def headers_of(headers: dict[str, str]) -> list[str]:
    """Lines; `accept_encoding="gzip"` is written `accept-encoding: gzip`."""
    return [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]


def fetch(port: int, request: bytes) -> tuple[int, bytes]:
    """One answer."""
    client = Client(port)
    client.ask(request)
    while (answer := client.read()) is None:
        pass
    client.socket.close()
    return answer


def race(port: int, requests: list[bytes]) -> list[int]:
    """Each client asks one request, all at the same moment; the statuses."""
    clients = [Client(port) for _ in requests]
    for client, request in zip(clients, requests, strict=True):
        client.ask(request)
    statuses = []
    for client in clients:
        while (answer := client.read()) is None:
            pass
        client.socket.close()
        statuses.append(answer[0])
    return statuses


def drive_same(port: int, request: bytes, clients: int, seconds: float) -> Answers:
    """The same request again and again for so many seconds."""
    return drive(port, repeat(request), clients, seconds)


def drive(
    port: int,
    requests: Iterable[bytes],
    clients: int,
    seconds: float = 3600.0,
    heard: Callable[[int, bytes], None] | None = None,
) -> Answers:
    """Each client asks the next request as soon as it has its answer, until time or they are out.

    `heard` is told the status and body of every answer.
    """
    answers, source = Answers(), iter(requests)
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        for client in [Client(port) for _ in range(clients)]:
            give_next(selector, client, source)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            assert ready, f"no answer within {PATIENCE} s"
            for key, _ in ready:
                client = key.data
                answer = client.read()
                if answer is None:
                    continue
                now = time.perf_counter()
                note(answers, answer, now - client.asked, heard)
                selector.unregister(client.socket)
                if now - begun < seconds:
                    give_next(selector, client, source)
                else:
                    client.socket.close()
        answers.seconds = time.perf_counter() - begun
    return answers


def give_next(selector: selectors.DefaultSelector, client: Client, source: Iterator[bytes]) -> None:
    """Lets a client ask what comes next; without more to ask it goes."""
    request = next(source, None)
    if request is None:
        client.socket.close()
        return
    client.ask(request)
    selector.register(client.socket, selectors.EVENT_READ, client)


def note(
    answers: Answers,
    answer: tuple[int, bytes],
    wait: float,
    heard: Callable[[int, bytes], None] | None,
) -> None:
    """Counts one answer."""
    status, body = answer
    answers.statuses[status] += 1
    answers.waits.append(wait)
    if heard is not None:
        heard(status, body)
