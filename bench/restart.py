"""Restarts under load: two instances are restarted one after the other, again and again.

Readers and writers go through nginx; every answer that is no answer, or a 5xx, is a failure.
`python bench/restart.py --restarts 10 --every 5`
"""

import argparse
import http.client
import json
import threading
import time
from collections import Counter

from _fronts import deployed

PATHS = ("/", "/matches?interest=track/thesis", "/api/v1/interests", "/healthz", "/privacy")
BODY = json.dumps({"interests": ["track/thesis"], "time_zone": "UTC"})


def ask(connection: http.client.HTTPConnection, turn: int) -> int:
    """One request: four looks, then one that sends a body."""
    if turn % 5 == 4:
        connection.request("POST", "/api/v1/matches", BODY, {"Content-Type": "application/json"})
    else:
        connection.request("GET", PATHS[turn % len(PATHS)])
    answer = connection.getresponse()
    answer.read()
    return answer.status


def go_on(port: int, over: threading.Event, seen: Counter[str], kept: bool) -> None:
    """Asks until it is over; `kept`: by one connection, else by a new one each time."""
    connection, turn = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
    while not over.is_set():
        turn += 1
        try:
            status = ask(connection, turn)
            seen["5xx" if status >= 500 else "answered"] += 1
        except (OSError, http.client.HTTPException) as fault:
            seen[f"no answer: {type(fault).__name__}"] += 1
            connection.close()
        if not kept:
            connection.close()
    connection.close()


def main() -> None:
    """Prints how many requests there were, and how many failed."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--restarts", type=int, default=10)
    reading.add_argument("--every", type=float, default=5.0)
    reading.add_argument("--clients", type=int, default=8)
    reading.add_argument("--port", type=int, default=8590)
    wanted = reading.parse_args()
    seen, over = Counter[str](), threading.Event()
    with deployed(wanted.port) as front:
        people = [
            threading.Thread(target=go_on, args=(front.nginx, over, seen, number % 2 == 0))
            for number in range(wanted.clients)
        ]
        begun = time.monotonic()
        for one in people:
            one.start()
        for number in range(wanted.restarts):
            time.sleep(wanted.every)
            front.restart(list(front.instances)[number % 2])
        time.sleep(wanted.every)
        over.set()
        for one in people:
            one.join()
        took = time.monotonic() - begun
    failed = sum(count for what, count in seen.items() if what != "answered")
    print(json.dumps({
        "restarts": wanted.restarts, "seconds": round(took), "requests": sum(seen.values()),
        "failed": failed, "outcomes": dict(seen),
    }))  # fmt: skip
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
