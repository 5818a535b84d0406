"""What a prospect says of a chat afterwards, and what a coordinator decides when both differ.

The rule of docs/decisions/who-came.md: a prospect's word marks a chat that no member of staff has
marked; a coordinator's verdict ends every doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from ambassadors.core.afterwards import RATINGS, Outcome, status_of
from ambassadors.core.chats import Actor, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain
from ambassadors.models import Chat, ChatChange, Feedback
from ambassadors.services.booking.door import change, find_chat
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.throttles import count_or_refuse

LONGEST = 2000
ACTION = "feedback"
MARKS = ("completed", "no-show")
MOST_SHOWN = 50


@dataclass(frozen=True)
class Said:
    """The two questions: `rating` is how helpful, 1 to 5, None when they did not talk."""

    outcome: str
    rating: int | None = None
    still_open: str = ""


def answer(session: Session, uid: str, answered: Said, now: datetime) -> Feedback:
    """Writes down what a prospect says; the last answer counts.

    Refused (422) when something is missing or too long, (409) before the chat's end.
    """
    outcome = check(answered)
    chat = find_chat(session, uid)
    if not may_answer(chat, now):
        raise Refused(said("This can be answered once the chat has taken place."), status=409)
    count_or_refuse(
        session, ACTION, uid, now, limit=20, per=timedelta(hours=1),
        why=said("This was answered twenty times within the hour. Please try again later."),
    )  # fmt: skip
    change(session, chat, Actor("prospect"), ACTION, now)  # and nobody else answers meanwhile
    row = find_feedback(session, chat)
    if row is None:
        row = Feedback(chat_id=chat.id, created_at=now, outcome="")
        session.add(row)
    if row.outcome != outcome:
        row.verdict, row.verdict_at, row.verdict_by_id = "", None, None
    row.outcome, row.changed_at = outcome.value, now
    row.rating = answered.rating if outcome is Outcome.TALKED else None
    row.still_open = plain(answered.still_open)
    session.flush()
    mark_by_prospect(session, chat, outcome, now)
    return row


def check(answered: Said) -> Outcome:
    """The outcome, when all is as it should be."""
    if answered.outcome not in list(Outcome):
        raise Refused(said("Please say whether you talked."), field="outcome")
    outcome = Outcome(answered.outcome)
    if outcome is Outcome.TALKED and answered.rating not in RATINGS:
        raise Refused(said("Please choose how helpful it was, from 1 to 5."), field="rating")
    if len(answered.still_open) > LONGEST:
        raise Refused(
            said("This is longer than {longest} characters.", longest=LONGEST), field="still_open"
        )
    return outcome


def mark_by_prospect(session: Session, chat: Chat, outcome: Outcome, now: datetime) -> None:
    """Marks the chat as the prospect says, unless a member of staff has marked it."""
    marked = select(ChatChange.id).where(
        ChatChange.chat_id == chat.id,
        ChatChange.action.in_(MARKS),
        ChatChange.actor != "prospect",
    )
    status = status_of(outcome).value
    if chat.status != status and session.scalar(marked.limit(1)) is None:
        change(session, chat, Actor("prospect"), status.replace("_", "-"), now, status=status)


def may_answer(chat: Chat, now: datetime) -> bool:
    """Whether the chat was confirmed and is over."""
    took_place = chat.status in (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
    return took_place and now >= chat.ends_at


def find_feedback(session: Session, chat: Chat) -> Feedback | None:
    """What was said so far."""
    return session.scalar(select(Feedback).where(Feedback.chat_id == chat.id))


# By whichever is rarer: most answers say that they talked, so those are looked up from the chats
# marked no-show. What is joined with an empty text is not looked for by its index.
_AND_CHATS = select(Feedback.chat_id).join(Chat, Chat.id == Feedback.chat_id)
_DIFFERENT = union_all(
    select(Feedback.chat_id).where(
        Feedback.outcome == Outcome.AMBASSADOR_MISSED.value, Feedback.verdict == ""
    ),
    _AND_CHATS.where(
        Feedback.outcome == Outcome.PROSPECT_MISSED.value,
        Feedback.verdict == "",
        Chat.status + "" == Status.COMPLETED.value,
    ),
    _AND_CHATS.where(
        Chat.status == Status.NO_SHOW.value,
        Feedback.outcome + "" == Outcome.TALKED.value,
        Feedback.verdict + "" == "",
    ),
)


def disagreements(session: Session) -> Sequence[tuple[Chat, Feedback]]:
    """Chats of which both sides say different things, the latest first: for Today.

    The same as `core.afterwards.disagree`, asked of the database.
    """
    rows = (
        joined_chats()
        .join(Feedback, Feedback.chat_id == Chat.id)
        .where(Chat.id.in_(_DIFFERENT))
        .add_columns(Feedback)
        .order_by(Chat.starts_at.desc(), Chat.id)
        .limit(MOST_SHOWN)
    )
    return [(chat, said) for chat, said in session.execute(rows)]


def settle(session: Session, uid: str, verdict: str, actor: Actor, now: datetime) -> Feedback:
    """A coordinator decides how a chat went; it is marked so, and nobody else marks it again.

    Refused (409) when the prospect has said nothing.
    """
    if verdict not in list(Outcome):
        raise Refused(said("Choose how the chat went."), field="verdict")
    chat = find_chat(session, uid)
    row = find_feedback(session, chat)
    if row is None:
        raise Refused(said("The prospect has not said how this chat went."), status=409)
    status = status_of(Outcome(verdict)).value
    action = status.replace("_", "-")
    change(session, chat, actor, action, now, status=status)
    row.verdict, row.verdict_at, row.verdict_by_id = verdict, now, actor.user_id
    session.flush()
    return row
