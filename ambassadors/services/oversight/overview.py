"""The first page: what needs a hand, and what comes next, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.models import Ambassador, Chat, Notice, Plan, WaitingRequest
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.oversight.mail import Letter, MailFilter, find_mail
from ambassadors.services.oversight.requests import RequestFilter, find_requests

SHORT = 5
OVERDUE = timedelta(minutes=2)


@dataclass(frozen=True)
class Overview:
    """Counts, and the first few of each list. `overdue` mails should have left a while ago;
    `unmarked` chats are over and neither completed nor no-show; `plan` is ready to be looked at.
    """

    waiting: int
    oldest: datetime | None
    requests: tuple[WaitingRequest, ...]
    failed: int
    letters: tuple[Letter, ...]
    overdue: int
    to_come: int
    chats: tuple[Chat, ...]
    unmarked: int
    active: int
    plan: Plan | None


def look_over(session: Session, now: datetime) -> Overview:
    """How things stand now."""
    waiting = find_requests(session, RequestFilter("waiting"))
    failed = find_mail(session, MailFilter("failed"))
    confirmed = Chat.status == Status.CONFIRMED.value
    soonest = joined_chats().where(confirmed, Chat.ends_at > now).order_by(Chat.starts_at, Chat.id)
    return Overview(
        waiting=waiting.total,
        oldest=waiting.items[0].created_at if waiting.items else None,
        requests=waiting.items[:SHORT],
        failed=failed.total,
        letters=failed.items[:SHORT],
        overdue=count(session, Notice.state == "waiting", Notice.due_at < now - OVERDUE),
        to_come=count(session, confirmed, Chat.ends_at > now),
        chats=tuple(session.scalars(soonest.limit(SHORT))),
        unmarked=count(session, confirmed, Chat.ends_at <= now),
        active=count(session, Ambassador.status == "active"),
        plan=session.scalar(select(Plan).where(Plan.status == "ready").order_by(Plan.id.desc())),
    )


def count(session: Session, *conditions: object) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]
