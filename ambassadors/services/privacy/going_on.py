"""Carrying erasures out: chats to come are cancelled and everybody is told; then all is forgotten.

Each step is a small transaction and can be done again: a scheduler that dies leaves the rest to
the next one. Reports that nobody has looked into are waited for, so that nobody escapes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, exists, or_, select, text, update
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.chats import Actor, Status
from ambassadors.core.erasing import ERASED
from ambassadors.core.notices import Kind
from ambassadors.mail.transports import remove_copies
from ambassadors.models import (
    Ambassador,
    Chat,
    Concern,
    HandOffAsk,
    Notice,
    PrivacyAct,
    Prospect,
    User,
    WaitingRequest,
)
from ambassadors.services import booking, handoffs
from ambassadors.services.booking.places import lock_prospect
from ambassadors.services.feeds import KEPT as IN_FEEDS
from ambassadors.services.privacy import files
from ambassadors.services.privacy.chats import about_requests, forget_prospect_in, run
from ambassadors.services.privacy.prospects import forget_prospect, mistyped
from ambassadors.services.privacy.staff import forget_account, forget_ambassador_in, named_to
from ambassadors.services.writing import write

MAIL_PATIENCE = timedelta(hours=24)  # how long cancellations are waited for
CONCERN_PATIENCE = timedelta(days=30)  # how long open reports are (GDPR article 12(3): a month)
AT_ONCE = 50  # chats in one transaction
PEOPLE_A_TICK = 40
PAGES = 64  # of the full-text index that are merged in one transaction


@dataclass(frozen=True)
class Eraser:
    """One pass: when it is, where the ledger outside the database is, if anywhere; of mail that
    was sent, a folder of development is within reach.
    """

    now: datetime
    ledger: Path | None = None
    mail_url: str = "smtp://localhost"
    beat: Callable[[], None] = lambda: None


def go_on(session: Session, eraser: Eraser) -> int:
    """Does what can be done now of every erasure that was asked for; how many were finished."""
    rows = select(PrivacyAct.id).where(PrivacyAct.done_at.is_(None))
    ids = session.scalars(rows.order_by(PrivacyAct.asked_at, PrivacyAct.id)).all()
    session.rollback()
    done = 0
    for act_id in ids:
        eraser.beat()
        done += erase(session, act_id, eraser)
        if done >= PEOPLE_A_TICK:
            return done
    if done:
        forget_searched(session)
    return done


def erase(session: Session, act_id: int, eraser: Eraser) -> bool:
    """One of them; whether it is finished now."""
    if not write(session, lambda s: prepare(s, act_id, eraser.now)):
        return False
    last: int | None = 0
    while last is not None:
        eraser.beat()
        last = write(session, lambda s, after=last: forget_some(s, act_id, after, eraser.now))  # type: ignore[misc]  # fmt: skip
    sent = find_sent(session, act_id)
    finished = write(session, lambda s: finish(s, act_id, eraser))
    if finished:
        remove_copies(eraser.mail_url, sent)
    return finished


def find_sent(session: Session, act_id: int) -> set[str]:
    """The left parts of the Message-IDs of all mails that may name the person."""
    act = session.get_one(PrivacyAct, act_id)
    chats = select(Chat.id).where(chats_of(act)).scalar_subquery()
    if act.prospect_id is not None:
        requests = about_requests(session, act.prospect_id)
        other = or_(Notice.prospect_id == act.prospect_id, requests)
    else:
        other = named_to(session, act.account_id or 0)
    about = or_(Notice.chat_id.in_(chats), other)
    found = set(session.scalars(select(Notice.message_id).where(about)))
    session.rollback()
    return found


def find_open(session: Session, act_id: int) -> PrivacyAct | None:
    """An erasure that is not finished, its row locked."""
    row = select(PrivacyAct).where(PrivacyAct.id == act_id, PrivacyAct.done_at.is_(None))
    again = row.with_for_update().execution_options(populate_existing=True)
    return session.scalar(again)


def chats_of(act: PrivacyAct) -> ColumnElement[bool]:
    """Which chats are the person's."""
    if act.prospect_id is not None:
        return Chat.prospect_id == act.prospect_id
    mine = select(Ambassador.id).where(Ambassador.user_id == act.account_id).scalar_subquery()
    return Chat.ambassador_id == mine


