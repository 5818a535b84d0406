"""Four figures with their trend: requests, share served in time, show rate, mean rating."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.said import said
from ambassadors.core.spans import WEEK, minute_of, moment_of
from ambassadors.models import Chat, Feedback, WaitingRequest
from ambassadors.models.engine import EpochMinute

WEEKS = 8  # the last four, and the four before
IN_TIME = timedelta(hours=72)
MADE, SERVED, LATE = WaitingRequest.created_at, WaitingRequest.changed_at, IN_TIME.days * 1440

Sums = tuple[int, int]  # a share: how many of how many; a mean: the sum and of how many


@dataclass(frozen=True)
class Figure:
    """A figure of the last four weeks and of the four before; `weeks` are all eight, the oldest
    first, None where there was nothing to count. `kind`: "count", "share" (0 to 1) or "mean".
    """

    key: str
    label: str
    kind: str
    now: float | None
    before: float | None
    weeks: tuple[float | None, ...]


def read_figures(session: Session, now: datetime) -> tuple[Figure, ...]:
    """The four figures: three queries."""
    asked, served = count_requests(session, now)
    return (
        Figure(
            "requests",
            said("Requests"),
            "count",
            sum(asked[4:]),
            sum(asked[:4]),
            tuple(float(one) for one in asked),
        ),
        ratio("served", said("Matched within 72 h"), "share", served),
        ratio("shows", said("Show rate"), "share", count_shows(session, now)),
        ratio("rating", said("Mean rating"), "mean", count_ratings(session, now)),
    )


def ratio(key: str, label: str, kind: str, weeks: Sequence[Sums]) -> Figure:
    """A figure that is one sum by another; months are of their sums, not means of weeks."""
    return Figure(
        key,
        label,
        kind,
        share(weeks[4:]),
        share(weeks[:4]),
        tuple(share([week]) for week in weeks),
    )


def share(weeks: Sequence[Sums]) -> float | None:
    """All parts by all wholes; None of nothing."""
    part, whole = (sum(week[n] for week in weeks) for n in (0, 1))
    return part / whole if whole else None


def begin_of(now: datetime) -> int:
    """The epoch minute at which the eight weeks up to now begin."""
    return minute_of(now) + 1 - WEEKS * WEEK


def by_week(rows: Mapping[int, Sums]) -> list[Sums]:
    """One pair for each of the weeks, the oldest first."""
    return [rows.get(week, (0, 0)) for week in range(WEEKS)]


def count_requests(session: Session, now: datetime) -> tuple[list[int], list[Sums]]:
    """By week in which they came: all requests; and (matched in time, those that count).

    One counts once it was matched, or once 72 hours have gone by.
    """
    begin, minute = begin_of(now), EpochMinute(MADE)
    matched = WaitingRequest.state == "matched"
    in_time = matched & (EpochMinute(SERVED) - minute <= LATE)
    counts = in_time | (now - IN_TIME >= MADE)
    week = ((minute - begin) // WEEK).label("week")
    rows = session.execute(
        select(
            week,
            func.count(),
            func.sum(case((in_time, 1), else_=0)),
            func.sum(case((counts, 1), else_=0)),
        )
        .where(
            WaitingRequest.state.in_(("waiting", "matched", "closed")),  # as the index has them
            moment_of(begin) <= MADE,
            now >= MADE,
        )
        .group_by(week)
    ).all()
    asked = {row[0]: (int(row[1]), 0) for row in rows}
    served = {row[0]: (int(row[2]), int(row[3])) for row in rows}
    return [one for one, _ in by_week(asked)], by_week(served)


def count_shows(session: Session, now: datetime) -> list[Sums]:
    """By week: chats that took place, and all that were marked."""
    begin, kept = begin_of(now), Status.COMPLETED.value
    week = ((EpochMinute(Chat.starts_at) - begin) // WEEK).label("week")
    rows = session.execute(
        select(week, func.sum(case((Chat.status == kept, 1), else_=0)), func.count())
        .where(
            Chat.status.in_((kept, Status.NO_SHOW.value)),
            Chat.starts_at >= moment_of(begin),
            Chat.starts_at <= now,
        )
        .group_by(week)
    )
    return by_week({row[0]: (int(row[1] or 0), int(row[2])) for row in rows})


def count_ratings(session: Session, now: datetime) -> list[Sums]:
    """By week of the chat: the sum of the ratings, and how many there are."""
    begin = begin_of(now)
    week = ((EpochMinute(Chat.starts_at) - begin) // WEEK).label("week")
    rows = session.execute(
        select(week, func.sum(Feedback.rating), func.count())
        .select_from(Chat)
        .join(Feedback, Feedback.chat_id == Chat.id)
        .where(
            Feedback.rating.is_not(None),
            Chat.starts_at >= moment_of(begin),
            Chat.starts_at <= now,
        )
        .group_by(week)
    )
    return by_week({row[0]: (int(row[1] or 0), int(row[2])) for row in rows})
