"""How long a feed of 500 chats takes: unchanged, unchanged and known to the reader, and changed.

On a fresh SQLite file, through the application without a socket. Prints a table and writes
bench/results/feeds.json.
"""

import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask.testing import FlaskClient  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import update  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from ambassadors import create_app  # noqa: E402
from ambassadors.core import tokens  # noqa: E402
from ambassadors.extensions import db  # noqa: E402
from ambassadors.models import Ambassador, Chat  # noqa: E402
from ambassadors.services import feeds  # noqa: E402
from config import read_settings  # noqa: E402
from tests.factories import make_ambassador, make_chat, make_user  # noqa: E402

CHATS, ROUNDS, BUDGET_MS = 500, 30, 20.0
SECRET = "a secret of the bench, long enough to be taken"  # noqa: S105


def fill(session: Session) -> dict[str, str]:
    """One ambassador with 500 chats; gives the addresses of the feeds."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    always = "; ".join(f"{day} 00:00-24:00" for day in days)
    rules = {"notice_minutes": 0, "daily_cap": 24, "weekly_cap": 100, "buffer_after": 0}
    ana = make_ambassador(session, "Ana Lima", always, **rules)
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(CHATS):
        day, place = divmod(number, 12)
        begins = start + timedelta(days=day - 30, hours=2 * place)
        email = f"p{number}@example.org"
        booked_at = begins - timedelta(hours=1)
        make_chat(session, ana, begins, booked_at, email=email, name=f"Prospect {number}")
    kim = make_user(session, name="Kim Doe")
    return {
        "an ambassador's": f"/feeds/{ana.feed_secret}.ics",
        "everybody's": feeds.address_of(kim, feeds.EVERYTHING, SECRET),
        "busy times": f"/feeds/busy/{tokens.feed_token(SECRET, 'busy', ana.user.id, '')}.ics",
    }


def median_ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The median of some rounds, in milliseconds; what happens `before` each does not count."""
    times = []
    for _ in range(ROUNDS):
        before()
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def touch(session: Session) -> None:
    """A change of one chat, as its question or its place would be one."""
    first = session.query(Chat.id).order_by(Chat.id).limit(1).scalar_subquery()
    session.execute(update(Chat).where(Chat.id == first).values(version=Chat.version + 1))
    session.commit()


def measure(client: FlaskClient, session: Session, address: str) -> dict[str, float]:
    """Milliseconds a request."""
    answer = client.get(address)
    known = {"If-None-Match": answer.headers["ETag"]}
    session.rollback()
    return {
        "unchanged": median_ms(lambda: client.get(address)),
        "304": median_ms(lambda: client.get(address, headers=known)),
        "changed": median_ms(lambda: client.get(address), lambda: touch(session)),
    }


def main() -> None:
    """Measures, prints and writes."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"DATABASE_URL": f"sqlite:///{folder}/bench.db", "SECRET_KEY": SECRET,
               "BASE_URL": "http://localhost", "SCHEDULER": "off", "RATE_LIMITS": "0"}  # fmt: skip
        app = create_app(read_settings(env, instance=Path(folder)))
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            addresses = fill(db.session())
            assert db.session().query(Ambassador).count() == 1
            client = app.test_client()
            found = {name: measure(client, db.session(), path) for name, path in addresses.items()}
            db.session.remove()
            db.engine.dispose()
    print(f"{CHATS} chats, {ROUNDS} requests each; milliseconds, median; budget unchanged 20")
    for name, times in found.items():
        told = "  ".join(f"{kind} {value:6.1f}" for kind, value in times.items())
        print(f"{name:16}{told}")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    record = {"python": platform.python_version(), "ms": found, "budget_unchanged_ms": BUDGET_MS}
    (results / "feeds.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
