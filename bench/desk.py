"""How long a coordinator waits: each page of the desk, on years of data, in this process.

500 ambassadors, 20,000 prospects, 100,000 chats on SQLite (`flask demo crowd`); every page is
asked for 20 times by a signed-in coordinator, the medians count. Prints a table and writes
bench/results/desk.json. A page that this version does not have is named and skipped.
Options: `--rounds 20 --database FILE` (kept, and made when it is not there; else a new one).
"""

import argparse
import contextlib
import gc
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask.testing import FlaskClient  # noqa: E402 - the project is not installed
from sqlalchemy import event, select  # noqa: E402

from ambassadors.cli.speaking import clock  # noqa: E402
from ambassadors.extensions import db  # noqa: E402
from ambassadors.models import Chat, User  # noqa: E402
from ambassadors.services import demo  # noqa: E402
from ambassadors.services.writing import write  # noqa: E402
from bench import _people as people  # noqa: E402
from tests.web.staff import begin_session  # noqa: E402

PAGE, SEARCH, MAP, REPORT = 150, 200, 300, 1000  # milliseconds at most
# A new page is a line here: what it is, where, and how long it may take.
PAGES = (
    ("today", "/coordinator", PAGE),
    ("coverage map", "/coordinator/coverage", MAP),
    ("coverage, one interest", "/coordinator/coverage?interest=track/thesis", MAP),
    (
        "coverage, people of an hour",
        "/coordinator/coverage/people?interest=track/thesis&cell=11",
        MAP,
    ),
    ("coverage, as CSV", "/coordinator/coverage/map.csv", MAP),
    ("chats to come", "/coordinator/chats", PAGE),
    ("chats, all", "/coordinator/chats?when=", PAGE),
    ("chats, all, page 400", "/coordinator/chats?when=&page=400", PAGE),
    ("chats, no-shows of a month", "/coordinator/chats?when=past&status=no_show&{month}", PAGE),
    ("chats, of one ambassador", "/coordinator/chats?when=&ambassador={ambassador}", PAGE),
    ("chats, by interest", "/coordinator/chats?when=&interest=track/thesis", PAGE),
    ("chats, by zone", "/coordinator/chats?when=&zone=Asia/Tokyo", PAGE),
    ("chats, by source", "/coordinator/chats?when=&source=web", PAGE),
    ("chats, after a match", "/coordinator/chats?when=&source=match", PAGE),
    ("chats, handed over", "/coordinator/chats?when=&source=handed-over", PAGE),
    ("search, a name", "/coordinator/chats?when=&q=Femi+Larsen", SEARCH),
    ("search, a rare word", "/coordinator/chats?when=&q=lena.ito", SEARCH),
    ("search, a common word", "/coordinator/chats?when=&q=co-op", SEARCH),
    ("search, beginnings of words", "/coordinator/chats?when=&q=nad*+thes*", SEARCH),
    ("search, nothing", "/coordinator/chats?when=&q=nowhereatall", SEARCH),
    ("one chat", "/coordinator/chats/{uid}", PAGE),
    ("roster", "/coordinator/ambassadors", PAGE),
    ("roster, search", "/coordinator/ambassadors?q=Femi", SEARCH),
    ("roster, by hours left", "/coordinator/ambassadors?sort=free&way=falling", PAGE),
    ("roster, of an interest", "/coordinator/ambassadors?interest=track/thesis", PAGE),
    ("roster, as CSV", "/coordinator/ambassadors/export.csv", PAGE),
    ("roster, graduation", "/coordinator/ambassadors/graduation", PAGE),
    ("roster, one leaves", "/coordinator/ambassadors/leave?who={ambassador}", PAGE),
    ("roster, ten leave", "/coordinator/ambassadors/leave?{ten}", PAGE),
    ("roster, away", "/coordinator/ambassadors/{ambassador}/away", PAGE),
    ("roster, profiles", "/coordinator/ambassadors/profiles", PAGE),
    ("one ambassador", "/coordinator/ambassadors/{ambassador}", PAGE),
    ("requests", "/coordinator/requests", PAGE),
    ("requests, matched", "/coordinator/requests?state=matched", PAGE),
    ("mail", "/coordinator/mail", PAGE),
    ("mail, failed", "/coordinator/mail?state=failed", PAGE),
    ("mail, of a kind", "/coordinator/mail?kind=cancellation", PAGE),
    ("mail, search", "/coordinator/mail?q=femi.larsen", SEARCH),
    ("plan", "/coordinator/plan", PAGE),
    ("weights", "/coordinator/weights", PAGE),
    ("reports, by week", "/coordinator/reports", REPORT),
    ("reports, by term", "/coordinator/reports?by=term&{years}", REPORT),
    ("reports, by interest", "/coordinator/reports?by=track&{years}", REPORT),
    ("reports, by country", "/coordinator/reports?by=country&{years}", REPORT),
    ("reports, by zone", "/coordinator/reports?by=zone&{years}", REPORT),
    ("reports, by ambassador", "/coordinator/reports?by=ambassador&{years}", REPORT),
    ("timesheets", "/coordinator/timesheets", REPORT),
    ("settings", "/coordinator/settings", PAGE),
)


