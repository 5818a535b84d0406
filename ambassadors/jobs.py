"""The tick: one pass over all that is due, step by step."""

import os
import socket
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import structlog
from flask import Flask
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Heartbeat, IdempotencyKey
from ambassadors.remote.guard import guard_for
from ambassadors.remote.inbox import InboxFault, open_inbox
from ambassadors.services import (
    account_events,
    assignment,
    booking,
    bulk,
    calendars,
    handoffs,
    importing,
    leaving,
    ledger,
    privacy,
    replies,
    searches,
    sessions,
    throttles,
)
from ambassadors.services.delivery import Courier, send_due
from ambassadors.services.integrations import sending
from ambassadors.services.letters import Post
from ambassadors.services.service import post_of
from ambassadors.services.settings import reminders
from ambassadors.services.writing import write

BEAT_EVERY = timedelta(seconds=10)
INBOX_EVERY = timedelta(seconds=20)  # a connection each time; a Maildir is looked at each tick
BEATS_KEPT = timedelta(days=1)
KEYS_KEPT = timedelta(days=2)
SCHEDULER = f"{socket.gethostname()}:{os.getpid()}"

log = structlog.get_logger("jobs")


def real_clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Round:
    """One tick: what its steps share. `now` is when it is for everything that is due."""

    app: Flask
    session: Session
    now: datetime
    owner: str
    beat: Callable[[], None]


Step = Callable[[Round], dict[str, int]]


