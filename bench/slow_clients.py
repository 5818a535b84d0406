"""Clients that drip: hundreds of them do not starve the others behind nginx.

A third sends its headers a byte a second, a third its body, a third reads its answer so slowly.
`python bench/slow_clients.py --slow 300` prints how long others wait without and with them, and the
same straight at gunicorn, where eight are enough to stop all: the reason for the proxy.
"""

import argparse
import contextlib
import http.client
import json
import socket
import statistics
import threading
import time

from _fronts import deployed

ASKS = 60


def drip(port: int, kind: int, over: threading.Event) -> None:
    """One slow client."""
    head = b"POST /api/v1/matches HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as line:
        if kind == 0:
            line.sendall(b"GET /matches HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        elif kind == 1:
            line.sendall(head + b"Content-Length: 5000\r\n\r\n")
        else:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        while not over.wait(1.0):
            if kind == 2:
                line.recv(1)
            else:
                line.sendall(b" ")


def quick(port: int) -> list[float]:
    """How long an ordinary client waits, in milliseconds; nothing more after 10 s."""
    waits = []
    for _ in range(ASKS):
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            return [*waits, 10_000.0]
        finally:
            connection.close()
        waits.append((time.perf_counter() - begun) * 1000)
    return waits


def measure(port: int, slow: int) -> dict[str, float]:
    """Waits while so many drip."""
    over = threading.Event()
    for number in range(slow):
        threading.Thread(target=drip, args=(port, number % 3, over), daemon=True).start()
    time.sleep(3 if slow else 0)
    waits = quick(port)
    over.set()
    return {
        "slow": slow, "asked": len(waits), "median_ms": round(statistics.median(waits), 1),
        "worst_ms": round(max(waits), 1),
    }  # fmt: skip


def main() -> None:
    """Prints four rows."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--slow", type=int, default=300)
    reading.add_argument("--port", type=int, default=8594)
    wanted = reading.parse_args()
    with deployed(wanted.port) as front:
        straight = next(iter(front.instances))
        for name, port, slow in (
            ("behind nginx", front.nginx, 0),
            ("behind nginx", front.nginx, wanted.slow),
            ("straight", straight, 0),
            ("straight", straight, 24),
        ):
            print(json.dumps({"way": name, **measure(port, slow)}), flush=True)


if __name__ == "__main__":
    main()