@contextlib.contextmanager
def crowd(database: Path | None) -> Iterator[FlaskClient]:
    """A browser of a coordinator of a service with all that data."""
    with tempfile.TemporaryDirectory() as name:
        file = database or Path(name) / "desk.db"
        url, fresh = f"sqlite:///{file}", not file.exists()
        people.prepare(url, Path(name))
        with people.service(url, Path(name)) as app:
            if fresh:
                fill()
            user = db.session.scalars(select(User).where(User.email == demo.COORDINATOR)).one()
            client = app.test_client()
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = begin_session(user), True
            gc.collect()
            gc.freeze()  # as wsgi.py does
            yield client


def fill() -> None:
    """The coordinator and the crowd."""
    begun, now = time.perf_counter(), clock()
    write(db.session(), lambda s: demo.add_coordinator(s, now, {}))
    counts = write(db.session(), lambda s: demo.add_crowd(s, demo.Sizes(), 1, now))
    print(f"made in {time.perf_counter() - begun:.0f} s: {counts}\n", flush=True)


def examples() -> dict[str, str]:
    """What stands in the addresses."""
    chat = db.session.scalars(select(Chat).where(Chat.status == "completed").limit(1)).one()
    first = (clock() - timedelta(days=300)).date()
    month = f"first={first}&last={first + timedelta(days=30)}"
    ten = "&".join(f"who={chat.ambassador_id + n}" for n in range(10))
    years = f"first={clock().date() - timedelta(days=730)}&last={clock().date()}"
    known = {"uid": chat.uid, "ambassador": str(chat.ambassador_id), "month": month, "ten": ten}
    return known | {"years": years}


def measure(client: FlaskClient, address: str, rounds: int) -> dict[str, float] | int:
    """Milliseconds at the median, the slowest, and the queries; the status if it is no page."""
    taken: list[float] = []
    answer = client.get(address)
    if answer.status_code != 200:
        return answer.status_code
    with counted() as statements:
        client.get(address)
    for _ in range(rounds):
        begun = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "median_ms": round(statistics.median(taken), 1),
        "slowest_ms": round(max(taken), 1),
        "queries": len(statements),
    }


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    options = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    with crowd(options.database) as client:
        known = examples()
        print(f"{'page':32}{'median ms':>10}{'slowest':>10}{'queries':>9}{'budget':>8}")
        for name, address, budget in PAGES:
            if options.only not in name:
                continue
            seen = measure(client, address.format(**known), options.rounds)
            if isinstance(seen, int):
                print(f"{name:32}skipped: {seen}")
                continue
            results[name] = seen | {"budget_ms": budget}
            missed = "" if seen["median_ms"] <= budget else "  MISSED"
            figures = f"{seen['median_ms']:10}{seen['slowest_ms']:10}{seen['queries']:9}{budget:8}"
            print(f"{name:32}{figures}{missed}", flush=True)
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    record = {"python": platform.python_version(), "rounds": options.rounds, "pages": results}
    (folder / "desk.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