def tick(
    app: Flask,
    now: datetime | None = None,
    steps: Iterable[Step] | None = None,
    pause: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """One pass over all that is due at `now` (the real time when not given); what it did.

    `steps` are all when not given; what was read outside is answered in the same pass. Leases and
    the heartbeat keep the real clock. The heartbeat says that mail leaves, so those OUTSIDE alone
    do not beat; they call `pause` then, which may raise to end them between two things.
    """
    with app.app_context():
        session = db.session()
        heart = Heart(session)
        beat = heart.beat_if_due if steps is not OUTSIDE else pause
        beat()
        this = Round(app, session, now or real_clock(), str(uuid.uuid4()), beat)
        counts: dict[str, int] = {}
        for step in (*OUTSIDE, *STEPS) if steps is None else steps:
            counts |= step(this)
        db.session.remove()
        return counts


def send_notices(this: Round) -> dict[str, int]:
    """Every mail that is due."""
    courier = Courier(
        owner=this.owner,
        now=this.now,
        post=read_post(this.app, this.session),
        mail_url=this.app.extensions["settings"].mail_url,
        clock=real_clock,
        beat=this.beat,
    )
    return asdict(send_due(this.session, courier))


def read_replies(this: Round) -> dict[str, int]:
    """The mailbox of replies, where there is one; one out of reach must not stop the rest."""
    url = this.app.extensions["settings"].inbox_url
    last = this.app.extensions.get("inbox_read_at")
    if url is None or (last and url.startswith("imap") and real_clock() - last < INBOX_EVERY):
        return {}
    this.app.extensions["inbox_read_at"] = real_clock()
    post = read_post(this.app, this.session)
    try:
        with open_inbox(url) as inbox:
            counts = replies.read_inbox(this.session, inbox, post, this.now, this.beat)
    except InboxFault as fault:
        log.warning("inbox-fault", fault=str(fault))
        return {}
    return {f"replies_{name}": count for name, count in asdict(counts).items() if count}


def run_plans(this: Round) -> dict[str, int]:
    """Plans that a coordinator asked for."""
    runner = assignment.Runner(this.owner, this.now, real_clock, this.beat)
    return {"plans": assignment.run_queued(this.session, runner)}


def run_imports(this: Round) -> dict[str, int]:
    """Files of ambassadors that a coordinator uploaded."""
    runner = assignment.Runner(this.owner, this.now, real_clock, this.beat)
    return {"imports": importing.run_queued(this.session, runner)}


def retire_leavers(this: Round) -> dict[str, int]:
    """Ambassadors whose last day is over are shown no more."""
    gone = leaving.find_gone(this.session, this.now)
    this.session.rollback()
    count = write(this.session, lambda s: leaving.retire(s, gone, this.now)) if gone else 0
    return {"retired": count}


def run_bulks(this: Round) -> dict[str, int]:
    """Changes of many chats that a coordinator asked for."""
    runner = bulk.Runner(this.owner, this.now, real_clock, this.beat)
    return {"changes": bulk.run_queued(this.session, runner)}


def read_post(app: Flask, session: Session) -> Post:
    """Who mail is from, by the settings and the programme in the database."""
    post = post_of(session, app.extensions["settings"])
    session.rollback()
    return post


def expire_holds(this: Round) -> dict[str, int]:
    """Expires every overdue hold, some at a time."""
    total = 0
    while booking.any_overdue(this.session, this.now):
        this.session.rollback()
        total += write(this.session, lambda s: booking.expire_holds(s, this.now))
    this.session.rollback()
    return {"expired": total}


def forget_old(this: Round) -> dict[str, int]:
    """Deletes what no limit and no repeated request looks at any more, when there is any."""
    session, now = this.session, this.now
    too_old = IdempotencyKey.created_at < now - KEYS_KEPT
    found = session.scalar(select(exists().where(too_old))) or throttles.any_old(session, now)
    found = found or assignment.any_old(session)
    found = found or ledger.any_old(session, now) or searches.any_old(session, now)
    found = found or sending.any_old(session, now)
    found = found or sessions.any_old(session, now) or account_events.any_old(session, now)
    session.rollback()

    def work(session: Session) -> None:
        throttles.forget_old(session, now)
        ledger.forget_old(session, now)
        searches.forget_old(session, now)
        sending.forget_old(session, now)
        sessions.forget_old(session, now)
        account_events.forget_old(session, now)
        assignment.forget_old(session)
        session.execute(delete(IdempotencyKey).where(too_old))

    if found:
        write(session, work)
    return {}


def settle_reminders(this: Round) -> dict[str, int]:
    """For some minutes after their times were changed: bookings that began under the old ones."""
    settling = reminders.is_settling(this.session, this.now)
    this.session.rollback()
    if not settling:
        return {}
    return {"retimed": write(this.session, lambda s: reminders.settle(s, this.now))}


def go_on_with_hand_offs(this: Round) -> dict[str, int]:
    """Searches for somebody to take a chat over whose question has run out."""
    return {"hand_offs": handoffs.go_on(this.session, this.now)}


def erase_people(this: Round) -> dict[str, int]:
    """Those whose time is over, and all who asked for it, as far as it can be done now."""
    settings = this.app.extensions["settings"]
    eraser = privacy.Eraser(this.now, settings.erasures_file, settings.mail_url, this.beat)
    privacy.ask_for_old(this.session, this.now)
    privacy.forget_strangers(this.session, this.now)
    return {"erased": privacy.go_on(this.session, eraser)}


# What a tick does, in this order; each says what it did, by name. One that may take long calls
# `beat` now and then, and commits what it has done so far.
STEPS: tuple[Step, ...] = (
    expire_holds,
    forget_old,
    settle_reminders,
    run_bulks,
    go_on_with_hand_offs,
    erase_people,
    send_notices,
    run_plans,
    run_imports,
    retire_leavers,
)


def read_calendars(this: Round) -> dict[str, int]:
    """Every calendar that is due, and chats at whose time one has become busy."""
    settings = this.app.extensions["settings"]
    reader = calendars.Reader(
        owner=this.owner,
        now=this.now,
        sealer=calendars.Sealer(settings.secret_key),
        guard=guard_for(not settings.production),
        clock=real_clock,
        beat=this.beat,
    )
    count = calendars.refresh_due(this.session, reader)
    return {"calendars": count, "clashes": calendars.tell_clashes(this.session, this.now)}


def tell_others(this: Round) -> dict[str, int]:
    """Events for other systems' addresses."""
    settings = this.app.extensions["settings"]
    messenger = sending.Messenger(
        owner=this.owner,
        now=this.now,
        secret=settings.secret_key,
        guard=guard_for(not settings.production),
        clock=real_clock,
        beat=this.beat,
    )
    counts = sending.send_due(this.session, messenger)
    return {f"webhooks_{outcome}": count for outcome, count in counts.items()}


# What waits for servers elsewhere: the scheduler does it beside the others, so that no mail waits.
OUTSIDE: tuple[Step, ...] = (read_replies, tell_others, read_calendars)


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
