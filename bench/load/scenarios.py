"""What is done to a service, and what came of it: one row of the table each."""

import contextlib
import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Notice
from ambassadors.services.booking import hold
from ambassadors.services.writing import write
from bench import _people as people
from bench._load import booking, drive, drive_same, get, race
from bench._servers import Server, cpu_of, serve_reference
from bench.load.driving import Driver
from bench.load.rig import Rig, rig
from bench.load.traffic import TIMETABLES, Season, Timetable, add_ambassadors, free_places
from tests.factories import order

LEAST_PEOPLE = 100
CLIENTS = 200  # for one slot
REMINDERS, PATIENCE = 2000, 60.0
EACH_REMINDED = 8  # chats of one ambassador, two reminders each
FULL_SPEED = 4.0  # seconds of each measurement without a pause
GROWTH = 10.0  # per cent


@dataclass
class Row:
    """What came of one; `missed` says what was promised and is not so."""

    what: str
    database: str
    measured: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def expect(self, fine: bool, promise: str) -> None:
        """Notes a promise that was not kept."""
        if not fine:
            self.missed.append(promise)


@dataclass(frozen=True)
class Rates:
    """What is asked a second, and how long the slowest twentieth may take, in milliseconds."""

    bookings: float
    looks: float
    p95: float

    def times(self, share: float) -> "Rates":
        """A share of it, within the same time."""
        return Rates(self.bookings * share, self.looks * share, self.p95)


PROMISED = {"sqlite": Rates(30, 100, 500), "postgresql": Rates(100, 300, 300)}


def season_of(rates: Rates, seconds: float, hours: Timetable) -> Callable[[Session], list[int]]:
    """Adds as many ambassadors as are needed, what is booked at full speed included."""
    count = LEAST_PEOPLE + int(rates.bookings * seconds * 1.2 / len(hours.starts()))
    return lambda session: add_ambassadors(session, count, hours)


def run_season(kind: str, rates: Rates, minutes: float, hours: str) -> Row:
    """Looks and bookings at given rates, with a scheduler that sends the mails of them."""
    seconds, timetable = minutes * 60, TIMETABLES[hours]
    row = Row(
        f"{rates.bookings:g} bookings/s + {rates.looks:g} reads/s, {minutes:g} min, {hours}", kind
    )
    with rig(kind, season_of(rates, seconds, timetable)) as (it, ids):
        traffic = Season(ids, timetable, rates.bookings, rates.looks)
        row.measured |= full_speed(it, traffic)
        mailed = len(it.sink.times())
        with it.scheduler() as scheduler:
            before = cores(it, scheduler)
            driver = Driver(it.web.port, traffic, rates.bookings + rates.looks, seconds)
            driver.run()
            used = cores(it, scheduler)
            row.measured["mails sent meanwhile"] = len(it.sink.times()) - mailed
        row.measured["cores used"] = {
            who: round((cpu - before[who]) / driver.lasted, 2) for who, cpu in used.items()
        }
        row.measured["mails waiting at the end"] = it.waiting()
        judge(row, driver, it, rates)
    return row


def cores(it: Rig, scheduler: Server) -> dict[str, float]:
    """Seconds of CPU time that each has used until now; the database's server is not counted."""
    return {
        "web": it.web.cpu(), "scheduler": scheduler.cpu(), "mail server": cpu_of(it.sink.pid),
        "clients": time.process_time(),
    }  # fmt: skip


