"""Mails of a hand-off: to the prospect, and to those who are asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select

from ambassadors.core import tokens
from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail, OtherTime
from ambassadors.models import Ambassador, Chat, HandOff, HandOffAsk, Notice
from ambassadors.services.handoffs import PURPOSE
from ambassadors.services.letters.facts import facts_of
from ambassadors.services.letters.post import Task, person_of, sender


def write_asked(task: Task, chat: Chat) -> Mail | None:
    """Asks for a chat to be taken over; None when the question is closed already."""
    ask = task.session.scalar(
        select(HandOffAsk).where(
            HandOffAsk.hand_off_id == hand_off_id(task.notice),
            HandOffAsk.ambassador_id == int(task.notice.recipient.rpartition(":")[2]),
            HandOffAsk.answer == "",
        )
    )
    if ask is None:
        return None
    facts = facts_of(task.session, chat, task.post, task.notice.version)
    token = tokens.chat_token(task.post.secret, PURPOSE, ask.uid, ask.nonce)
    return compose.hand_off_asked(
        replace(facts, reason=ask.hand_off.reason),
        person_of(ask.ambassador),
        f"{task.base_url}/take-over/{token}",
        ask.expires_at,
        task.post.service,  # no calendar part, and nothing to reply to yet
        task.message_id,
    )


def write_told(task: Task, chat: Chat) -> Mail | None:
    """Tells the prospect of a search, or that it is called off; None when that is overtaken."""
    search = task.session.get(HandOff, hand_off_id(task.notice))
    if search is None:
        return None
    facts = facts_of(task.session, chat, task.post, task.notice.version)
    service = sender(chat, task.post, "prospect")
    if task.kind == Kind.HAND_OFF_STARTED:
        facts = replace(facts, reason=search.reason)
        asking = search.status == "asking"
        return compose.hand_off_started(facts, service, task.message_id) if asking else None
    was_told = task.session.scalar(
        select(Notice.id).where(
            Notice.subject == task.notice.subject,
            Notice.kind == Kind.HAND_OFF_STARTED.value,
            Notice.state == "sent",
        )
    )
    return compose.hand_off_over(facts, service, task.message_id) if was_told else None


def hand_off_id(notice: Notice) -> int:
    """The hand-off that a notice is about."""
    return int(notice.subject.rpartition(":")[2])


def other_times(task: Task, chat: Chat) -> Sequence[OtherTime] | None:
    """What a prospect could have instead, when nobody could take their chat over; else None."""
    search = task.session.scalar(
        select(HandOff)
        .where(HandOff.chat_id == chat.id, HandOff.status == "nobody")
        .order_by(HandOff.id.desc())
    )
    if search is None:
        return None
    found = [(one["ambassador_id"], one["start"]) for one in search.alternatives]
    rows = task.session.scalars(select(Ambassador).where(Ambassador.id.in_([a for a, _ in found])))
    names = {row.id: row.name for row in rows}
    return [
        OtherTime(
            names[who], datetime.fromisoformat(start), booking_url(task.base_url, chat, who, start)
        )
        for who, start in found
    ]


def booking_url(base: str, chat: Chat, ambassador_id: int, start: str) -> str:
    """Where that time is booked, with all that the prospect chose before."""
    pairs = [("ambassador", str(ambassador_id)), ("start", start), ("minutes", str(chat.minutes))]
    pairs += [("interest", key) for key in chat.interests] + [("most", key) for key in chat.most]
    pairs += [("language", tag) for tag in chat.languages] + [("zone", chat.prospect_zone)]
    return f"{base}/book?{urlencode(pairs)}"
