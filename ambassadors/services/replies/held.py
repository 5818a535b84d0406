"""Mails that a person has to look at, and what they decide."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.notices import PROSPECT, ambassador
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import InboxMessage
from ambassadors.services.paging import Page, page_of
from ambassadors.services.replies.acting import act
from ambassadors.services.replies.outcomes import read_back

HELD = "held"
SETTLED = said("Somebody has dealt with this mail already.")


def find_inbox(session: Session, outcome: str = HELD, number: int = 1) -> Page[InboxMessage]:
    """What came in, the latest first: that which is held, or with another outcome; '' for all."""
    rows = (
        select(InboxMessage)
        .options(joinedload(InboxMessage.chat), joinedload(InboxMessage.handler))
        .order_by(InboxMessage.arrived_at.desc(), InboxMessage.id.desc())
    )
    if outcome:
        rows = rows.where(InboxMessage.outcome == outcome)
    return page_of(session, rows, number)


def count_held(session: Session) -> int:
    """How many mails wait for a person."""
    held = select(func.count()).where(InboxMessage.outcome == HELD)
    return int(session.scalar(held) or 0)


def can_apply(row: InboxMessage) -> bool:
    """Whether a held mail has an answer in it that a coordinator could take for somebody's."""
    return row.outcome == HELD and row.chat is not None and bool(row.facts)


def find_row(session: Session, row_id: int) -> InboxMessage:
    """A held mail, locked; refused (404) when there is none, (409) when it was dealt with."""
    row = session.scalar(
        select(InboxMessage)
        .where(InboxMessage.id == row_id)
        .with_for_update(of=InboxMessage)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused(said("There is no such mail."), status=404)
    if row.outcome != HELD:
        raise Refused(SETTLED, status=409)
    return row


def apply_as(session: Session, row_id: int, who: str, user_id: int, now: datetime) -> str:
    """Does what a held mail asks for, as if the prospect or the ambassador had sent it.

    Returns what came of it, as a sentence. Refused when there is nothing in it to be done.
    """
    row = find_row(session, row_id)
    if not can_apply(row) or row.chat is None or who not in ("prospect", "ambassador"):
        raise Refused(said("There is no answer in this mail that could be applied."), status=409)
    recipient = PROSPECT if who == "prospect" else ambassador(row.chat.ambassador_id)
    outcome = act(session, row.chat, recipient, read_back(row.facts), now)
    row.recipient = recipient
    settle(session, row, "applied", outcome.sentence, user_id, now)
    return outcome.sentence


def dismiss(session: Session, row_id: int, user_id: int, now: datetime) -> None:
    """Takes a mail off the list; nothing follows from it."""
    row = find_row(session, row_id)
    settle(session, row, "dismissed", row.sentence, user_id, now)


def settle(
    session: Session, row: InboxMessage, outcome: str, sentence: str, user_id: int, now: datetime
) -> None:
    """Writes down who decided what."""
    row.outcome, row.sentence = outcome, sentence
    row.handled_by, row.handled_at = user_id, now
    session.flush()
