"""Leaving: whose chats go to whom, accepted at once or one by one; then they are shown no more.

Each chat is handed over in a transaction of its own, where booking asks again whether it can be:
proposals are as old as the page that shows them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor, Status
from ambassadors.core.handing import Proposal, Seat, propose
from ambassadors.core.hours import local_date
from ambassadors.core.interests import Vocabulary, Wanted
from ambassadors.core.kept_out import KeptOut, kept_out
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat, User
from ambassadors.services import booking, desk, roster
from ambassadors.services.diary import load_diaries
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.standing import STANDING
from ambassadors.services.writing import write

WEEK = timedelta(days=8)
MOST_AT_ONCE = 100
MOST_PEOPLE = 200
NOBODY = said("Choose at least one ambassador.")


@dataclass(frozen=True)
class Handing:
    """A chat that needs somebody else, who is proposed, and whom the weekly guard keeps out."""

    chat: Chat
    proposal: Proposal
    kept_out: tuple[KeptOut, ...] = ()


@dataclass(frozen=True)
class Done:
    """What came of handing over: how many chats went, and a sentence for each that did not."""

    handed: int = 0
    failed: tuple[str, ...] = field(default=())


def find_people(session: Session, ids: Collection[int]) -> Sequence[Ambassador]:
    """These ambassadors by name; refused when there are none, or too many at once."""
    if len(ids) > MOST_PEOPLE:
        raise Refused(
            said("Choose at most {most_people} ambassadors at once.", most_people=MOST_PEOPLE),
            field="who",
        )
    rows = (
        select(Ambassador)
        .join(Ambassador.user)
        .where(Ambassador.id.in_(ids))
        .order_by(User.name, Ambassador.id)
    )
    found = session.scalars(rows).all()
    if not found:
        raise Refused(NOBODY, field="who")
    return found


def chats_after(
    session: Session, people: Sequence[Ambassador], last_day: date, now: datetime
) -> list[Chat]:
    """Confirmed chats to come that start after a last day, in the zone of whoever has them.

    Who leaves today, or has left, has no chat any more that has not begun.
    """
    chats = chats_to_come(session, [one.id for one in people], now)
    ends = {one.id: (one.time_zone, last_day) for one in people}
    return [chat for chat in chats if is_after(chat, *ends[chat.ambassador_id], now)]


def is_after(chat: Chat, zone: str, last_day: date, now: datetime) -> bool:
    """Whether a chat to come lies after somebody's last day; today counts as over."""
    today = local_date(zone, minute_of(now))
    return last_day <= today or day_of(chat, zone) > last_day


def chats_to_come(session: Session, ids: Collection[int], now: datetime) -> list[Chat]:
    """Confirmed chats of these ambassadors that have not begun, in order."""
    rows = joined_chats().where(
        Chat.ambassador_id.in_(ids),
        Chat.status == Status.CONFIRMED.value,
        Chat.starts_at > now,
    )
    return list(session.scalars(rows.order_by(Chat.starts_at, Chat.id)))


def chats_inside(
    session: Session, ambassador: Ambassador, first: date, back: date, now: datetime
) -> list[Chat]:
    """Confirmed chats to come on the days of an absence, in the ambassador's zone."""
    chats = chats_to_come(session, [ambassador.id], now)
    return [chat for chat in chats if first <= day_of(chat, ambassador.time_zone) < back]


def day_of(chat: Chat, zone: str) -> date:
    """The date in a zone on which a chat starts."""
    return local_date(zone, minute_of(chat.starts_at))


def propose_for(
    session: Session, chats: Sequence[Chat], without: Collection[int], now: datetime
) -> list[Handing]:
    """A proposal for each chat, never one of `without`; a few queries, however many chats."""
    if not chats:
        return []
    standing = STANDING.read(session)
    seats = [seat_of(chat, standing.vocabulary) for chat in chats]
    people = standing.pool.places.keys() - set(without)
    start = min(chat.starts_at for chat in chats) - WEEK
    end = max(chat.starts_at for chat in chats) + WEEK
    diaries = load_diaries(session, people, start, end, now)
    found = propose(seats, standing.pool, diaries, standing.vocabulary, now)
    out = kept_out(seats, standing.pool, diaries, standing.vocabulary)
    return [Handing(chat, found[chat.id], out.get(chat.id, ())) for chat in chats]


