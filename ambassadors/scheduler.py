"""The scheduler that calls the tick. APScheduler remembers nothing: notices are rows.

It ends soon when it is told to, whatever a server elsewhere is doing: mail under way is given some
seconds, reading outside fewer, and what is cut off then was claimed with a lease, so that the next
scheduler does it.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from datetime import UTC
from threading import Event, Lock
from types import FrameType

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy.exc import DBAPIError

from ambassadors.jobs import OUTSIDE, STEPS, Step, real_clock, tick

EVERY = 5  # seconds
GRACE_OUTSIDE = 2  # seconds that reading outside is given once the end is asked for
GRACE = 7  # seconds for a tick under way; `make run` kills after 11

log = structlog.get_logger("jobs")


class Ending(BaseException):
    """The scheduler is asked to end: no fault of what was under way, so nobody writes it down."""


class Job:
    """One row of steps, done again and again; `busy` is locked while it is under way."""

    def __init__(self, app: Flask, name: str, steps: Iterable[Step], grace: float) -> None:
        self.app, self.name, self.steps, self.grace = app, name, steps, grace
        self.busy, self.ending = Lock(), Event()

    def run(self) -> None:
        """A tick whose faults are logged: the next one comes in five seconds."""
        with self.busy:
            try:
                self.pause()
                counts = tick(self.app, steps=self.steps, pause=self.pause)
            except Ending:
                return
            except DBAPIError as fault:
                log.warning("tick-database-fault", fault=type(fault.orig).__name__)
            except Exception:
                log.exception("tick-failed")
            else:
                if any(counts.values()):
                    log.info("tick", **counts)

    def pause(self) -> None:
        """Ending, once that is asked for."""
        if self.ending.is_set():
            raise Ending

    def ended(self, since: float) -> bool:
        """Whether it is done within its grace, in seconds of the monotonic clock from `since`."""
        left = since + self.grace - time.monotonic()
        done = self.busy.acquire(timeout=max(0.0, left))
        if done:
            self.busy.release()  # a run that was about to begin sees that the end is asked for
        return done


def run_scheduler(app: Flask) -> None:
    """Ticks every five seconds until SIGTERM or Ctrl-C; the process ends within GRACE then."""
    scheduler = BlockingScheduler(timezone=UTC)
    jobs = Job(app, "outside", OUTSIDE, GRACE_OUTSIDE), Job(app, "tick", STEPS, GRACE)
    for job in jobs:
        scheduler.add_job(
            job.run, "interval", seconds=EVERY, next_run_time=real_clock(), id=job.name,
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip

    def stop(number: int, frame: FrameType | None) -> None:
        for job in jobs:
            job.ending.set()
        if scheduler.running:
            scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("scheduler-started", every=EVERY)
    scheduler.start()
    end(jobs)


def end(jobs: Iterable[Job]) -> None:
    """Returns when all is done; ends the process when something still hangs after its grace.

    Python waits for its threads without end, and one that waits for a server cannot be stopped.
    """
    since = time.monotonic()
    cut = [job.name for job in jobs if not job.ended(since)]
    if cut:
        log.warning("scheduler-cut-off", jobs=cut)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
