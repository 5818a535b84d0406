"""When reminders come, and what another choice does to chats that are booked already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ambassadors.core import notices as times
from ambassadors.core.notices import Due, Kind, choose_reminders, reminded_text
from ambassadors.core.said import said, said_n, shown
from ambassadors.core.wording import count_text
from ambassadors.models import Chat, Notice
from ambassadors.services import notices
from ambassadors.services.settings.current import current
from ambassadors.services.settings.foresight import Foresight, Value

CHANGED = said("The times of reminders were changed.")
SETTLES = timedelta(minutes=5)  # longer than a booking that began under the old times can take


@dataclass
class Retiming:
    """Notices to queue, with their chat; the ids of those not needed any more, or needed again."""

    dues: list[tuple[Any, list[Due]]] = field(default_factory=list)
    void: list[int] = field(default_factory=list)
    revive: list[int] = field(default_factory=list)
    chats: set[int] = field(default_factory=set)

    @property
    def added(self) -> int:
        """How many mails more."""
        return sum(len(dues) for _, dues in self.dues) + len(self.revive)


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    old, new = (shown(reminded_text, choose_reminders(one["reminders"])) for one in (before, after))
    if old == new:
        return ()
    return (said("Reminders come {times}; until now {before}.", times=new, before=old),)


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """How many booked chats get other reminders."""
    wanted = plan(session, choose_reminders(after["reminders"]), now)
    return Foresight(tell(before, after), tuple(follows(wanted)))


def follows(wanted: Retiming) -> Iterator[str]:
    """The same in sentences."""
    if not wanted.chats:
        yield said("No booked chat changes.")
        return
    yield said_n(
        "{count} booked chat gets other reminders: {mails} more, {void} that will not be sent.",
        "{count} booked chats get other reminders: {mails} more, {void} that will not be sent.",
        len(wanted.chats),
        mails=count_text(wanted.added, "mail"),
        void=len(wanted.void),
    )
    yield said("Reminders that were sent stay sent; none is sent for a moment that has passed.")


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Gives all booked chats the reminders of the new times."""
    wanted = retime(session, choose_reminders(after["reminders"]), now)
    return {"added": wanted.added, "dropped": len(wanted.void)}


def settle(session: Session, now: datetime) -> int:
    """Looks again after a change: a booking under way may have read the old times. How many
    mails it put right.
    """
    wanted = retime(session, current(session).reminders, now)
    return wanted.added + len(wanted.void)


def is_settling(session: Session, now: datetime) -> bool:
    """Whether the reminders were changed a moment ago."""
    since = current(session).reminders_since
    return since is not None and since <= now < since + SETTLES


def retime(session: Session, kinds: Sequence[Kind], now: datetime) -> Retiming:
    """Makes the waiting reminders of all booked chats just those of these kinds."""
    wanted = plan(session, kinds, now)
    for chat, dues in wanted.dues:
        notices.queue(session, chat.uid, chat.version, dues, now, chat_id=chat.id)
    for ids, state, answer in ((wanted.void, "void", CHANGED), (wanted.revive, "waiting", "")):
        for some in range(0, len(ids), 500):
            session.execute(
                update(Notice)
                .where(Notice.id.in_(ids[some : some + 500]))
                .values(state=state, answer=answer)
                .execution_options(synchronize_session=False)
            )
    return wanted


def plan(session: Session, kinds: Sequence[Kind], now: datetime) -> Retiming:
    """What that takes: two queries."""
    chats = session.execute(
        select(Chat.id, Chat.uid, Chat.version, Chat.starts_at, Chat.ends_at, Chat.ambassador_id)
        .where(Chat.status == "confirmed", Chat.starts_at > now)
        .order_by(Chat.id)
    ).all()
    there = read_reminders(session, now)
    wanted = Retiming()
    for chat in chats:
        plan_one(wanted, chat, there.get(chat.id, {}), kinds, now)
    return wanted


def plan_one(
    wanted: Retiming,
    chat: Any,
    there: dict[tuple[str, str], Any],
    kinds: Sequence[Kind],
    now: datetime,
) -> None:
    """What one chat takes."""
    due = times.reminders(
        times.Times(chat.starts_at, chat.ends_at, chat.ambassador_id, tuple(kinds)), now
    )
    keys = {(one.kind.value, one.recipient) for one in due}
    missing = [one for one in due if (one.kind.value, one.recipient) not in there]
    void = [
        row.id for row in there.values() if row.state == "waiting" and row.kind not in set(kinds)
    ]
    revive = [
        row.id
        for key, row in there.items()
        if key in keys and row.state == "void" and row.answer == CHANGED
    ]
    if missing:
        wanted.dues.append((chat, missing))
    wanted.void += void
    wanted.revive += revive
    if missing or void or revive:
        wanted.chats.add(chat.id)


def read_reminders(session: Session, now: datetime) -> dict[int, dict[tuple[str, str], Any]]:
    """The reminders of chats to come, as those chats are now: by chat, kind and recipient."""
    rows = session.execute(
        select(
            Notice.id, Notice.chat_id, Notice.kind, Notice.recipient, Notice.state, Notice.answer
        )
        .join(Chat, (Chat.id == Notice.chat_id) & (Chat.version == Notice.version))
        .where(
            Chat.status == "confirmed",
            Chat.starts_at > now,
            Notice.kind.in_([kind.value for kind in times.REMINDERS]),
        )
    )
    found: dict[int, dict[tuple[str, str], Any]] = {}
    for row in rows:
        found.setdefault(row.chat_id, {})[row.kind, row.recipient] = row
    return found