def seat_of(chat: Chat, known: Vocabulary) -> Seat:
    """What a chat asks of whoever takes it."""
    asked = tuple(key for key in chat.interests if known.knows(key))
    wish = Wanted(asked, frozenset(chat.most).intersection(asked), tuple(chat.languages))
    return Seat(chat.id, minute_of(chat.starts_at), chat.minutes, wish)


def hand_over_all(
    session: Session, chosen: Mapping[str, int], actor: Actor, now: datetime, reason: str
) -> Done:
    """Gives each chat (by UID) to whom was chosen, one transaction each; commits."""
    handed, failed = 0, list[str]()
    for uid, ambassador_id in list(chosen.items())[:MOST_AT_ONCE]:
        try:
            hand_over_one(session, uid, ambassador_id, actor, now, reason)
            handed += 1
        except Refused as refusal:
            failed.append(refusal.text)
    left = len(chosen) - MOST_AT_ONCE
    if left > 0:
        text = said(
            "{left} more have not had their turn, so nobody has left yet: send the rest again.",
            left=left,
        )
        failed.insert(0, text)
    return Done(handed, tuple(failed))


def hand_over_one(
    session: Session, uid: str, ambassador_id: int, actor: Actor, now: datetime, reason: str
) -> None:
    """Gives one chat away, and commits; Refused names the prospect."""
    chat = booking.find_chat(session, uid)
    try:
        write(session, lambda s: booking.hand_over(s, uid, ambassador_id, actor, now, reason))
    except Refused as refusal:
        raise Refused(
            said("{prospect_name}: {text}", prospect_name=chat.prospect_name, text=refusal.text),
            status=refusal.status,
        ) from refusal


def leave(
    session: Session, ids: Collection[int], last_day: date, user_id: int | None, now: datetime
) -> int:
    """Ends the service of these ambassadors with a day: at once, or by the tick after it.

    How many of them are inactive now. Chats they still have stay booked.
    """
    gone = 0
    for row in locked(session, ids):
        row.leaves_on = last_day
        at_once = last_day <= local_date(row.time_zone, minute_of(now))
        if at_once:
            roster.deactivate(session, row.id)
            gone += 1
        action = "deactivated" if at_once else "leaves"
        desk.note(session, row.id, action, user_id, now, last_day.isoformat())
    session.flush()
    return gone


def set_last_day(
    session: Session, ambassador_id: int, last_day: date | None, user_id: int | None, now: datetime
) -> Ambassador:
    """Notes when somebody leaves, or that they stay after all; refused (422) for a day gone by."""
    row = next(iter(locked(session, [ambassador_id])), None)
    if row is None:
        raise Refused(said("There is no such ambassador."), status=404)
    if last_day is not None and last_day < local_date(row.time_zone, minute_of(now)):
        raise Refused(said("The last day must not lie in the past."), field="leaves_on")
    row.leaves_on = last_day
    until = last_day.isoformat() if last_day else ""
    desk.note(session, row.id, "leaves" if last_day else "stays", user_id, now, until)
    session.flush()
    return row


def locked(session: Session, ids: Collection[int]) -> Sequence[Ambassador]:
    """The rows, for a change, in the order of their ids."""
    return session.scalars(
        select(Ambassador)
        .where(Ambassador.id.in_(ids))
        .order_by(Ambassador.id)
        .with_for_update(key_share=True, of=Ambassador)
        .execution_options(populate_existing=True)
    ).all()


def find_gone(session: Session, now: datetime) -> list[int]:
    """Who is still shown though their last day is over."""
    rows = session.execute(
        select(Ambassador.id, Ambassador.time_zone, Ambassador.leaves_on).where(
            Ambassador.leaves_on <= now.date(), Ambassador.status != "inactive"
        )
    )
    minute = minute_of(now)
    return [id for id, zone, last in rows if last is not None and local_date(zone, minute) > last]


def retire(session: Session, ids: Collection[int], now: datetime) -> int:
    """Makes those inactive whose last day is over; how many."""
    rows = locked(session, ids)
    for row in rows:
        roster.deactivate(session, row.id)
        desk.note(session, row.id, "deactivated", None, now, said("Their last day is over."))
    session.flush()
    return len(rows)