def full_speed(it: Rig, traffic: Season) -> dict[str, float]:
    """Without a pause and without a scheduler: ratios to a bare Flask page and to raw inserts."""
    calls = (traffic.next_booking() for _ in itertools.count())
    raw = (booking((1, datetime.now(UTC)), number, "/insert") for number in itertools.count())
    with TemporaryDirectory() as name, serve_reference(Path(name)) as bare:
        drive(it.web.port, (traffic.look() for _ in range(400)), 4)  # caches warm
        page = drive_same(bare.port, get("/page"), 4, FULL_SPEED).a_second
        looks = drive(it.web.port, (traffic.look() for _ in itertools.count()), 4, FULL_SPEED)
        insert = drive(bare.port, raw, 8, FULL_SPEED).a_second
        booked = drive(it.web.port, (call.request for call in calls), 8, FULL_SPEED)
    return {
        "bare pages/s": round(page), "reads/s alone": round(looks.a_second),
        "of bare page": round(looks.a_second / page, 3),
        "raw inserts/s": round(insert), "bookings/s alone": round(booked.a_second),
        "of raw insert": round(booked.a_second / insert, 3),
    }  # fmt: skip


def judge(row: Row, driver: Driver, it: Rig, rates: Rates) -> None:
    """Rates reached, times, faults, what the auditor says."""
    statuses = Counter[int]()
    for kind, name, wanted in (
        ("booking", "bookings", rates.bookings), ("look", "reads", rates.looks),
        ("change", "moves and cancellations", 0.0),
    ):  # fmt: skip
        found = driver.answers.get(kind)
        if found is None:
            continue
        good = sum(count for status, count in found.statuses.items() if status < 400)
        row.measured[f"{name}/s"] = round(good / found.seconds, 1)
        row.measured[f"p50, p95, p99 of {name}, ms"] = [
            round(found.percentile(one)) for one in (50, 95, 99)
        ]
        row.expect(found.percentile(95) <= rates.p95, f"p95 of {name} ≤ {rates.p95:g} ms")
        row.expect(good >= 0.95 * wanted * driver.seconds, f"{wanted:g} {name}/s")
        statuses += found.statuses
    row.measured["statuses"] = dict(sorted(statuses.items()))
    row.measured["given up after 30 s"] = driver.unanswered
    row.measured["driver late by at most, s"] = round(driver.lag, 2)
    row.expect(not any(status >= 500 for status in statuses), "no 5xx")
    row.expect(driver.unanswered == 0, "every request answered")
    note_audit(row, it)


def note_audit(row: Row, it: Rig) -> None:
    """The auditor's word."""
    row.measured["auditor"] = it.audited() or 0
    row.expect(row.measured["auditor"] == 0, "the auditor at 0")


def run_rush(kind: str, rounds: int) -> Row:
    """Two hundred clients at once for one slot, again and again."""
    row = Row(f"{CLIENTS} clients on one slot, {rounds} rounds", kind)
    expected, longest, numbers = Counter({201: 1, 409: CLIENTS - 1}), 0.0, itertools.count(1)
    hours = TIMETABLES["all-day"]
    with rig(kind, lambda session: add_ambassadors(session, 2, hours)) as (it, ids):
        seen = []
        for _, place in zip(range(rounds), free_places(ids, hours), strict=False):
            begun = time.perf_counter()
            asked = [booking(place, next(numbers)) for _ in range(CLIENTS)]
            seen.append(Counter(race(it.web.port, asked)))
            longest = max(longest, time.perf_counter() - begun)
        good = sum(one == expected for one in seen)
        row.measured |= {"rounds with one winner": good, "longest round, s": round(longest, 2)}
        row.measured["statuses"] = dict(sorted(sum(seen, Counter[int]()).items()))
        row.expect(good == rounds, "one winner in every round, 409 to all others")
        note_audit(row, it)
    return row


