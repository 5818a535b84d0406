"""Inventing chats: each is really booked, moved, cancelled and finished, as if it were then."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import starts
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.models import Ambassador, Chat, Notice
from ambassadors.services import booking
from ambassadors.services.booking import Order
from ambassadors.services.demo.invented import DAY, HOUR, Invented, Plan
from ambassadors.services.diary import load_diary
from ambassadors.services.letters import Post, write_letter
from ambassadors.services.notices import is_still_due

PROSPECT, COORDINATOR = Actor("prospect"), Actor("coordinator")
NEVER_SENT = said("Demo data: this mail never left.")
WINDOW = 9 * DAY  # in which everybody has hours, also those who only have weekends


def invent_chats(
    session: Session,
    plans: Sequence[Plan],
    ambassadors: Sequence[Ambassador],
    prospects: Sequence[Invented],
    post: Post,
    now: datetime,
) -> list[Chat]:
    """Books them all, then lets happen what happened; mails that were due count as sent."""
    booked = [
        (plan, book(session, plan, ambassadors[plan.ambassador], prospects[plan.prospect], now))
        for plan in plans
    ]
    for plan, chat in booked:
        happen(session, plan, chat, post)
        settle(session, chat, now, post)
    return [chat for _, chat in booked]


def book(
    session: Session, plan: Plan, ambassador: Ambassador, prospect: Invented, now: datetime
) -> Chat:
    """Books the first of some suitable starts that nothing speaks against."""
    earliest = now + plan.day * DAY
    booked_at = min(now, earliest) - (2 + plan.number % 5) * DAY - plan.number % 7 * HOUR
    latest = earliest + WINDOW if plan.day > 0 else min(earliest + WINDOW, now - 3 * HOUR)
    for start in suitable(session, plan, ambassador.id, (earliest, latest), booked_at):
        order = Order(
            ambassador_id=ambassador.id,
            start=start,
            minutes=plan.minutes,
            name=prospect.name,
            email=prospect.email,
            zone=prospect.zone,
            interests=prospect.interests,
            most=prospect.interests[:1],
            languages=("en",),
            question=prospect.question,
        )
        with contextlib.suppress(Refused):  # the prospect has another chat then: the next one
            return booking.hold(session, order, booked_at, verify=False)
    raise Refused(
        said(
            "The demo found no time for chat {number} with {name}.",
            number=plan.number,
            name=ambassador.name,
        )
    )


def suitable(
    session: Session,
    plan: Plan,
    ambassador_id: int,
    window: tuple[datetime, datetime],
    booked_at: datetime,
) -> Iterator[datetime]:
    """The window's starts, beginning somewhere among the first."""
    first, last = window
    diary = load_diary(session, ambassador_id, first, last, booked_at)
    found = starts(diary, minute_of(first), minute_of(last), plan.minutes, booked_at)
    turn = plan.number * 5 % 12 % max(1, len(found))
    return map(moment_of, (*found[turn:], *found[:turn]))


def happen(session: Session, plan: Plan, chat: Chat, post: Post) -> None:
    """What became of a chat, at its time."""
    if plan.ending in ("completed", "no_show"):
        at = chat.ends_at + 2 * HOUR
        settle(session, chat, at, post)
        by = Actor("ambassador", chat.ambassador.user_id)
        booking.finish(session, chat.uid, plan.ending, by, at)
        return
    at = chat.created_at + timedelta(hours=5)
    settle(session, chat, at, post)
    if plan.ending == "cancelled":
        booking.cancel(session, chat.uid, PROSPECT, at, "I have an exam that day, sorry!")
    elif plan.ending == "moved":
        others = booking.alternatives(
            session, chat.ambassador_id, chat.starts_at, chat.minutes, at, chat.id
        )
        booking.move(session, chat.uid, others[-1], PROSPECT, at)
    elif plan.ending == "handed-over":
        free = booking.free_ambassadors(session, chat.uid, at)
        booking.hand_over(session, chat.uid, free[0][0].id, COORDINATOR, at, "A class was moved.")


def settle(session: Session, chat: Chat, until: datetime, post: Post) -> None:
    """The chat's mails that were due by then count as sent, each at its time."""
    due = select(Notice).where(
        Notice.chat_id == chat.id, Notice.state == "waiting", Notice.due_at <= until
    )
    for notice in session.scalars(due).all():
        mail = write_letter(session, notice, post, until) if is_still_due(notice) else None
        if mail is None:
            notice.state = "void"
            continue
        notice.state, notice.sent_at, notice.attempts = "sent", notice.due_at, 1
        notice.sent_to, notice.headline = mail.to.address, mail.subject[:200]
        notice.answer = NEVER_SENT
    session.flush()
