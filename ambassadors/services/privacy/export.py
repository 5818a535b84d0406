"""All that is held of one person, as plain values for JSON.

What others wrote of them in confidence (an ambassador's note, the other side's report, the reason
of a block) is there for coordinators only, who decide what of it the person may see.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from ambassadors.models import (
    Attempt,
    Chat,
    ChatChange,
    ChatNote,
    Concern,
    Feedback,
    FollowUp,
    InboxMessage,
    Notice,
    Offer,
    Participation,
    Prospect,
    User,
    WaitingRequest,
)
from ambassadors.services import blocks
from ambassadors.services.booking.exceptions import LET_THROUGH
from ambassadors.services.privacy.people import Held
from ambassadors.services.privacy.profiles import of_account
from ambassadors.services.privacy.rows import Values, columns, each, plain


def export(session: Session, held: Held, now: datetime, confidential: bool) -> Values:
    """Everything under one address; `confidential`: for a coordinator."""
    found: Values = {"exported_at": plain(now)}
    if held.prospect is not None:
        found["prospect"] = of_prospect(session, held.prospect, confidential)
    if held.user is not None:
        chats = (
            chats_of(session, Chat.ambassador_id == held.ambassador.id) if held.ambassador else []
        )
        found["account"] = of_account(session, held.user)
        found["account"]["chats"] = [
            told(session, chat, "ambassador", confidential) for chat in chats
        ]
        found["account"]["mails"] = mails_to(session, held.user)
        found["account"]["changes"] = changes_by(session, held.user)
    found["arrived_mails"] = arrived(session, held)
    return found


def of_prospect(session: Session, row: Prospect, confidential: bool) -> Values:
    """A prospect, their chats and requests, the mails to them."""
    chats = chats_of(session, Chat.prospect_id == row.id)
    requests = select(WaitingRequest).where(WaitingRequest.prospect_id == row.id)
    mine = (Notice.recipient == "prospect") & or_(
        Notice.chat_id.in_([chat.id for chat in chats]),
        Notice.prospect_id == row.id,
        Notice.request_id.in_(
            select(WaitingRequest.id).where(WaitingRequest.prospect_id == row.id)
        ),
    )
    found = {
        **columns(row, "email name time_zone created_at"),
        "chats": [told(session, chat, "prospect", confidential) for chat in chats],
        "requests": [
            columns(
                one,
                "uid name time_zone locale languages interests most question wake sleep state "
                "created_at changed_at",
            )
            for one in session.scalars(requests.order_by(WaitingRequest.id))
        ],
        "mails": mails(session, mine),
    }
    block = blocks.in_force(session, row.email)
    if block is not None:
        found["blocked_since"] = plain(block.created_at)
        if confidential:
            found["block_reason"] = block.reason
    return found


def chats_of(session: Session, which: ColumnElement[bool]) -> list[Chat]:
    """Chats by their start."""
    return list(session.scalars(select(Chat).where(which).order_by(Chat.starts_at, Chat.id)))


def told(session: Session, chat: Chat, side: str, confidential: bool) -> Values:
    """One chat with all that belongs to it, for one of its people."""
    me = "prospect" if side == "prospect" else f"ambassador:{chat.ambassador_id}"
    own = columns(
        chat,
        "uid status starts_at ends_at created_at changed_at prospect_name prospect_zone locale "
        "question interests most languages score place",
    )
    own |= {"ambassador": chat.ambassador.name}
    history = select(ChatChange).where(ChatChange.chat_id == chat.id)
    if side == "prospect" and not confidential:  # what an ambassador works is no business of theirs
        history = history.where(ChatChange.action != LET_THROUGH)
    own["history"] = [
        columns(one, "at action actor reason")
        for one in session.scalars(history.order_by(ChatChange.version))
    ]
    own["answers"] = each(
        session,
        select(Participation).where(
            Participation.chat_id == chat.id, Participation.recipient == me
        ),
        "answer comment at",
    )
    own["offers"] = each(
        session, select(Offer).where(Offer.chat_id == chat.id), "starts_at comment state created_at"
    )
    if side == "prospect" or confidential:
        said = select(Feedback).where(Feedback.chat_id == chat.id)
        own["feedback"] = each(session, said, "outcome rating still_open created_at changed_at")
    own["follow_up"] = each(
        session, select(FollowUp).where(FollowUp.chat_id == chat.id), "state created_at done_at"
    )
    return own | confided(session, chat, side, confidential)


def confided(session: Session, chat: Chat, side: str, confidential: bool) -> Values:
    """Reports and notes: one's own, and for coordinators those of others as well."""
    reports = select(Concern).where(Concern.chat_id == chat.id)
    if not confidential:
        reports = reports.where(Concern.side == side)
    found = {"reports": each(session, reports, "side text at state closed_at")}
    if side == "ambassador" or confidential:
        notes = select(ChatNote).where(ChatNote.chat_id == chat.id)
        found["notes"] = each(session, notes, "text changed_at")
    return found


def mails(session: Session, which: ColumnElement[bool]) -> list[Values]:
    """Mails to a person, with every try."""
    rows = session.scalars(select(Notice).where(which).order_by(Notice.due_at, Notice.id)).all()
    tries: dict[int, list[Values]] = {}
    wanted = select(Attempt).where(Attempt.notice_id.in_([row.id for row in rows]))
    for one in session.scalars(wanted.order_by(Attempt.id)):
        tries.setdefault(one.notice_id, []).append(columns(one, "at outcome address words"))
    fields = "kind state due_at sent_at sent_to headline answer returned_at returned_words"
    return [columns(row, fields) | {"tries": tries.get(row.id, [])} for row in rows]


def mails_to(session: Session, user: User) -> list[Values]:
    """Mails to somebody with an account."""
    mine = [f"user:{user.id}"]
    if user.ambassador is not None:
        mine.append(f"ambassador:{user.ambassador.id}")
    return mails(session, or_(Notice.recipient.in_(mine), Notice.user_id == user.id))


def changes_by(session: Session, user: User) -> list[Values]:
    """What somebody with an account did to chats."""
    rows = select(ChatChange).where(ChatChange.user_id == user.id).order_by(ChatChange.id)
    return each(session, rows, "at action reason")


def arrived(session: Session, held: Held) -> list[Values]:
    """Mails that came in from the address."""
    emails = {person.email for person in (held.prospect, held.user) if person is not None}
    rows = select(InboxMessage).where(InboxMessage.sender.in_(emails)).order_by(InboxMessage.id)
    return each(session, rows, "arrived_at kind sender subject facts outcome sentence")
