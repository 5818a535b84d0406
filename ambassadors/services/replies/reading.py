"""The inbox, mail by mail: each in a transaction of its own, each once, none in another's way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ambassadors.core.replies import Arrived, Kind, read_mail
from ambassadors.core.said import said
from ambassadors.models import InboxMessage
from ambassadors.remote.inbox import Found, Inbox
from ambassadors.services.letters import Post
from ambassadors.services.privacy.chats import forget_arrived
from ambassadors.services.replies.deciding import Decided, decide
from ambassadors.services.replies.outcomes import Outcome, add_once, written_down
from ambassadors.services.writing import write

TOO_LARGE = said("The mail is larger than two megabytes, or the server did not give it.")

log = structlog.get_logger("replies")


@dataclass
class Counts:
    """What one pass did with the mails it found, by outcome."""

    acted: int = 0
    noted: int = 0
    ignored: int = 0
    held: int = 0
    again: int = 0


def read_inbox(
    session: Session, inbox: Inbox, post: Post, now: datetime, beat: Callable[[], None]
) -> Counts:
    """Handles every mail that is found, and marks it once that is in the database."""
    counts = Counts()
    for found in inbox.find():
        beat()
        state = handle(session, found, post, now)
        setattr(counts, state, getattr(counts, state) + 1)
        inbox.settle(found)
    return counts


def handle(session: Session, found: Found, post: Post, now: datetime) -> str:
    """What became of one mail; "again" when it was handled before."""
    mail = read(found)
    try:
        return write(session, lambda s: handle_once(s, found.key, mail, post, now))
    except DBAPIError:  # the database's trouble, not the mail's: it is found again
        raise
    except Exception as fault:
        log.exception("mail-unhandled", key=found.key)
        words = said(
            "It could not be handled: {fault}. Please look at it.", fault=type(fault).__name__
        )
        outcome = Outcome("held", words)
        return write(session, lambda s: note(s, found.key, mail, Decided(outcome), now))


def read(found: Found) -> Arrived:
    """The mail as far as it can be read."""
    if found.raw is None:
        return Arrived(Kind.UNREADABLE, problem=TOO_LARGE)
    return read_mail(found.raw)


def handle_once(session: Session, key: str, mail: Arrived, post: Post, now: datetime) -> str:
    """Writes the mail down and acts upon it, in one transaction; another one may be quicker."""
    state = note(session, key, mail, Decided(Outcome("ignored", "")), now)
    if state == "again":
        return state
    decided = decide(session, mail, post, now)
    row = session.query(InboxMessage).filter_by(key=key).one()
    row.chat_id, row.recipient = decided.chat_id, decided.recipient
    row.outcome, row.sentence = decided.outcome.state, decided.outcome.sentence
    session.flush()
    if row.chat is not None and row.chat.prospect.erased_at is not None:
        forget_arrived(session, InboxMessage.id == row.id)
    return decided.outcome.state


def note(session: Session, key: str, mail: Arrived, decided: Decided, now: datetime) -> str:
    """The mail's row: what a coordinator needs of it, never its text."""
    added = add_once(
        session,
        InboxMessage,
        key=key,
        arrived_at=now,
        kind=mail.kind.value,
        sender=mail.sender,
        subject=mail.subject,
        facts=written_down(mail.wish) if mail.wish else {},
        outcome=decided.outcome.state,
        sentence=decided.outcome.sentence,
    )
    return "again" if added is None else decided.outcome.state
