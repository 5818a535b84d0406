"""The weekly limit of hours: what another limit, or another guard, would do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ambassadors.core.said import said, said_n
from ambassadors.core.settings.working import Working, read_working, tell_working
from ambassadors.services.settings.foresight import Foresight, Value
from ambassadors.services.timesheets import Over, over_limit


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_working(read_working(before), read_working(after)))


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """Who is over the limit that is wanted, as chats are booked now."""
    wanted = read_working(after)
    over = over_limit(session, now, wanted.hours * 60)
    return Foresight(tell(before, after), tuple(follows(wanted, over)))


def follows(wanted: Working, over: Sequence[Over]) -> Iterator[str]:
    """The same in sentences."""
    yield said("It counts in pay weeks with a day of classes or exams in the academic calendar.")
    people = len({one.ambassador_id for one in over})
    if not people:
        yield said("Nobody is over it in this pay week or the next.")
        return
    yield said_n(
        "{count} ambassador is over it in this pay week or the next. Their chats stay booked.",
        "{count} ambassadors are over it in this pay week or the next. Their chats stay booked.",
        people,
    )


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Nothing else is to be done: slots are worked out anew."""
    return {}
