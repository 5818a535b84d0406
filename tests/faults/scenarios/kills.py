"""Webs and schedulers killed at random while people book and mail leaves."""

import dataclasses
import http.client
import random
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Ambassador, Notice
from ambassadors.services.booking import hold
from ambassadors.services.delivery import LEASE
from ambassadors.services.writing import write
from config import Settings
from tests.factories import order
from tests.faults.scenarios.mails import send
from tests.faults.scenarios.outcome import (
    Outcome,
    audit_now,
    chats_doubled,
    chats_lost,
    compare_mails,
    database_of,
    wait_until,
)
from tests.faults.scenarios.people import add_ambassador, body_of, places
from tests.faults.scenarios.processes import Fleet, ask, fleet, pause
from tests.faults.scenarios.smtp import mail_server

PATIENCE = 60.0  # seconds that a client goes on asking for one booking
SEED = 2026


@dataclasses.dataclass(frozen=True)
class Dose:
    """How many processes, kills, clients; seconds between two kills at most, and between two
    bookings of a client. `patient`: whether claims of the killed really run out by waiting.
    """

    webs: int
    schedulers: int
    kills: int
    clients: int = 3
    between: float = 1.0
    breath: float = 0.2
    reminders: int = 20
    bookings: int = 2000
    patient: bool = True


class Bookers:
    """Clients that book, and ask again with the same key when they got no answer."""

    def __init__(self, running: Fleet, spots: list[tuple[int, datetime]], dose: Dose) -> None:
        self.ports = [web.port for web in running.webs if web.port]
        self.spots, self.dose = iter(enumerate(spots)), dose
        self.lock, self.over = threading.Lock(), threading.Event()
        self.acknowledged: list[str] = []
        self.times: list[float] = []
        self.wrong: list[str] = []
        self.threads = [
            threading.Thread(target=self.go_on, args=(random.Random(SEED + number),))
            for number in range(dose.clients)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Each finishes the booking that it is at."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def go_on(self, chance: random.Random) -> None:
        """One client."""
        while not self.over.is_set():
            with self.lock:
                number, spot = next(self.spots, (-1, None))
            if spot is None:
                return
            self.book(spot, number, chance)
            pause(chance, self.dose.breath)

    def book(self, spot: tuple[int, datetime], number: int, chance: random.Random) -> None:
        """One booking, until it is answered."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            try:
                status, said = ask(
                    chance.choice(self.ports), "POST", "/api/v1/chats", body_of(spot, number),
                    Idempotency_Key=f"booking-{number}",
                )  # fmt: skip
            except (OSError, http.client.HTTPException):  # killed, or not there yet
                time.sleep(0.05)
                continue
            if status == 201:
                self.acknowledged.append(said["chat"]["id"])
                self.times.append(time.monotonic())
                return
            if status != 503:
                self.wrong.append(f"{status} {said}")
                return
            time.sleep(0.2)
        self.wrong.append(f"booking {number}: no answer")


def kill_at_random(settings: Settings, app: Flask, dose: Dose) -> Outcome:
    """Kills, while bookings go on and reminders become due; then all must be there, and sent."""
    now = datetime.now(UTC)
    spots = places(db.session(), dose.bookings, now)
    remind_soon(dose, now)
    with mail_server(pause=0.02) as server:
        open_to_all = dataclasses.replace(
            settings, rate_limits=False, verify_email=False,
            mail_url=f"smtp://127.0.0.1:{server.server_address[1]}",
        )  # fmt: skip
        with fleet(open_to_all, dose.webs, dose.schedulers) as running:
            bookers = Bookers(running, spots, dose)
            bookers.start()
            killed = kill_often(running, dose, bookers, server.times)
            bookers.stop()
            ended = time.monotonic()
            if dose.patient:
                wait_until(lambda: not waiting(), 150, "all mail leaves")
        if not dose.patient:  # as the next scheduler does it, once claims have run out
            later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
            send(app, server.server_address[1], datetime.now(UTC), clock=lambda: later)
        drained, taken = time.monotonic() - ended, list(server.taken)
    return judge(app, dose, bookers, killed, taken, drained)


def judge(
    app: Flask,
    dose: Dose,
    bookers: Bookers,
    killed: list[tuple[str, float]],
    taken: list[str],
    drained: float,
) -> Outcome:
    """What came of it."""
    mails = compare_mails(taken, datetime.now(UTC))
    crashes = sum(what == "scheduler" for what, _ in killed)
    back = [since(at, bookers.times) for what, at in killed if what != "scheduler"]
    return Outcome(
        f"kill -9: {dose.webs} web, {dose.schedulers} scheduler",
        database_of(app),
        doses=len(killed),
        lost=chats_lost(bookers.acknowledged) + mails.lost + len(bookers.wrong),
        doubled=chats_doubled() + mails.foreign + max(0, mails.copies - crashes),
        copies=mails.copies,
        seconds=max(back, default=0.0),
        audited=audit_now(),
        note=f"{len(bookers.acknowledged)} bookings, {len(taken)} mails; last mail out after "
        f"{drained:.0f} s",
    )


def kill_often(
    running: Fleet, dose: Dose, bookers: Bookers, mailed: list[float]
) -> list[tuple[str, float]]:
    """What was killed, and when; at first something must be under way."""
    wait_until(lambda: len(bookers.times) > 2 and len(mailed) > 2, 60, "bookings and mails")
    chance, killed = random.Random(SEED), []
    for _ in range(dose.kills):
        pause(chance, dose.between)
        at = time.monotonic()
        killed.append((running.kill_one(chance), at))
    pause(chance, dose.between)
    return killed


def since(at: float, times: Iterable[float]) -> float:
    """Seconds until the next of these moments; 0 when none came any more."""
    return min((one - at for one in list(times) if one > at), default=0.0)


def remind_soon(dose: Dose, now: datetime) -> None:
    """Chats within the hour whose last reminders are due during the kills."""
    chance = random.Random(SEED)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = start if start - now > timedelta(minutes=20) else start + timedelta(minutes=30)
    booked = now - timedelta(hours=14)  # longer ahead than an ambassador's notice
    for number in range(dose.reminders // 2):
        who = add_ambassador(db.session(), number)
        write(db.session(), lambda s, one=who: book_past(s, one, start, booked))  # type: ignore[misc]
    due = select(Notice.id).where(Notice.kind == "reminder-1h")
    for notice_id in db.session().scalars(due).all():
        at = now + timedelta(seconds=chance.uniform(0, dose.kills * dose.between / 2))
        values = update(Notice).where(Notice.id == notice_id).values(due_at=at)
        write(db.session(), lambda s, one=values: s.execute(one))  # type: ignore[misc]
    db.session.remove()


def book_past(session: Session, ambassador_id: int, start: datetime, booked: datetime) -> None:
    """A confirmed chat, booked a while ago."""
    who = session.get_one(Ambassador, ambassador_id)
    hold(session, order(who, start), booked, verify=False)


def waiting() -> bool:
    """Whether something that is due has not gone."""
    due = (Notice.state == "waiting", Notice.due_at <= datetime.now(UTC))
    found = db.session().scalar(select(Notice.id).where(*due).limit(1))
    db.session.remove()
    return found is not None
