"""Clocks that jump, and a scheduler that stands still for longer than its claim lasts."""

import dataclasses
import os
import signal
import time
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from ambassadors.extensions import db
from ambassadors.models import Notice
from ambassadors.scheduler import EVERY
from ambassadors.services.delivery import LEASE, Courier, claim
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from config import Settings
from tests.faults.scenarios.mails import send
from tests.faults.scenarios.outcome import Outcome, audit_now, compare_mails, database_of
from tests.faults.scenarios.people import book_chats
from tests.faults.scenarios.processes import Running
from tests.faults.scenarios.smtp import mail_server

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = (HOUR, timedelta(), -HOUR, timedelta(), DAY, timedelta(), -DAY, timedelta())


def jump(app: Flask, chats: int, rounds: int) -> Outcome:
    """A scheduler whose clock is an hour and a day ahead and behind, and dies with claims taken.

    At each reading some mails are claimed and never sent; once the clock is right again, all
    that is due has to go out, one copy each, and each reminder once.
    """
    now = datetime.now(UTC)
    claimed = 0
    with mail_server() as server:
        port = server.server_address[1]
        for number in range(rounds):
            book_chats(db.session(), chats, now)
            for jumped in JUMPS:
                moment = now + jumped
                claimed += len(die_with_claims(app, moment))
                send(app, port, moment, clock=lambda m=moment: m)
            now += timedelta(minutes=number + 1)
        right = now + LEASE + timedelta(minutes=1)
        send(app, port, right, clock=lambda: right)
        taken = list(server.taken)
    mails = compare_mails(taken, right)
    return Outcome(
        "clock an hour and a day forward and back",
        database_of(app),
        doses=len(JUMPS) * rounds,
        lost=mails.lost + (claimed == 0),
        doubled=mails.foreign + mails.copies,
        seconds=(right - now).total_seconds(),
        audited=audit_now(),
        note=f"{claimed} claims left behind by wrong clocks",
    )


def die_with_claims(app: Flask, moment: datetime) -> list[int]:
    """Claims two mails by a clock, and does no more."""
    post = post_of(db.session(), app.extensions["settings"])
    db.session.rollback()
    courier = Courier(f"dead at {moment}", moment, post, "", clock=lambda: moment)
    claimed = write(db.session(), lambda s: claim(s, courier, limit=2))
    db.session.remove()
    return claimed


def stand_still(settings: Settings, app: Flask, chats: int, seconds: float) -> Outcome:
    """A scheduler is stopped (SIGSTOP) in the middle of a mail, until its claim has run out.

    With 0 seconds the other scheduler's clock is ahead instead, so that nobody has to wait.
    """
    now = datetime.now(UTC)
    book_chats(db.session(), chats, now)
    with mail_server(pause=0.3) as server:
        port = server.server_address[1]
        url = f"smtp://127.0.0.1:{port}"
        paused = Running(dataclasses.replace(settings, mail_url=url))
        for _ in range(2):
            assert server.reached.acquire(timeout=90)
        os.kill(paused.pid, signal.SIGSTOP)
        time.sleep(max(seconds, 0.5))
        ahead = LEASE if seconds == 0 else timedelta()
        server.pause = 0.0
        send(app, port, datetime.now(UTC), clock=lambda: datetime.now(UTC) + ahead)
        marks = sent_marks()
        os.kill(paused.pid, signal.SIGCONT)
        begun = time.monotonic()
        time.sleep(EVERY + 1)
        recovered = time.monotonic() - begun
        status = paused.stop()
        taken = list(server.taken)
    mails = compare_mails(taken, datetime.now(UTC))
    return Outcome(
        "scheduler paused past its lease",
        database_of(app),
        doses=1,
        lost=mails.lost + abs(status),
        doubled=mails.foreign + max(0, mails.copies - 1) + (sent_marks() != marks),
        copies=mails.copies,
        seconds=recovered,
        audited=audit_now(),
        note="no second mark of sent",
    )


def sent_marks() -> list[tuple[int, datetime | None]]:
    """Which notices are marked as sent, and when each was."""
    rows = db.session().execute(
        select(Notice.id, Notice.sent_at).where(Notice.state == "sent").order_by(Notice.id)
    )
    found = [(number, at) for number, at in rows]
    db.session.remove()
    return found
