"""Mail servers that refuse, hang, put off, reject, or break off after they have taken a mail."""

from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from ambassadors.extensions import db
from ambassadors.mail.smtp import Server, SmtpTransport
from ambassadors.models import Notice
from ambassadors.services.delivery import Counts, Courier, send_due
from ambassadors.services.notices import send_again
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from tests.faults.scenarios.outcome import Outcome, audit_now, compare_mails, database_of
from tests.faults.scenarios.people import book_chats
from tests.faults.scenarios.smtp import MailServer, mail_server
from tests.postgres import free_port

MODES = {
    "refusing": "SMTP refuses connections",
    "hanging": "SMTP hangs after a mail",
    "4xx": "SMTP answers 4xx",
    "5xx": "SMTP answers 5xx",
    "dropping": "SMTP drops after DATA",
}


def send(app: Flask, port: int, now: datetime, patience: float = 30.0, clock: Any = None) -> Counts:
    """One pass over the mails that are due; a server is given `patience` seconds for each."""

    def opening(url: str) -> AbstractContextManager[SmtpTransport]:
        return closing(SmtpTransport(Server("127.0.0.1", port, tls=False), total_seconds=patience))

    post = post_of(db.session(), app.extensions["settings"])
    db.session.rollback()
    more = {"clock": clock} if clock else {}
    courier = Courier("a courier", now, post, "", opening=opening, **more)
    counts = send_due(db.session(), courier)
    db.session.remove()
    return counts


def fail_to_send(app: Flask, mode: str, chats: int, passes: int, patience: float) -> Outcome:
    """Two mails a chat; so many passes meet the fault. Then the server is well again."""
    now, port = datetime.now(UTC), free_port()
    book_chats(db.session(), chats, now)
    taken: list[str] = []
    for number in range(passes):
        at = now + timedelta(seconds=number)
        taken += meet(app, mode, port, at, patience)
    met = tried()
    with mail_server(port=port) as server:
        later = recover(app, server, now + timedelta(seconds=passes), mode)
        taken += server.taken
    mails = compare_mails(taken, later)
    excused = met if mode == "dropping" else 0
    return Outcome(
        MODES[mode],
        database_of(app),
        doses=met,
        lost=mails.lost + len(failed()),
        doubled=mails.foreign + max(0, mails.copies - excused),
        copies=mails.copies,
        seconds=(later - now).total_seconds() - passes,
        audited=audit_now(),
        note="failed at once, shown, sent again by hand" if mode == "5xx" else "",
    )


def meet(app: Flask, mode: str, port: int, now: datetime, patience: float) -> list[str]:
    """One pass with the fault; what the server has taken all the same."""
    if mode == "refusing":
        send(app, port, now, patience)
        return []
    with mail_server(port=port) as server:
        server.mode = mode
        send(app, port, now, patience)
        return server.taken


def recover(app: Flask, server: MailServer, now: datetime, mode: str) -> datetime:
    """When all that was due has been sent: at the next try, or by a coordinator's own hand."""
    later = now
    if mode == "5xx":
        for number in failed():
            write(db.session(), lambda s, one=number: send_again(s, one, now))  # type: ignore[misc]
    else:
        put_off = (Notice.state == "waiting", Notice.attempts > 0)
        later = db.session().scalars(select(func.max(Notice.due_at)).where(*put_off)).one()
        db.session.remove()
    send(app, server.server_address[1], later)
    return later


def failed() -> list[int]:
    """Those that a coordinator sees as failed."""
    found = list(db.session().scalars(select(Notice.id).where(Notice.state == "failed")))
    db.session.remove()
    return found


def tried() -> int:
    """How many tries there have been."""
    count = int(db.session().scalar(select(func.sum(Notice.attempts))) or 0)
    db.session.remove()
    return count
