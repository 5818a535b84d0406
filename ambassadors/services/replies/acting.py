"""What follows from an answer that is surely its person's own."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core import notices as due
from ambassadors.core.chats import Status, may_change
from ambassadors.core.notices import PROSPECT, Due, Kind
from ambassadors.core.replies import Wish
from ambassadors.core.replies.objects import ANSWERS
from ambassadors.core.said import said
from ambassadors.models import Chat, Notice, Participation
from ambassadors.services import notices
from ambassadors.services.replies.counters import propose
from ambassadors.services.replies.dropping import come_after_all, drop_out
from ambassadors.services.replies.outcomes import Outcome, add_once, lock, name_of

REPEATED = said("The same answer had come before.")
OLDER = said("A later answer had come before it.")
EARLIER = said("It answers an earlier state of the chat, so nothing follows from it.")

OVER: Mapping[str, str] = {
    Status.CANCELLED.value: said("The chat is cancelled."),
    Status.CONFIRMED.value: said("The chat has begun."),
}
IS_OVER = said("The chat is over.")


def act(session: Session, chat: Chat, recipient: str, wish: Wish, now: datetime) -> Outcome:
    """Does what a wish asks for, as far as its person's own link could."""
    chat = lock(session, chat)
    if wish.recurring:
        return Outcome("ignored", said("It answers one date of a series; our chats are no series."))
    if not may_change(chat, now):
        return Outcome("ignored", OVER.get(chat.status, IS_OVER))
    if wish.method == "COUNTER":
        if sequence_of(wish, chat) < chat.sequence:
            return Outcome("noted", EARLIER)
        return propose(session, chat, recipient, wish, now)
    if wish.answer not in ANSWERS:
        answer_given = wish.answer or said("none")
        return Outcome("ignored", said("It gives no answer ({answer}).", answer=answer_given))
    return answer(session, chat, recipient, wish, now)


def answer(session: Session, chat: Chat, recipient: str, wish: Wish, now: datetime) -> Outcome:
    """Writes an answer down; a decline of the chat as it is now has consequences."""
    last = session.get(Participation, (chat.id, recipient), populate_existing=True)
    had_declined = last is not None and last.answer == "DECLINED"
    problem = write_down(session, chat, recipient, wish, now)
    if problem:
        return Outcome("ignored", problem)
    if sequence_of(wish, chat) < chat.sequence:
        return Outcome("noted", EARLIER)
    name = name_of(chat, recipient)
    if wish.answer == "TENTATIVE":
        return Outcome("acted", said("{name} answered “maybe”.", name=name))
    if wish.answer == "ACCEPTED":
        if recipient != PROSPECT and had_declined:
            return come_after_all(session, chat, now)
        return Outcome("acted", said("{name} accepted.", name=name))
    follow: Callable[[Session, Chat, datetime], Outcome]
    follow = ask_to_confirm if recipient == PROSPECT else drop_out
    return follow(session, chat, now)


def write_down(session: Session, chat: Chat, recipient: str, wish: Wish, now: datetime) -> str:
    """Keeps the person's last answer; empty, or why this is not it (RFC 5546 section 2.1.5).

    A stamp that lies ahead counts as now: a wrong clock must not shut out later answers. Some
    programs repeat the invitation's own stamp: of two with one stamp the last to come counts.
    """
    sequence, stamp = sequence_of(wish, chat), min(wish.stamp or now, now)
    last = session.get(Participation, (chat.id, recipient), populate_existing=True)
    if last is not None:
        if (last.sequence, last.answer) == (sequence, wish.answer) and (
            wish.stamp is None or last.stamp == stamp
        ):
            return REPEATED
        if (sequence, stamp) < (last.sequence, last.stamp):
            return OLDER
    session.merge(
        Participation(
            chat_id=chat.id,
            recipient=recipient,
            answer=wish.answer,
            sequence=sequence,
            stamp=stamp,
            at=now,
            comment=wish.comment,
        )
    )
    session.flush()
    return ""


def sequence_of(wish: Wish, chat: Chat) -> int:
    """Which state of the chat is answered; where it is not said, the start tells."""
    if wish.sequence is not None:
        return min(wish.sequence, chat.sequence)
    return chat.sequence if wish.start in (None, chat.starts_at) else 0


def ask_to_confirm(session: Session, chat: Chat, now: datetime) -> Outcome:
    """A prospect's decline: a mail with one link; the chat stands until they follow it.

    Asked once for each state of the chat, however often they decline.
    """
    wanted = Due(Kind.CONFIRM_CANCEL, PROSPECT, now, chat.starts_at)
    asked = queue_once(session, chat, chat.uid, wanted, now)
    if asked:
        sentence = said(
            "{name} declined. A mail asks them whether the chat shall be cancelled.",
            name=chat.prospect_name,
        )
    else:
        sentence = said(
            "{name} declined. They were asked before whether the chat shall be cancelled.",
            name=chat.prospect_name,
        )
    return Outcome("acted" if asked else "noted", sentence)


def queue_once(
    session: Session, chat: Chat, subject: str, wanted: due.Due, now: datetime, **details: object
) -> bool:
    """Adds one notice about a chat as it is now; False when it is there already."""
    added = add_once(
        session, Notice, subject=subject, version=chat.version, kind=wanted.kind.value,
        recipient=wanted.recipient, chat_id=chat.id, due_at=wanted.due_at,
        first_due_at=wanted.due_at, not_after=wanted.not_after, details=details, created_at=now,
        message_id=notices.message_id(subject, chat.version, wanted),
    )  # fmt: skip
    return added is not None
