"""An erasure of somebody with an account: the account, an ambassador's profile, their chats."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core import notices
from ambassadors.core.erasing import ERASED, NO_LOCALE, NO_ZONE, impersonal, stand_in, without_in
from ambassadors.models import (
    AccountEvent,
    Ambassador,
    BusySpans,
    CalendarSource,
    Chat,
    ChatChange,
    ChatNote,
    DeskEvent,
    HandOff,
    HandOffAsk,
    HoursException,
    InboxMessage,
    Notice,
    Plan,
    PlanLine,
    RecoveryCode,
    RosterImport,
    SchoolLink,
    SecondStep,
    SignedIn,
    TimeOff,
    User,
    WaitingRequest,
    WeeklyHours,
    ambassador_interests,
)
from ambassadors.services import accounts
from ambassadors.services.privacy.chats import (
    forget_arrived,
    forget_copies,
    forget_mails,
    forget_words,
    run,
)
from ambassadors.services.privacy.prospects import (
    forget_mentions,
    forget_throttles,
    hide_blocks,
)


def forget_ambassador_in(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Their chats: where they were, and all that was written about them, goes."""
    run(session, update(Chat).where(Chat.id.in_(ids)).values(place=""))
    forget_words(session, ids, now)
    forget_mails(session, Notice.chat_id.in_(ids), Notice.recipient.startswith("ambassador:"))


def forget_account(session: Session, user: User, now: datetime) -> None:
    """The account; chats must be done already. Twice is once."""
    names = (user.email, user.name)
    if user.ambassador is not None:
        forget_former_chats(session, user.ambassador)
        forget_profile(session, user.ambassador)
        forget_plans(session, names)
    forget_acts(session, user)
    for model in (SignedIn, SecondStep, RecoveryCode, SchoolLink, AccountEvent):
        run(session, delete(model).where(model.user_id == user.id))
    run(
        session,
        update(RosterImport)
        .where(RosterImport.id.in_(files_with(session, user.email)))
        .values(status="cancelled", content=b"", file_name=""),
    )
    forget_arrived(session, func.lower(InboxMessage.sender) == user.email)
    hide_blocks(session, user.email)
    forget_mentions(session, names)
    forget_throttles(session, user.email)
    close_account(user, now)
    session.flush()


def close_account(user: User, now: datetime) -> None:
    """The row stays, for what they did at the desk; it names nobody, and nobody can sign in."""
    user.email, user.name, user.time_zone = stand_in("account", user.id), ERASED, NO_ZONE
    user.locale = NO_LOCALE
    user.password_hash, user.last_sign_in_at, user.active = None, None, False
    user.session_key, user.feed_nonce = accounts.new_key(), accounts.new_key()
    user.erased_at = now


def forget_acts(session: Session, user: User) -> None:
    """Mails to them, and what they wrote themselves, wherever that was."""
    to_them = or_(Notice.recipient == f"user:{user.id}", Notice.user_id == user.id)
    if user.ambassador is not None:
        to_them = or_(to_them, Notice.recipient == notices.ambassador(user.ambassador.id))
    forget_mails(session, to_them, to_them)
    run(session, update(ChatChange).where(ChatChange.user_id == user.id).values(reason=""))
    run(session, delete(ChatNote).where(ChatNote.user_id == user.id))


def forget_former_chats(session: Session, row: Ambassador) -> None:
    """Chats that they gave away, and requests matched with them: mails that name them."""
    run(session, update(HandOff).where(HandOff.ambassador_id == row.id).values(reason=""))
    which = named_to(session, row.user_id)
    chats = select(Notice.chat_id).where(which, Notice.chat_id.is_not(None)).distinct()
    forget_places(session, [one for one in session.scalars(chats) if one is not None])
    forget_copies(session, which)
    run(session, update(Notice).where(which).values(headline="", answer=""))


def named_to(session: Session, user_id: int) -> ColumnElement[bool]:
    """Mails about chats that somebody had or was asked to take, and about requests given to them;
    and all to themselves.
    """
    mine = select(Ambassador.id).where(Ambassador.user_id == user_id)
    number = session.scalar(mine) or 0
    to_them = Notice.recipient == notices.ambassador(number)
    chats = select(Notice.chat_id).where(to_them, Notice.chat_id.is_not(None))
    requests = select(WaitingRequest.id).where(WaitingRequest.ambassador_id == number)
    return or_(
        Notice.chat_id.in_(chats.scalar_subquery()),
        Notice.request_id.in_(requests.scalar_subquery()),
        to_them,
        Notice.user_id == user_id,
    )


def forget_places(session: Session, chat_ids: Sequence[int]) -> None:
    """Where they would have met stands in the history of chats that others took over."""
    columns = (ChatChange.id, ChatChange.before, ChatChange.after)
    rows = session.execute(select(*columns).where(ChatChange.chat_id.in_(chat_ids)))
    for id, before, after in rows.all():
        if "place" in before or "place" in after:
            values = {"before": impersonal(before), "after": impersonal(after)}
            run(session, update(ChatChange).where(ChatChange.id == id).values(values))


def forget_profile(session: Session, row: Ambassador) -> None:
    """What they said of themselves, when they are there, their calendars."""
    sources = select(CalendarSource.id).where(CalendarSource.ambassador_id == row.id)
    run(session, delete(BusySpans).where(BusySpans.source_id.in_(sources.scalar_subquery())))
    for model in (CalendarSource, WeeklyHours, HoursException, TimeOff):
        run(session, delete(model).where(model.ambassador_id == row.id))
    mine = ambassador_interests.c.ambassador_id == row.id
    session.execute(ambassador_interests.delete().where(mine))
    run(session, update(DeskEvent).where(DeskEvent.ambassador_id == row.id).values(note=""))
    asked = (HandOffAsk.ambassador_id == row.id, HandOffAsk.answer == "")
    run(session, update(HandOffAsk).where(*asked).values(nonce=secrets.token_urlsafe(24)))
    row.bio, row.meeting_url, row.meeting_place, row.languages = "", "", "", []
    row.time_zone, row.other_hours, row.feed_secret = NO_ZONE, None, accounts.new_key()
    row.status, row.pending_since = "inactive", None
    session.flush()
    session.expire(row)


def forget_plans(session: Session, names: tuple[str, ...]) -> None:
    """Sentences of plans name ambassadors: a dash stands there then."""
    escaped = json.dumps(names[1])[1:-1]  # as JSON is kept
    for model, columns in ((Plan, ("outlooks", "notes")), (PlanLine, ("reasons", "why"))):
        fields = [getattr(model, column) for column in columns]
        named = or_(*(cast(field, Text).contains(escaped, autoescape=True) for field in fields))
        for id, *found in session.execute(select(model.id, *fields).where(named)).all():
            values = dict(zip(columns, (without_in(one, names) for one in found), strict=True))
            run(session, update(model).where(model.id == id).values(values))


def files_with(session: Session, email: str) -> list[int]:
    """Files of ambassadors on their way in that have this address."""
    rows = session.execute(
        select(RosterImport.id, RosterImport.content).where(RosterImport.content != b"")
    )
    return [id for id, content in rows if email.encode() in content.lower()]
