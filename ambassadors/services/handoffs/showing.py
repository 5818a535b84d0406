"""Hand-offs as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from ambassadors.models import HandOff


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked: `answer` is '' while it is open, until `expires_at`."""

    name: str
    score: int
    answer: str
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Search:
    """One hand-off of a chat: who dropped out, why, and who was asked, in order."""

    uid: str
    name: str
    reason: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    asked: tuple[Asked, ...]

    @property
    def asking(self) -> Asked | None:
        """Who is being asked now."""
        return next((one for one in self.asked if not one.answer), None)


def last_search(session: Session, chat_id: int) -> Search | None:
    """The latest hand-off of a chat, if there ever was one."""
    row = session.scalar(rows().where(HandOff.chat_id == chat_id).order_by(HandOff.id.desc()))
    return read(row) if row else None


def open_searches(session: Session) -> list[Search]:
    """Every hand-off under way, the oldest first."""
    found = session.scalars(rows().where(HandOff.status == "asking").order_by(HandOff.started_at))
    return [read(row) for row in found]


def rows() -> Select[HandOff]:
    """Hand-offs with everybody in them."""
    return select(HandOff).options(selectinload(HandOff.asks), selectinload(HandOff.ambassador))


def read(row: HandOff) -> Search:
    """A row as a page shows it."""
    asked = tuple(
        Asked(one.ambassador.name, one.score, one.answer, one.asked_at, one.expires_at)
        for one in row.asks
    )
    return Search(
        row.chat.uid,
        row.ambassador.name,
        row.reason,
        row.status,
        row.started_at,
        row.ended_at,
        asked,
    )
