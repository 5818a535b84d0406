"""From a notice to the mail it stands for: the database read as it is now, links written again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Status
from ambassadors.core.notices import Kind, ambassador
from ambassadors.mail import compose
from ambassadors.mail.compose import ChatFacts, Mail, Person, Service
from ambassadors.models import (
    Ambassador,
    Chat,
    ChatChange,
    Notice,
    PlanLine,
    User,
    WaitingRequest,
)
from ambassadors.services import accounts
from ambassadors.services.programme import vocabulary


@dataclass(frozen=True)
class Post:
    """What writing needs beside the database: the secret for links, and who the mail is from.

    `replies` is whether calendar replies can be read (INBOX_URL): then a chat's mails come from
    an address with the chat's own secret part.
    """

    secret: str
    service: Service
    replies: bool = False


def write_letter(session: Session, notice: Notice, post: Post, now: datetime) -> Mail | None:
    """The mail of a notice, None when there is nobody to write to any more."""
    kind = Kind(notice.kind)
    message_id = f"<{notice.message_id}@{post.service.address.rpartition('@')[2]}>"
    if notice.chat is not None:
        post = replace(post, service=sender(notice.chat, post))
        return write_about_chat(session, notice, notice.chat, kind, post, message_id)
    if notice.request is not None:
        return write_about_request(session, notice, kind, post, message_id)
    if notice.user is not None and notice.user.active and kind == Kind.PLAN_DIGEST:
        return write_digest(session, notice, notice.user, post, message_id)
    if notice.user is not None and notice.user.active:
        return write_about_account(notice.user, kind, post, now, message_id)
    return None


def sender(chat: Chat, post: Post) -> Service:
    """The service's own address, with the chat's secret part where replies are read."""
    if not post.replies:
        return post.service
    local, _, domain = post.service.address.rpartition("@")
    part = tokens.sign(post.secret, "reply", chat.uid, chat.nonce).hex()[:40]
    return replace(post.service, address=f"{local}+{part}@{domain}")


def write_about_chat(
    session: Session, notice: Notice, chat: Chat, kind: Kind, post: Post, message_id: str
) -> Mail:
    """One of the mails about a chat, as that chat is now."""
    facts = facts_of(session, chat, post, notice.version)
    side: compose.Side = "prospect" if notice.recipient == "prospect" else "ambassador"
    if kind == Kind.CANCELLATION and notice.recipient not in (
        "prospect",
        ambassador(chat.ambassador_id),
    ):
        facts = as_replaced(session, chat, facts, notice)
        return compose.cancellation(facts, "replaced", post.service, message_id)
    writers: dict[Kind, Callable[[], Mail]] = {
        Kind.CODE: lambda: compose.code(facts, post.service, message_id),
        Kind.INVITATION: lambda: compose.invitation(facts, side, post.service, message_id),
        Kind.UPDATE: lambda: compose.update(facts, side, post.service, message_id),
        Kind.CANCELLATION: lambda: compose.cancellation(facts, side, post.service, message_id),
        Kind.REMINDER_DAY: lambda: compose.reminder(facts, side, 24, post.service, message_id),
        Kind.REMINDER_HOUR: lambda: compose.reminder(facts, side, 1, post.service, message_id),
        Kind.THANKS: lambda: compose.thanks(facts, post.service, message_id),
    }
    return writers[kind]()


def facts_of(session: Session, chat: Chat, post: Post, version: int) -> ChatFacts:
    """A chat as its mails tell it; `version` is the change that the mail is about."""
    base, known = post.service.base_url, vocabulary(session)
    last = session.scalar(
        select(ChatChange).where(ChatChange.chat_id == chat.id, ChatChange.version == version)
    )
    before = last.before if last else {}
    manage = tokens.chat_token(post.secret, "manage", chat.uid, chat.nonce)
    feedback = tokens.chat_token(post.secret, "feedback", chat.uid, chat.nonce)
    again = urlencode([("interest", key) for key in chat.interests])
    held = chat.status == Status.HELD
    return ChatFacts(
        uid=chat.uid,
        sequence=chat.sequence,
        status=chat.status,
        start=chat.starts_at,
        end=chat.ends_at,
        prospect=Person(chat.prospect_name, chat.prospect.email, chat.prospect_zone),
        ambassador=person_of(chat.ambassador),
        question=chat.question,
        place=chat.place,
        interests=tuple(known.item(key).label for key in chat.interests if known.knows(key)),
        manage_url=f"{base}/c/{manage}",
        staff_url=f"{base}/ambassador/chats/{chat.uid}",
        feedback_url=f"{base}/feedback/{feedback}",
        ask_url=f"{base}/matches?{again}" if again else f"{base}/",
        reason=last.reason if last else "",
        changed_by=last.actor if last else "service",
        previous_start=moment(before.get("starts_at"), chat.starts_at),
        previous_ambassador=previous_ambassador(session, before, chat),
        hold_expires_at=chat.hold_expires_at,
        code=tokens.code(post.secret, chat.uid, chat.nonce, chat.prospect.email) if held else None,
        stamp=chat.changed_at,
    )


def person_of(row: Ambassador) -> Person:
    """An ambassador as a reader of mail."""
    return Person(row.name, row.user.email, row.time_zone)


def moment(text: object, present: datetime) -> datetime | None:
    """A moment from the history, None when it is none or no other than the present one."""
    then = datetime.fromisoformat(text) if isinstance(text, str) else None
    return None if then == present else then


def previous_ambassador(session: Session, before: dict[str, object], chat: Chat) -> Person | None:
    """Who had the chat before the change, if that change replaced them."""
    number = before.get("ambassador_id")
    if not isinstance(number, int) or number == chat.ambassador_id:
        return None
    row = session.get(Ambassador, number)
    return person_of(row) if row else None


def as_replaced(session: Session, chat: Chat, facts: ChatFacts, notice: Notice) -> ChatFacts:
    """The facts for somebody who had this chat: their name and the time it had with them.

    Their entry ends with the SEQUENCE of the change that replaced them, whatever came later.
    """
    number = int(notice.recipient.rpartition(":")[2])
    row = session.get_one(Ambassador, number)
    last = session.scalar(
        select(ChatChange).where(
            ChatChange.chat_id == chat.id, ChatChange.version == notice.version
        )
    )
    before, after = (last.before, last.after) if last else ({}, {})
    return replace(
        facts,
        previous_ambassador=person_of(row),
        previous_start=moment(before.get("starts_at"), chat.starts_at),
        sequence=int(after.get("sequence", chat.sequence)),
        stamp=last.at if last else facts.stamp,
    )


def write_about_request(
    session: Session, notice: Notice, kind: Kind, post: Post, message_id: str
) -> Mail | None:
    """A mail to somebody who waits, or waited, to be matched."""
    request, known = notice.request, vocabulary(session)
    assert request is not None, "the caller saw it"  # noqa: S101 - for the type checker
    to = Person(request.name, request.prospect.email, request.time_zone)
    labels = tuple(known.item(key).label for key in request.interests if known.knows(key))
    if kind == Kind.REQUEST_RECEIVED:
        return compose.request_received(to, labels, post.service, message_id)
    if request.ambassador is None:
        return None
    asked = [("interest", key) for key in request.interests if known.knows(key)]
    asked += [("most", key) for key in request.most if known.knows(key)]
    asked += [("language", tag) for tag in request.languages] + [("zone", request.time_zone)]
    url = f"{post.service.base_url}/ambassadors/{request.ambassador.id}?{urlencode(asked)}"
    return compose.request_matched(
        to, request.ambassador.name, labels, url, post.service, message_id
    )


def write_digest(
    session: Session, notice: Notice, user: User, post: Post, message_id: str
) -> Mail | None:
    """To an ambassador: everybody whom an accepted plan gave them and who has them still."""
    known, ambassador_id = vocabulary(session), notice.details["ambassador_id"]
    rows = session.scalars(
        select(WaitingRequest)
        .join(PlanLine, PlanLine.request_id == WaitingRequest.id)
        .where(
            PlanLine.plan_id == notice.details["plan_id"],
            PlanLine.outcome == "matched",
            PlanLine.ambassador_id == ambassador_id,
            WaitingRequest.ambassador_id == ambassador_id,
        )
        .order_by(WaitingRequest.created_at, WaitingRequest.id)
    )
    people = [
        compose.Newcomer(
            row.name,
            row.time_zone,
            tuple(known.item(key).label for key in row.interests if known.knows(key)),
            row.question,
        )
        for row in rows
    ]
    if not people:
        return None
    to, url = Person(user.name, user.email, user.time_zone), f"{post.service.base_url}/ambassador"
    return compose.plan_digest(to, people, url, post.service, message_id)


def write_about_account(user: User, kind: Kind, post: Post, now: datetime, message_id: str) -> Mail:
    """A link that sets a password, for somebody new or somebody who forgot."""
    to, base = Person(user.name, user.email, user.time_zone), post.service.base_url
    if kind == Kind.PASSWORD_RESET:
        url = f"{base}/reset/{accounts.reset_token(post.secret, user, now)}"
        return compose.password_reset(to, url, accounts.RESET_LASTS, post.service, message_id)
    url = f"{base}/invitation/{accounts.invitation_token(post.secret, user, now)}"
    return compose.account_invitation(
        to, user.role, url, accounts.INVITATION_LASTS, post.service, message_id
    )
