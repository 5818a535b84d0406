"""An ambassador's own timetable: weekly hours, exceptions, time off, the rules of their slots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from ambassadors.core.hours import DayHours, Hours, TimeOff, WallSpans, WeeklySpan, local_date
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, shown
from ambassadors.core.settings.rules import check_bounds
from ambassadors.core.slots import Rules
from ambassadors.core.spans import DAY, minute_of
from ambassadors.core.text import one_line
from ambassadors.core.wording import weekday_text
from ambassadors.models import Ambassador, HoursException, WeeklyHours
from ambassadors.models import TimeOff as TimeOffRow
from ambassadors.services.roster import lock
from ambassadors.services.settings.current import current

LENGTHS = (20, 30, 45)
MOST_DATED = 200
LONGEST_NOTE = 200
# Rule, least, most, and how a sentence names it: the limits are those of the table's own checks.
LIMITS = (
    ("before", 0, 240, said("The break before a chat"), said("minutes")),
    ("after", 0, 240, said("The break after a chat"), said("minutes")),
    ("notice", 0, 20160, said("The notice"), said("minutes (14 days)")),
    ("horizon", 1, 180, said("How far ahead chats can be booked"), said("days")),
    ("daily_cap", 0, 24, said("The cap of a day"), said("chats")),
    ("weekly_cap", 0, 100, said("The cap of a week"), said("chats")),
)


@dataclass(frozen=True)
class Timetable:
    """Hours with their rules. Notes, by date or first date, are for the ambassador alone."""

    weekly: tuple[WeeklySpan, ...] = ()
    exceptions: tuple[DayHours, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    rules: Rules = field(default_factory=Rules)
    day_notes: Mapping[date, str] = field(default_factory=dict)
    off_notes: Mapping[date, str] = field(default_factory=dict)

    def hours(self, zone: str) -> Hours:
        """The hours, in the wall time of a zone."""
        return Hours(zone, self.weekly, self.exceptions, self.time_off)


def read(ambassador: Ambassador, today: date | None = None) -> Timetable:
    """The timetable as it is kept; with `today`, less what is over by then."""
    exceptions = [row for row in ambassador.exceptions if today is None or row.day >= today]
    time_off = [row for row in ambassador.time_off if today is None or row.last_day >= today]
    return Timetable(
        tuple(WeeklySpan(r.weekday, r.start_minute, r.end_minute) for r in ambassador.weekly_hours),
        tuple(DayHours(row.day, wall_spans(row.spans)) for row in exceptions),
        tuple(TimeOff(row.first_day, row.last_day) for row in time_off),
        rules_of(ambassador),
        {row.day: row.note for row in exceptions},
        {row.first_day: row.note for row in time_off},
    )


def wall_spans(spans: Iterable[Sequence[int]]) -> WallSpans:
    """Spans as JSON keeps them, as the hours take them."""
    return tuple((start, end) for start, end in spans)


def rules_of(ambassador: Ambassador) -> Rules:
    """The rules of their slots."""
    return Rules(
        tuple(ambassador.lengths),
        ambassador.buffer_before,
        ambassador.buffer_after,
        ambassador.notice_minutes,
        ambassador.horizon_days,
        ambassador.daily_cap,
        ambassador.weekly_cap,
    )


def today_of(ambassador: Ambassador, now: datetime) -> date:
    """The date where the ambassador's hours are."""
    return local_date(ambassador.time_zone, minute_of(now))


def edit(session: Session, ambassador_id: int, timetable: Timetable, now: datetime) -> Ambassador:
    """Saves a timetable; booked chats stay where they are, days that are over as they were.

    Refused with a sentence and the field at fault when it makes no sense.
    """
    check(timetable)
    check_bounds(timetable.rules, current(session).house)
    ambassador = lock(session, ambassador_id)
    save_rules(ambassador, timetable.rules, now)
    save_weekly(ambassador, timetable.weekly)
    today = today_of(ambassador, now)
    save_exceptions(session, ambassador, timetable, today)
    save_time_off(session, ambassador, timetable, today)
    ambassador.changed_at = now
    session.flush()
    return ambassador


def save_rules(ambassador: Ambassador, rules: Rules, now: datetime) -> None:
    """Writes the rules into the row."""
    if (ambassador.daily_cap, ambassador.weekly_cap) != (rules.daily_cap, rules.weekly_cap):
        ambassador.caps_changed_at = now
    ambassador.lengths = sorted(set(rules.lengths))
    ambassador.buffer_before, ambassador.buffer_after = rules.before, rules.after
    ambassador.notice_minutes, ambassador.horizon_days = rules.notice, rules.horizon
    ambassador.daily_cap, ambassador.weekly_cap = rules.daily_cap, rules.weekly_cap