def prepare(session: Session, act_id: int, now: datetime) -> bool:
    """Ends what is still to come; whether everybody has been told, or it was waited for enough."""
    act = find_open(session, act_id)
    if act is None:
        return False
    end_chats(session, act, now)
    if act.prospect_id is not None:
        waiting = (WaitingRequest.prospect_id == act.prospect_id, WaitingRequest.state == "waiting")
        run(session, update(WaitingRequest).where(*waiting).values(state="closed", changed_at=now))
    else:
        leave(session, act, now)
    ids = select(Chat.id).where(chats_of(act)).scalar_subquery()
    telling = exists().where(
        Notice.chat_id.in_(ids), Notice.state == "waiting", Notice.kind == Kind.CANCELLATION.value
    )
    open_reports = exists().where(Concern.chat_id.in_(ids), Concern.state == "open")
    if act.asked_at > now - MAIL_PATIENCE and session.scalar(select(telling)):
        return False
    return not (act.asked_at > now - CONCERN_PATIENCE and session.scalar(select(open_reports)))


def end_chats(session: Session, act: PrivacyAct, now: datetime) -> None:
    """Cancels what is booked, with the usual mails to both, and lets go of what is held."""
    live = select(Chat.uid, Chat.status).where(
        chats_of(act),
        Chat.status.in_((Status.HELD.value, Status.CONFIRMED.value)),
        Chat.starts_at > now,
    )
    themselves = Actor("ambassador", act.account_id)
    if act.prospect_id is not None:
        themselves = Actor("prospect")
    actors = {
        "person": themselves,
        "coordinator": Actor("coordinator", act.user_id),
    }
    actor = actors.get(act.origin, Actor("service"))
    for uid, status in session.execute(live.order_by(Chat.starts_at, Chat.id)).all():
        if status == Status.CONFIRMED:
            booking.cancel(session, uid, actor, now)
        else:
            booking.release(session, uid, now)


def leave(session: Session, act: PrivacyAct, now: datetime) -> None:
    """Nobody finds an ambassador any more who is to be erased; what they were asked is answered."""
    user = session.get_one(User, act.account_id, options=[joinedload(User.ambassador)])
    user.active = False
    if user.ambassador is None:
        return
    user.ambassador.status = "inactive"
    session.flush()
    asked = select(HandOffAsk.uid).where(
        HandOffAsk.ambassador_id == user.ambassador.id,
        HandOffAsk.answer == "",
        HandOffAsk.expires_at > now,
    )
    for uid in session.scalars(asked).all():
        handoffs.decline(session, uid, now)


def forget_some(session: Session, act_id: int, after: int, now: datetime) -> int | None:
    """Some of the person's chats, after that id; the last one's, None when all are done."""
    act = find_open(session, act_id)
    if act is None:
        return None
    rows = select(Chat.id).where(chats_of(act), Chat.id > after)
    ids = session.scalars(rows.order_by(Chat.id).limit(AT_ONCE)).all()
    if not ids:
        return None
    if act.prospect_id is None:
        forget_ambassador_in(session, ids, now)
    else:
        for other in mistyped(session, ids):
            forget_prospect(session, session.get_one(Prospect, other), now)
        forget_prospect_in(session, ids, now)
    return ids[-1]


def finish(session: Session, act_id: int, eraser: Eraser) -> bool:
    """The person's own row, and the line of the ledger; False when a chat was booked meanwhile."""
    act = find_open(session, act_id)
    if act is None:
        return False
    if act.prospect_id is not None:
        row = lock_prospect(session, act.prospect_id)
        fresh = exists().where(Chat.prospect_id == row.id, Chat.prospect_name != ERASED)
        if session.scalar(select(fresh)):
            return False
        forget_prospect(session, row, eraser.now)
    else:
        forget_account(session, session.get_one(User, act.account_id), eraser.now)
    refresh_feeds(session, act, eraser.now)
    act.done_at, act.prospect_id, act.account_id = eraser.now, None, None
    session.flush()
    if eraser.ledger is not None:
        files.append(eraser.ledger, [files.line_of(act)])
    return True


def refresh_feeds(session: Session, act: PrivacyAct, now: datetime) -> None:
    """What is kept in memory of calendars names them: the data version ends that."""
    near = now - IN_FEEDS - timedelta(days=2)
    if session.scalar(select(exists().where(chats_of(act), Chat.starts_at > near))):
        session.execute(text("UPDATE data_version SET version = version + 1"))


def forget_searched(session: Session) -> None:
    """SQLite's full-text index keeps words that were replaced until its parts are merged: does
    that, some pages at a time.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    more = write(session, lambda s: merge_some(s, -PAGES))  # all parts into one, in the end
    while more:
        more = write(session, lambda s: merge_some(s, PAGES))


def merge_some(session: Session, pages: int) -> bool:
    """Merges so many pages; whether there is more (SQLite's own sign: at least two changes)."""
    counted = text("SELECT total_changes()")
    before = session.scalar(counted)
    merging = text("INSERT INTO chat_search (chat_search, rank) VALUES ('merge', :pages)")
    session.execute(merging, {"pages": pages})
    return int(session.scalar(counted) or 0) - int(before or 0) >= 2
