"""How long a mail takes to compose, serialise and hand over, against a raw smtplib loop.

Both send to the same aiosmtpd sink, a process of its own, in interleaved rounds; the raw loop
sends finished bytes of the same size. Every mail is an invitation of another chat, so nothing is
remembered from the one before. Prints a table and writes bench/results/mail.json.
"""

import json
import multiprocessing
import platform
import smtplib
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from aiosmtpd.controller import Controller  # noqa: E402

from ambassadors.mail.compose import ChatFacts, Mail, Person, Service, invitation  # noqa: E402
from ambassadors.mail.messages import serialise, to_message  # noqa: E402
from ambassadors.mail.smtp import Server, SmtpTransport  # noqa: E402

MAILS, ROUNDS = 200, 5
BUDGETS = {"compose_and_serialise_ms": 2.5, "of_raw_smtplib": 0.3}
START = datetime(2026, 12, 9, 22, tzinfo=UTC)
SERVICE = Service(
    "AIM student ambassadors",
    "MS in Advanced and Intelligent Manufacturing",
    "chats@example.edu",
    "http://127.0.0.1:8000",
)
CHAT = ChatFacts(
    uid="",
    sequence=1,
    status="confirmed",
    start=START,
    end=START + timedelta(minutes=30),
    prospect=Person("Ravi Kumar", "ravi@example.org", "Asia/Kolkata"),
    ambassador=Person("Ana Lima", "ana@example.edu", "America/New_York"),
    question="How much time do you spend in the lab, and is a co-op possible in the first year?",
    place="https://meet.example.edu/ana",
    interests=("Thesis", "Robotics"),
    manage_url="http://127.0.0.1:8000/c/" + "x" * 43,
    staff_url="http://127.0.0.1:8000/ambassador/chats/1",
    feedback_url="http://127.0.0.1:8000/feedback/x",
    ask_url="http://127.0.0.1:8000/matches",
    reason="",
    changed_by="prospect",
    previous_start=None,
    previous_ambassador=None,
    hold_expires_at=None,
    code=None,
    stamp=START - timedelta(days=7),
)


class Sink:
    """Accepts everything and keeps nothing."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """The answer to a message."""
        return "250 OK"


class Listener(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def serve(pipe: Connection) -> None:
    """The sink, until the other end of the pipe says stop."""
    listener = Listener(Sink(), hostname="127.0.0.1", port=0, server_hostname="localhost")
    listener.start()
    pipe.send(listener.port)
    pipe.recv()
    listener.stop()


def write(number: int) -> tuple[Mail, bytes]:
    """One invitation, from facts to bytes."""
    message_id = f"<bench.{number}.{time.monotonic_ns()}@example.edu>"
    facts = replace(CHAT, uid=f"{number}-{time.monotonic_ns()}")
    mail = invitation(facts, "prospect", SERVICE, message_id)
    return mail, serialise(to_message(mail, SERVICE, START))


def write_only(port: int) -> None:
    """Everything but the sending."""
    for number in range(MAILS):
        write(number)


def send_ours(port: int) -> None:
    """Compose, serialise, hand over: what the scheduler does for a notice, less its database."""
    transport = SmtpTransport(Server("127.0.0.1", port, tls=False))
    for number in range(MAILS):
        mail, data = write(number)
        transport.send(data, SERVICE.address, mail.to.address)
    transport.close()


def send_raw(port: int) -> None:
    """The reference: finished bytes over one kept connection."""
    _, data = write(0)
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
        for _ in range(MAILS):
            smtp.sendmail(SERVICE.address, [CHAT.prospect.address], data)


def measure(way: Callable[[int], None], port: int) -> tuple[float, float]:
    """Milliseconds a mail: by the clock, and of CPU time (the sink's not counted)."""
    began, cpu = time.perf_counter(), time.process_time()
    way(port)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return wall * 1000 / MAILS, cpu * 1000 / MAILS


def run_rounds() -> list[dict[str, tuple[float, float]]]:
    """Interleaved rounds of all ways against one sink."""
    ours, theirs = multiprocessing.Pipe()
    sink = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    sink.start()
    port = ours.recv()
    ways = {"write": write_only, "ours": send_ours, "raw": send_raw}
    for way in ways.values():
        way(port)  # templates compiled, caches warm
    rounds = [{name: measure(way, port) for name, way in ways.items()} for _ in range(ROUNDS)]
    ours.send("stop")
    sink.join()
    return rounds


def main() -> None:
    """Measures, compares, prints and writes."""
    rounds = run_rounds()
    wall = {name: statistics.median(one[name][0] for one in rounds) for name in rounds[0]}
    cpu = {name: statistics.median(one[name][1] for one in rounds) for name in rounds[0]}
    ratio = statistics.median(one["raw"][0] / one["ours"][0] for one in rounds)
    print(f"{MAILS} invitations a round, {ROUNDS} rounds; milliseconds a mail, clock and CPU")
    print(f"compose and serialise {wall['write']:6.2f}{cpu['write']:6.2f}   budget 2.50")
    print(f"and hand over         {wall['ours']:6.2f}{cpu['ours']:6.2f}")
    print(f"raw smtplib           {wall['raw']:6.2f}{cpu['raw']:6.2f}")
    print(f"pace, of raw smtplib's {ratio:5.2f}         budget 0.30")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    record = {"python": platform.python_version(), "wall_ms": wall, "cpu_ms": cpu,
              "of_raw_smtplib": ratio, "budget": BUDGETS, "rounds": rounds}  # fmt: skip
    (results / "mail.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