def save_weekly(ambassador: Ambassador, weekly: Sequence[WeeklySpan]) -> None:
    """Replaces the weekly hours, if they differ."""
    ordered = sorted((span.weekday, span.start, span.end) for span in weekly)
    kept = [(row.weekday, row.start_minute, row.end_minute) for row in ambassador.weekly_hours]
    if ordered != sorted(kept):
        ambassador.weekly_hours = [
            WeeklyHours(weekday=weekday, start_minute=start, end_minute=end)
            for weekday, start, end in ordered
        ]


def save_exceptions(
    session: Session, ambassador: Ambassador, timetable: Timetable, today: date
) -> None:
    """Replaces the exceptions from `today` on; the old rows must go before a date comes again."""
    over = [row for row in ambassador.exceptions if row.day < today]
    ambassador.exceptions = over
    session.flush()
    ambassador.exceptions = over + [
        HoursException(
            day=one.day,
            spans=[list(span) for span in sorted(one.spans)],
            note=note_of(timetable.day_notes, one.day),
        )
        for one in sorted(timetable.exceptions, key=lambda one: one.day)
        if one.day >= today
    ]


def save_time_off(
    session: Session, ambassador: Ambassador, timetable: Timetable, today: date
) -> None:
    """Replaces the time off that is not over."""
    over = [row for row in ambassador.time_off if row.last_day < today]
    ambassador.time_off = over + [
        TimeOffRow(
            first_day=one.first, last_day=one.last, note=note_of(timetable.off_notes, one.first)
        )
        for one in sorted(timetable.time_off, key=lambda one: (one.first, one.last))
        if one.last >= today
    ]


def note_of(notes: Mapping[date, str], day: date) -> str:
    """A note on one line, as long as its column."""
    return one_line(notes.get(day, ""), LONGEST_NOTE)


def hours_of(weekday: int) -> str:
    """How a sentence names the hours of a weekday; 0 is Monday."""
    return said("{day}’s hours", day=shown(weekday_text, weekday))


def hours_on(day: str) -> str:
    """How a sentence names the hours of a date."""
    return said("The hours on {day}", day=day)


def check(timetable: Timetable) -> None:
    """Refuses what makes no sense, naming the field."""
    check_rules(timetable.rules)
    for number in range(7):
        spans = [(span.start, span.end) for span in timetable.weekly if span.weekday == number]
        check_spans(spans, hours_of(number), f"day-{number}")
    if len(timetable.exceptions) + len(timetable.time_off) > MOST_DATED:
        raise Refused(
            said("At most {most_dated} exceptions can be kept.", most_dated=MOST_DATED),
            field="exceptions",
        )
    days = sorted(one.day for one in timetable.exceptions)
    for one, other in pairwise(days):
        if one == other:
            raise Refused(
                said("There are two exceptions on {one}.", one=one.isoformat()), field="exceptions"
            )
    for exception in timetable.exceptions:
        check_spans(exception.spans, hours_on(exception.day.isoformat()), "exceptions")
    for off in timetable.time_off:
        if off.first > off.last:
            raise Refused(said("Time off must end on its first day or later."), field="time-off")


def check_rules(rules: Rules) -> None:
    """Refuses rules that the table would not take."""
    if not rules.lengths or not set(rules.lengths) <= set(LENGTHS):
        raise Refused(said("Choose at least one length: 20, 30 or 45 minutes."), field="lengths")
    for name, least, most, what, unit in LIMITS:
        if not least <= getattr(rules, name) <= most:
            raise Refused(
                said(
                    "{what} must be from {least} to {most} {unit}.",
                    what=what,
                    least=least,
                    most=most,
                    unit=unit,
                ),
                field=name,
            )


def wall_clock(minute: int) -> str:
    """A wall minute of the day as `09:30`; its end as `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def check_spans(spans: Sequence[tuple[int, int]], what: str, field_name: str) -> None:
    """Refuses spans that lie outside of a day, end before they begin, or overlap."""
    ordered = sorted(spans)
    for start, end in ordered:
        if not 0 <= start < end <= DAY:
            raise Refused(
                said(
                    "{what}: {wall_clock}–{wall_clock2} must end after it begins, on the same day.",
                    what=what,
                    wall_clock=wall_clock(start),
                    wall_clock2=wall_clock(end),
                ),
                field=field_name,
            )
    for (first, end), (start, last) in pairwise(ordered):
        if start < end:
            one, other = f"{wall_clock(first)}–{wall_clock(end)}", wall_clock(start)
            raise Refused(
                said(
                    "{what}: {one} and {other}–{wall_clock} overlap.",
                    what=what,
                    one=one,
                    other=other,
                    wall_clock=wall_clock(last),
                ),
                field=field_name,
            )
