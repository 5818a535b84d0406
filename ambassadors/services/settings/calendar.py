"""The academic calendar: what it does to the hours of all, and which booked chats it touches."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, contains_eager

from ambassadors.core.said import said, said_n
from ambassadors.core.settings.terms import Term, read_terms, tell_terms, terms_value
from ambassadors.models import Ambassador, Chat, Programme, TermCap
from ambassadors.services.settings.foresight import SHOWN, Foresight, Value


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_terms(read_terms(before["terms"]), read_terms(after["terms"])))


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """Which booked chats lie where nobody, or nobody more, could be booked any more."""
    old, new = read_terms(before["terms"]), read_terms(after["terms"])
    chats = find_touched(session, [one for one in new if one not in old], now)
    different = tell(before, after)
    return Foresight(different, tuple(follows(len(chats))), tuple(chats[:SHOWN]), len(chats))


def follows(touched: int) -> Iterator[str]:
    """The same in sentences."""
    yield said("Dates count in each ambassador’s own time zone.")
    if not touched:
        yield said("No booked chat lies there.")
    else:
        yield said_n(
            "{count} booked chat lies there. It stays booked; move or cancel it if it must go.",
            "{count} booked chats lie there. They stay booked; move or cancel those that must go.",
            touched,
        )


def find_touched(session: Session, ranges: Sequence[Term], now: datetime) -> list[Chat]:
    """Booked chats to come on closed dates, and those beyond a smaller cap, by their start."""
    ranges = [one for one in ranges if one.hours != "kept"]
    if not ranges:
        return []
    rows = session.scalars(
        select(Chat)
        .join(Chat.ambassador)
        .join(Ambassador.user)
        .where(
            Chat.status == "confirmed",
            Chat.starts_at > now,
            or_(*(Chat.cap_day.between(one.first, one.last) for one in ranges)),
        )
        .options(contains_eager(Chat.ambassador).contains_eager(Ambassador.user))
        .order_by(Chat.starts_at, Chat.id)
    ).all()
    on_day: Counter[tuple[int, object]] = Counter()
    found = []
    for chat in rows:
        on_day[chat.ambassador_id, chat.cap_day] += 1
        count = on_day[chat.ambassador_id, chat.cap_day]
        if any(one.covers(chat.cap_day) and is_beyond(one, count) for one in ranges):
            found.append(chat)
    return found


def is_beyond(term: Term, count: int) -> bool:
    """Whether a range has no room for the so-manieth chat of a day."""
    return term.hours == "closed" or count > term.cap


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Writes the caps where the database's own triggers look; booked chats stay."""
    session.execute(delete(TermCap))
    session.add_all(
        TermCap(first_day=one.first, last_day=one.last, most=one.cap)
        for one in read_terms(after["terms"])
        if one.hours == "fewer"
    )
    session.flush()
    return {}


def suggested(session: Session) -> dict[str, Any]:
    """The academic calendar that the programme's file has, if it has one.

    A table [[programme.calendar]] for each entry, with name, kind, first, last, hours and cap.
    """
    facts = session.scalar(select(Programme.facts).order_by(Programme.id).limit(1)) or {}
    return terms_value(read_terms(facts.get("calendar", [])))
