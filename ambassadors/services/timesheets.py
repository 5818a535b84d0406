"""Timesheets: each ambassador's minutes in a pay week, chat by chat, and who works too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.csvs import write_table
from ambassadors.core.guarding import LONGEST_CHAT, WEEK, minutes_for, pay_week
from ambassadors.core.moments import clock
from ambassadors.core.refused import Refused
from ambassadors.core.reporting import span_of
from ambassadors.core.said import said
from ambassadors.core.worktime import DAY, WeekLoad, Worked, count_minutes, in_session
from ambassadors.core.zones import zone
from ambassadors.models import Ambassador, Chat, Feedback, User
from ambassadors.services.programme import programme_zone
from ambassadors.services.settings.current import current

OVER = (Status.COMPLETED.value, Status.NO_SHOW.value, Status.CONFIRMED.value)
MOST_OTHER_HOURS = 60
HEAD = ("ambassador", "date", "begin", "end", "minutes", "reason", "chat")


def week_of(session: Session, day: date | None, now: datetime) -> date:
    """The pay week of a date, else the present one, where the programme is."""
    return pay_week(day or now.astimezone(zone(programme_zone(session))).date())


def read_lines(
    session: Session, first: date, last: date, now: datetime, ambassador_id: int | None = None
) -> dict[int, list[Worked]]:
    """The chats of these dates that are over, by ambassador, in order; dates of the programme."""
    begin, end = span_of(first, last, programme_zone(session))
    rows = (
        select(
            Chat.ambassador_id, Chat.uid, Chat.prospect_name, Chat.starts_at, Chat.ends_at,
            Chat.status, Feedback.outcome, Feedback.verdict,
        )
        .outerjoin(Feedback, Feedback.chat_id == Chat.id)
        .where(
            Chat.starts_at >= begin, Chat.starts_at < end, Chat.ends_at <= now,
            Chat.status.in_(OVER),
        )
        .order_by(Chat.starts_at, Chat.id)
    )  # fmt: skip
    if ambassador_id is not None:
        rows = rows.where(Chat.ambassador_id == ambassador_id)
    found: dict[int, list[Worked]] = {}
    for one in session.execute(rows):
        length = int((one.ends_at - one.starts_at).total_seconds() // 60)
        minutes, why = count_minutes(one.status, length, one.outcome or "", one.verdict or "")
        line = Worked(one.uid, one.prospect_name, one.starts_at, one.ends_at, minutes, why)
        found.setdefault(one.ambassador_id, []).append(line)
    return found


def week_loads(session: Session, first: date, now: datetime) -> list[WeekLoad]:
    """Everybody who works in a pay week, whoever is over the limit first, then the most minutes."""
    lines = read_lines(session, first, first + 6 * DAY, now)
    ahead = minutes_to_come(session, first)
    now_goes = current(session)
    busy, limit = in_session(first, now_goes.terms), now_goes.working.hours * 60
    people = session.execute(
        select(Ambassador.id, User.name, Ambassador.other_hours).join(Ambassador.user)
    )
    loads = [
        WeekLoad(
            id, name, sum(one.minutes for one in lines.get(id, ())), ahead.get(id, 0),
            None if other is None else other * 60, busy, limit,
        )
        for id, name, other in people
        if id in lines or id in ahead
    ]  # fmt: skip
    return sorted(loads, key=lambda one: (not one.over, -one.worked - one.to_come, one.name))


def minutes_to_come(session: Session, first: date) -> dict[int, int]:
    """Booked minutes of a pay week that are not over, or not marked yet, by ambassador."""
    begin, end = span_of(first, first + 6 * DAY, programme_zone(session))
    rows = session.execute(
        select(Chat.ambassador_id, Chat.starts_at, Chat.ends_at).where(
            Chat.starts_at >= begin,
            Chat.starts_at < end,
            Chat.status == Status.CONFIRMED.value,
        )
    )
    found: dict[int, int] = {}
    for id, starts_at, ends_at in rows:
        found[id] = found.get(id, 0) + int((ends_at - starts_at).total_seconds() // 60)
    return found


@dataclass(frozen=True)
class Over:
    """Somebody who would work more than is allowed in a pay week, as chats are booked now."""

    ambassador_id: int
    name: str
    week: date
    chats: int
    elsewhere: int


def over_limit(session: Session, now: datetime, limit: int | None = None) -> list[Over]:
    """Who works more than is allowed (else than `limit` minutes) in this pay week or the next, as
    far as classes are held: one query beside those of settings and the programme.
    """
    goes = current(session)
    limit = goes.working.hours * 60 if limit is None else limit
    here = programme_zone(session)
    this = pay_week(now.astimezone(zone(here)).date())
    weeks = [one for one in (this, this + WEEK) if in_session(one, goes.terms)]
    begin, end = span_of(this, this + WEEK + 6 * DAY, here)
    # Whose cap ends the week earlier is not looked at, as in `guarding.guard_for`.
    may_reach = Ambassador.weekly_cap * 2 * LONGEST_CHAT > limit - 60 * func.coalesce(
        Ambassador.other_hours, 0
    )
    rows = session.execute(
        select(
            Ambassador.id, User.name, Ambassador.other_hours, Chat.status, Chat.starts_at,
            Chat.ends_at,
        )
        .join(Ambassador.user)
        .join(Chat, Chat.ambassador_id == Ambassador.id)
        .where(may_reach, Chat.starts_at >= begin, Chat.starts_at < end, Chat.status.in_(OVER))
        .order_by(Ambassador.id)
    )  # fmt: skip
    chats: dict[tuple[int, str, int, date], int] = {}
    for row in rows:
        week = pay_week(row.starts_at.astimezone(zone(here)).date())
        key = (row.id, row.name, (row.other_hours or 0) * 60, week)
        length = int((row.ends_at - row.starts_at).total_seconds() // 60)
        chats[key] = chats.get(key, 0) + minutes_for(row.status, length)
    found = [
        Over(id, name, week, minutes, elsewhere)
        for (id, name, elsewhere, week), minutes in chats.items()
        if week in weeks and minutes + elsewhere > limit
    ]
    return sorted(found, key=lambda one: (one.week, -one.chats - one.elsewhere, one.name))


def state_other_hours(session: Session, ambassador_id: int, typed: str, now: datetime) -> None:
    """What an ambassador works elsewhere on campus, in whole hours a week; empty: not said."""
    text = typed.strip()
    fits = text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MOST_OTHER_HOURS
    if text and not fits:
        raise Refused(
            said(
                "Say whole hours a week, from 0 to {most_other_hours}.",
                most_other_hours=MOST_OTHER_HOURS,
            ),
            field="other_hours",
        )
    session.execute(
        update(Ambassador)
        .where(Ambassador.id == ambassador_id)
        .values(other_hours=int(text) if text else None)
    )


def write_csv(
    session: Session, first: date, last: date, now: datetime, ambassador_id: int | None = None
) -> str:
    """The lines of these dates as a table; dates and times of the programme."""
    where, lines = programme_zone(session), read_lines(session, first, last, now, ambassador_id)
    names = names_of(session, list(lines))
    everybody = sorted(lines, key=lambda id: (names[id], id))
    rows = [line_of(names[id], one, where) for id in everybody for one in lines[id]]
    return write_table(HEAD, rows)


def line_of(name: str, one: Worked, where: str) -> Sequence[str]:
    """One chat."""
    there = one.starts_at.astimezone(zone(where))
    times = clock(one.starts_at, where), clock(one.ends_at, where)
    return (name, there.date().isoformat(), *times, str(one.minutes), one.reason, one.uid)


def names_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names by ambassadors' ids."""
    rows = session.execute(
        select(Ambassador.id, User.name).join(Ambassador.user).where(Ambassador.id.in_(ids))
    )
    return {row.id: row.name for row in rows}
