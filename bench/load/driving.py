"""Clients that ask at given moments, whether the server keeps up or not.

How long an answer took counts from the moment at which it was to be asked for: a server that falls
behind cannot slow its clients down and look fast.
"""

import random
import selectors
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bench._load import Answers, Client

MOST_OPEN = 256  # connections at once
IDLE = 1.0  # seconds after which a kept connection is not used again: the server closes it at 2
GIVE_UP = 30.0  # seconds that a person waits

Heard = Callable[[int, bytes], None]


@dataclass(frozen=True)
class Call:
    """One request: what kind it is counted under, its bytes, who hears the answer."""

    kind: str
    request: bytes
    heard: Heard | None = None


class Traffic(Protocol):
    """Where requests come from: one at each moment, and what follows from answers."""

    def next_call(self) -> Call: ...

    def follow_ups(self) -> list[Call]: ...


@dataclass
class Line:
    """A connection and what it waits for."""

    client: Client
    call: Call
    due: float


@dataclass
class Driver:
    """Asks `rate` times a second on average, at random moments, for so many seconds."""

    port: int
    traffic: Traffic
    rate: float
    seconds: float
    answers: dict[str, Answers] = field(default_factory=dict)
    unanswered: int = 0
    lasted: float = 0.0  # seconds until the last answer was in
    lag: float = (
        0.0  # seconds by which a request left late at most, for want of the driver's own time
    )
    waiting: deque[tuple[float, Call]] = field(default_factory=deque)
    idle: list[tuple[float, Client]] = field(default_factory=list)

    def run(self) -> None:
        """Until time is over and every answer is in, or was given up."""
        self.selector, chance = selectors.DefaultSelector(), random.Random(2026)
        begun = time.perf_counter()
        end, due = begun + self.seconds, begun
        while True:
            now = time.perf_counter()
            while due <= min(now, end):
                self.waiting.append((due, self.traffic.next_call()))
                self.lag = max(self.lag, now - due)
                due += chance.expovariate(self.rate)
            self.waiting.extend((now, call) for call in self.traffic.follow_ups())
            self.ask_waiting(now)
            if due > end and not self.waiting and not self.selector.get_map():
                break
            self.listen(min(0.5, max(0.0, due - now)))
            self.give_up()
        self.lasted = time.perf_counter() - begun
        for one in self.answers.values():
            one.seconds = self.lasted
        for _, client in self.idle:
            client.socket.close()
        self.selector.close()

    def ask_waiting(self, now: float) -> None:
        """As many as there are free connections."""
        while self.waiting and len(self.selector.get_map()) < MOST_OPEN:
            due, call = self.waiting.popleft()
            try:
                client = self.take_client(now)
                client.ask(call.request)
            except OSError:
                self.unanswered += 1
                continue
            self.selector.register(client.socket, selectors.EVENT_READ, Line(client, call, due))

    def take_client(self, now: float) -> Client:
        """A kept connection that the server has not closed, else a new one."""
        while self.idle:
            since, client = self.idle.pop()
            if now - since < IDLE:
                return client
            client.socket.close()
        return Client(self.port)

    def listen(self, seconds: float) -> None:
        """Takes what has come."""
        for key, _ in self.selector.select(seconds):
            line: Line = key.data
            try:
                answer = line.client.read()
            except (OSError, AssertionError):  # closed in the middle of an answer
                self.hang_up(line)
                continue
            if answer is not None:
                self.selector.unregister(line.client.socket)
                self.note(line, *answer)

    def note(self, line: Line, status: int, body: bytes) -> None:
        """Counts an answer."""
        now = time.perf_counter()
        found = self.answers.setdefault(line.call.kind, Answers())
        found.statuses[status] += 1
        found.waits.append(now - line.due)
        self.idle.append((now, line.client))
        if line.call.heard is not None:
            line.call.heard(status, body)

    def hang_up(self, line: Line) -> None:
        """An answer that never comes."""
        self.selector.unregister(line.client.socket)
        line.client.socket.close()
        self.unanswered += 1

    def give_up(self) -> None:
        """Those who have waited too long go away."""
        over = time.perf_counter() - GIVE_UP
        while self.waiting and self.waiting[0][0] < over:
            self.waiting.popleft()
            self.unanswered += 1
        for key in list(self.selector.get_map().values()):
            if key.data.due < over:
                self.hang_up(key.data)
