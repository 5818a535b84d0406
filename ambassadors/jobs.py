"""The tick, and the scheduler that calls it. APScheduler remembers nothing: notices are rows."""

import os
import signal
import socket
import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Heartbeat, IdempotencyKey
from ambassadors.services import assignment, booking, throttles
from ambassadors.services.delivery import Courier, send_due
from ambassadors.services.letters import Post
from ambassadors.services.service import post_of
from ambassadors.services.writing import write

EVERY = 5  # seconds
BEAT_EVERY = timedelta(seconds=10)
BEATS_KEPT = timedelta(days=1)
KEYS_KEPT = timedelta(days=2)
SCHEDULER = f"{socket.gethostname()}:{os.getpid()}"

log = structlog.get_logger("jobs")


def real_clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


def tick(app: Flask, now: datetime | None = None) -> dict[str, int]:
    """One pass over all that is due at `now` (the real time when not given); what it did.

    Leases and the heartbeat keep the real clock.
    """
    with app.app_context():
        session = db.session()
        moment = now or real_clock()
        heart = Heart(session)
        heart.beat()
        expired = expire_all(session, moment)
        forget_old(session, moment)
        courier = Courier(
            owner=str(uuid.uuid4()),
            now=moment,
            post=read_post(app, session),
            mail_url=app.extensions["settings"].mail_url,
            clock=real_clock,
            beat=heart.beat_if_due,
        )
        counts = send_due(session, courier)
        runner = assignment.Runner(courier.owner, moment, real_clock, heart.beat_if_due)
        plans = assignment.run_queued(session, runner)
        db.session.remove()
        return {"expired": expired, **asdict(counts), "plans": plans}


def read_post(app: Flask, session: Session) -> Post:
    """Who mail is from, by the settings and the programme in the database."""
    post = post_of(session, app.extensions["settings"])
    session.rollback()
    return post


def expire_all(session: Session, now: datetime) -> int:
    """Expires every overdue hold, some at a time."""
    total = 0
    while booking.any_overdue(session, now):
        session.rollback()
        total += write(session, lambda s: booking.expire_holds(s, now))
    session.rollback()
    return total


def forget_old(session: Session, now: datetime) -> None:
    """Deletes what no limit and no repeated request looks at any more, when there is any."""
    too_old = IdempotencyKey.created_at < now - KEYS_KEPT
    found = session.scalar(select(exists().where(too_old))) or throttles.any_old(session, now)
    session.rollback()
    if not found:
        return

    def work(session: Session) -> None:
        throttles.forget_old(session, now)
        session.execute(delete(IdempotencyKey).where(too_old))

    write(session, work)


class Heart:
    """Says that a scheduler lives, by the real clock; more than one row says how many."""

    def __init__(self, session: Session) -> None:
        self.session, self.last = session, datetime.min.replace(tzinfo=UTC)

    def beat(self) -> None:
        """Writes the heartbeat."""
        self.last = real_clock()
        write(self.session, self.write_down)

    def write_down(self, session: Session) -> None:
        """This scheduler's row; those of schedulers that are long gone go."""
        session.merge(Heartbeat(name=SCHEDULER, beat_at=self.last))
        session.execute(delete(Heartbeat).where(Heartbeat.beat_at < self.last - BEATS_KEPT))

    def beat_if_due(self) -> None:
        """Writes it when the last one is ten seconds old."""
        if real_clock() - self.last >= BEAT_EVERY:
            self.beat()


def tick_and_go_on(app: Flask) -> None:
    """A tick whose faults are logged: the next one comes in five seconds."""
    try:
        counts = tick(app)
    except DBAPIError as fault:
        log.warning("tick-database-fault", fault=type(fault.orig).__name__)
    except Exception:
        log.exception("tick-failed")
    else:
        if any(counts.values()):
            log.info("tick", **counts)


def run_scheduler(app: Flask) -> None:
    """Ticks every five seconds until SIGTERM or Ctrl-C, finishing the tick under way."""
    scheduler = BlockingScheduler(timezone=UTC)
    scheduler.add_job(
        tick_and_go_on, "interval", args=[app], seconds=EVERY, next_run_time=real_clock(),
        id="tick", coalesce=True, max_instances=1, misfire_grace_time=None,
    )  # fmt: skip

    def stop(number: int, frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("scheduler-started", every=EVERY)
    scheduler.start()
