"""Which chats are to be changed, what would become of each, and asking for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UnaryExpression, insert, select
from sqlalchemy.orm import Session, contains_eager

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Bulk, BulkLine, Chat
from ambassadors.services.booking.reasons import read_reason
from ambassadors.services.oversight.chats import ChatFilter, in_order, joined_chats, narrow

ACTIONS = ("cancel", "move", "hand-over", "remind")
MOST = 500  # chats that are changed at once
LONGEST_SHIFT = 28 * 24 * 60  # minutes


@dataclass(frozen=True)
class Asked:
    """What is to be done with all of them: `shift` is in minutes, later when positive; `taker`:
    the ambassador who gets them.
    """

    action: str
    shift: int = 0
    reason: str = ""
    taker: int | None = None

    def check(self) -> None:
        """Refused (422) when it makes no sense."""
        if self.action not in ACTIONS:
            raise Refused(said("Choose what to do with these chats."), field="action")
        if self.action == "move" and not 0 < abs(self.shift) <= LONGEST_SHIFT:
            raise Refused(said("Say by how much, up to four weeks."), field="shift")
        if self.action == "hand-over" and self.taker is None:
            raise Refused(said("Choose who takes these chats over."), field="taker")
        read_reason(self.reason)


def choose(
    session: Session, uids: Sequence[str], wanted: ChatFilter | None, now: datetime
) -> list[Chat]:
    """The chats that were ticked, or all that a filter means, in the order of the list.

    Refused (422) when there are none or too many.
    """
    rows = joined_chats()
    if wanted is None:
        rows = rows.where(Chat.uid.in_(uids[: MOST + 1])).order_by(Chat.starts_at, Chat.id)
    else:
        ids = narrow(session, select(Chat.id), wanted, now).order_by(*in_order(wanted))
        rows = rows.where(Chat.id.in_(ids.limit(MOST + 1))).order_by(*in_order(wanted))
    chats = list(session.scalars(rows).unique())
    if not chats:
        raise Refused(said("Choose at least one chat."), field="uid")
    if len(chats) > MOST:
        raise Refused(
            said("At most {most} chats are changed at once. Narrow the list.", most=MOST),
            field="uid",
        )
    return chats


def start(
    session: Session, asked: Asked, versions: Mapping[str, int], user_id: int, now: datetime
) -> Bulk:
    """Asks for it; `versions` are those at which the chats were looked at, by UID."""
    asked.check()
    few = list(versions)[: MOST + 1]  # a query has room for so many values and no more
    rows = session.execute(
        select(Chat.uid, Chat.id).where(Chat.uid.in_(few)).order_by(*in_turn(asked))
    )
    ids = {row.uid: row.id for row in rows}
    if not ids or len(versions) > MOST:
        raise Refused(said("Choose from 1 to {most} chats.", most=MOST), field="uid")
    bulk = Bulk(
        action="move" if asked.action == "hand-over" else asked.action,
        shift_minutes=asked.shift if asked.action == "move" else 0,
        taker_id=asked.taker if asked.action == "hand-over" else None,
        reason=read_reason(asked.reason), user_id=user_id, created_at=now,
    )  # fmt: skip
    if bulk.taker_id is not None and session.get(Ambassador, bulk.taker_id) is None:
        raise Refused(said("There is no such ambassador."), field="taker")
    session.add(bulk)
    session.flush()
    lines = [
        {"bulk_id": bulk.id, "chat_id": chat_id, "version": versions[uid]}
        for uid, chat_id in ids.items()
    ]
    session.execute(insert(BulkLine), lines)
    return bulk


def in_turn(asked: Asked) -> tuple[UnaryExpression[Any], ...]:
    """In which order: chats that move later give way to each other from the last one."""
    if asked.action == "move" and asked.shift > 0:
        return Chat.starts_at.desc(), Chat.id.desc()
    return Chat.starts_at.asc(), Chat.id.asc()


def asked_of(bulk: Bulk) -> Asked:
    """What was asked for; chats that are moved to somebody are handed over."""
    action = "move" if bulk.taker_id is None else "hand-over"
    action = action if bulk.action == "move" else bulk.action
    return Asked(action, bulk.shift_minutes, bulk.reason, bulk.taker_id)


def find_bulk(session: Session, bulk_id: int) -> Bulk:
    """One of them; refused (404) when there is none."""
    bulk = session.get(Bulk, bulk_id, populate_existing=True)
    if bulk is None:
        raise Refused(said("There is no such change."), status=404)
    return bulk


def lines_of(session: Session, bulk_id: int) -> list[BulkLine]:
    """What became of each chat so far."""
    rows = (
        select(BulkLine)
        .where(BulkLine.bulk_id == bulk_id)
        .join(BulkLine.chat)
        .join(Chat.ambassador)
        .join(Ambassador.user)
        .join(Chat.prospect)
        .options(
            contains_eager(BulkLine.chat).options(
                contains_eager(Chat.ambassador).contains_eager(Ambassador.user),
                contains_eager(Chat.prospect),
            )
        )
        .order_by(BulkLine.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(rows).unique())