def add_reminded(session: Session) -> None:
    """Chats within the next hours, booked a while ago; all mails but reminders have gone."""
    now = datetime.now(UTC)
    booked, hour = now - timedelta(hours=14), now.replace(minute=0, second=0, microsecond=0)
    caps = {"daily_cap": 24, "weekly_cap": 100}
    for number in range(REMINDERS // 2 // EACH_REMINDED):
        who = people.make_ambassador(number, people.ALWAYS, "UTC", **caps)
        session.add(who)
        session.flush()
        for ahead in range(2, 2 + EACH_REMINDED):
            hold(session, order(who, hour + timedelta(hours=ahead)), booked, verify=False)
    settle(session, now)


def settle(session: Session, now: datetime) -> None:
    """Invitations have been sent; no reminder is due until somebody says so."""
    session.flush()
    reminders = Notice.kind == "reminder-1h"
    sent = update(Notice).where(Notice.kind == "invitation").values(state="sent", sent_at=now)
    session.execute(sent)
    session.execute(update(Notice).where(reminders).values(due_at=now + timedelta(hours=1)))


def run_reminders(kind: str, schedulers: int) -> Row:
    """Two thousand reminders due at one and the same moment."""
    row = Row(f"{REMINDERS} reminders due at once, {schedulers} scheduler(s)", kind)
    with rig(kind, add_reminded) as (it, _), contextlib.ExitStack() as stack:
        for _number in range(schedulers):
            stack.enter_context(it.scheduler())
        time.sleep(10)  # they have started, and tick
        due = datetime.now(UTC)
        make_due(it, due)
        give_up = time.monotonic() + 3 * PATIENCE
        while len(it.sink.times()) < REMINDERS and time.monotonic() < give_up:
            time.sleep(0.2)
        waits = sorted(at - due.timestamp() for at in it.sink.times())
        within = sum(wait <= PATIENCE for wait in waits)
        row.measured |= {
            "accepted": len(waits),
            "accepted within 60 s": within,
            "half after, s": round(statistics.median(waits), 1),
            "last after, s": round(waits[-1], 1),
            "mails/s": round(len(waits) / waits[-1], 1),
        }
        row.expect(within == len(waits) == REMINDERS, f"{REMINDERS} accepted once within 60 s")
        note_audit(row, it)
    return row


def make_due(it: Rig, due: datetime) -> None:
    """All reminders at once."""
    reminders = update(Notice).where(Notice.kind == "reminder-1h").values(due_at=due)
    with people.service(it.url, it.folder):
        write(db.session(), lambda session: session.execute(reminders))


def run_soak(kind: str, rates: Rates, minutes: float, hours: str) -> Row:
    """A modest load for long; the memory of all processes is looked at all the while."""
    seconds, timetable = minutes * 60, TIMETABLES[hours]
    row = Row(
        f"soak: {rates.bookings:g} bookings/s + {rates.looks:g} reads/s, {minutes:g} min, {hours}",
        kind,
    )
    with rig(kind, season_of(rates, seconds, timetable)) as (it, ids):
        traffic = Season(ids, timetable, rates.bookings, rates.looks)
        driver = Driver(it.web.port, traffic, rates.bookings + rates.looks, seconds)
        with it.scheduler() as scheduler, watched([it.web, scheduler], seconds / 60) as memory:
            driver.run()
        early, late = grown(memory)
        row.measured["memory after a fifth, MB"] = round(early)
        row.measured["memory at the end, MB"] = round(late)
        row.measured["growth, %"] = round((late / early - 1) * 100, 1)
        row.expect(late <= early * (1 + GROWTH / 100), f"memory grows by ≤ {GROWTH:g} %")
        judge(row, driver, it, rates)
    return row


def grown(memory: list[float]) -> tuple[float, float]:
    """What is used once all is warm, a fifth after the start, and in the last fifth."""
    fifth = max(1, len(memory) // 5)
    return statistics.median(memory[fifth : 2 * fifth] or memory), statistics.median(
        memory[-fifth:]
    )


@contextlib.contextmanager
def watched(servers: list[Server], every: float) -> Iterator[list[float]]:
    """Megabytes of all of them together, shared pages once, every so many seconds."""
    found, over = list[float](), threading.Event()

    def look() -> None:
        while not over.wait(every):
            with contextlib.suppress(OSError):  # a worker has just been exchanged
                found.append(sum(one.memory()["pss_mb"] for one in servers))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
