"""What ambassadors type about themselves and their hours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from werkzeug.datastructures import MultiDict

from ambassadors.core.hours import DayHours, TimeOff, WeeklySpan
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import Rules
from ambassadors.core.zones import zone as tz
from ambassadors.models import Ambassador
from ambassadors.services.roster import Profile, interest_keys
from ambassadors.services.timetable import LENGTHS, Timetable, hours_of, hours_on
from ambassadors.web.forms.hours import format_day, parse_day, parse_parts
from ambassadors.web.forms.refusals import refusals

Values = MultiDict[str, str]
Row = tuple[str, str, str]

MOST_ROWS = 200
# Name, label, hint, least and most; notice is typed in hours and kept in minutes.
NUMBERS = (
    ("before", said("Break before a chat, in minutes"), "", 0, 240),
    ("after", said("Break after a chat, in minutes"), "", 0, 240),
    (
        "notice",
        said("Notice, in hours"),
        said("How long before a chat it can be booked at the latest."),
        0,
        336,
    ),
    ("horizon", said("How far ahead, in days"), "", 1, 180),
    ("daily_cap", said("At most this many chats a day"), "", 0, 24),
    ("weekly_cap", said("At most this many chats a week"), said("Weeks begin on Monday."), 0, 100),
)


def read_profile(values: Values) -> Profile:
    """The profile as typed; services.roster says what is wrong with it."""
    return Profile(
        name=values.get("name", ""),
        bio=values.get("bio", ""),
        languages=tuple(dict.fromkeys(values.getlist("language"))),
        zone=values.get("zone", ""),
        meeting_url=values.get("meeting_url", ""),
        meeting_place=values.get("meeting_place", ""),
        interests=tuple(dict.fromkeys(values.getlist("interest"))),
    )


def profile_of(ambassador: Ambassador) -> Profile:
    """The profile as it is kept."""
    return Profile(
        name=ambassador.name,
        bio=ambassador.bio,
        languages=tuple(ambassador.languages),
        zone=ambassador.time_zone,
        meeting_url=ambassador.meeting_url,
        meeting_place=ambassador.meeting_place,
        interests=interest_keys(ambassador),
    )


@dataclass(frozen=True)
class HoursForm:
    """The fields of the hours editor as text: days from Monday, rows of (day, hours, note) and of
    (first, last, note), numbers by name, and the length that the preview shows.
    """

    days: tuple[str, ...]
    exceptions: tuple[Row, ...]
    time_off: tuple[Row, ...]
    lengths: frozenset[str]
    numbers: Mapping[str, str]
    minutes: str = "30"


def form_of(timetable: Timetable) -> HoursForm:
    """The fields that show a timetable."""
    rules = timetable.rules
    hours = rules.notice / 60
    numbers = {"before": rules.before, "after": rules.after, "horizon": rules.horizon}
    numbers |= {"daily_cap": rules.daily_cap, "weekly_cap": rules.weekly_cap}
    return HoursForm(
        days=tuple(
            format_day((s.start, s.end) for s in timetable.weekly if s.weekday == weekday)
            for weekday in range(7)
        ),
        exceptions=tuple(
            (one.day.isoformat(), format_day(one.spans), timetable.day_notes.get(one.day, ""))
            for one in timetable.exceptions
        ),
        time_off=tuple(
            (one.first.isoformat(), one.last.isoformat(), timetable.off_notes.get(one.first, ""))
            for one in timetable.time_off
        ),
        lengths=frozenset(map(str, rules.lengths)),
        numbers={name: str(value) for name, value in numbers.items()} | {"notice": f"{hours:g}"},
        minutes="30" if 30 in rules.lengths else str(min(rules.lengths, default=30)),
    )


def read_form(values: Values) -> HoursForm:
    """The fields as typed."""
    return HoursForm(
        days=tuple(values.get(f"day-{number}", "") for number in range(7)),
        exceptions=read_rows(values, "exception-day", "exception-hours", "exception-note"),
        time_off=read_rows(values, "off-first", "off-last", "off-note"),
        lengths=frozenset(values.getlist("lengths")),
        numbers={name: values.get(name, "") for name, *_ in NUMBERS},
        minutes=values.get("minutes", "30"),
    )


def read_rows(values: Values, *names: str) -> tuple[Row, ...]:
    """Fields that come several times, row by row; a row without its first field is no row."""
    columns = [values.getlist(name)[:MOST_ROWS] for name in names]
    rows = zip(*columns, strict=False)
    return tuple((a, b, c) for a, b, c in rows if a.strip())


def read_timetable(form: HoursForm) -> Timetable:
    """The timetable that the fields describe; Refused for what cannot be read."""
    exceptions, time_off = read_exceptions(form), read_time_off(form)
    return Timetable(
        weekly=tuple(read_weekly(form)),
        exceptions=exceptions,
        time_off=time_off,
        rules=read_rules(form),
        day_notes={one.day: row[2] for one, row in zip(exceptions, form.exceptions, strict=True)},
        off_notes={one.first: row[2] for one, row in zip(time_off, form.time_off, strict=True)},
    )


def wrong_hours(form: HoursForm) -> dict[str, str]:
    """What is wrong with each field by itself, by its id, in the order of the form."""
    days = (
        partial(parse_day, text, hours_of(weekday), f"day-{weekday}")
        for weekday, text in enumerate(form.days)
    )
    numbers = (partial(read_number, form, name, label) for name, label, *_ in NUMBERS)
    dated = (partial(read_exceptions, form), partial(read_time_off, form))
    return dict(refusals([*days, *dated, *numbers]))


def read_exceptions(form: HoursForm) -> tuple[DayHours, ...]:
    """Hours of single dates."""
    return tuple(
        DayHours(read_date(day, "exceptions"), parse_day(hours, hours_on(day), "exceptions"))
        for day, hours, _ in form.exceptions
    )


def read_time_off(form: HoursForm) -> tuple[TimeOff, ...]:
    """Days without hours."""
    return tuple(
        TimeOff(read_date(first, "time-off"), read_date(last or first, "time-off"))
        for first, last, _ in form.time_off
    )


def read_weekly(form: HoursForm) -> Iterator[WeeklySpan]:
    """The weekly hours, from Monday."""
    for weekday, text in enumerate(form.days):
        for start, end in parse_day(text, hours_of(weekday), f"day-{weekday}"):
            yield WeeklySpan(weekday, start, end)


def read_rules(form: HoursForm) -> Rules:
    """The rules; whether they make sense, services.timetable says."""
    numbers = {name: read_number(form, name, label) for name, label, *_ in NUMBERS}
    return Rules(
        lengths=tuple(length for length in LENGTHS if str(length) in form.lengths),
        before=int(numbers["before"]),
        after=int(numbers["after"]),
        notice=round(numbers["notice"] * 60),
        horizon=int(numbers["horizon"]),
        daily_cap=int(numbers["daily_cap"]),
        weekly_cap=int(numbers["weekly_cap"]),
    )


def read_number(form: HoursForm, name: str, label: str) -> float:
    """A number as typed; only notice may have a fraction."""
    text = form.numbers.get(name, "").strip()
    whole, _, part = text.partition(".")
    digits = whole + part
    fraction_fits = not part or name == "notice"
    if not (digits.isascii() and digits.isdigit() and len(text) <= 6 and fraction_fits and whole):
        raise Refused(said("“{label}” must be a number.", label=label), field=name)
    return float(text)


def copy_day(form: HoursForm, values: Values) -> HoursForm:
    """The fields with the hours of one weekday (0 is Monday) written over those of others."""
    source, onto = values.get("copy-from", ""), values.getlist("copy-to")
    names = [str(number) for number in range(7)]
    if source not in names:
        raise Refused(said("Choose a day to copy."), field="copy-from")
    if not set(onto) & set(names):
        raise Refused(said("Choose the days to copy it to."), field="copy-to")
    text = form.days[int(source)]
    days = (text if name in onto else kept for name, kept in zip(names, form.days, strict=True))
    return replace(form, days=tuple(days))


def say_joined(form: HoursForm) -> Iterator[str]:
    """A sentence for each text with spans that overlap or touch: they count as one."""
    for weekday, text in enumerate(form.days):
        yield from joined(text, hours_of(weekday))
    for day, text, _ in form.exceptions:
        yield from joined(text, hours_on(day))


def joined(text: str, what: str) -> Iterator[str]:
    """The sentence for one text that can be read, if it needs one."""
    spans = parse_day(text, what, "")
    if len(spans) < len(parse_parts(text, what, "")):
        yield said(
            "{what} overlapped or touched, so they are joined: {hours}.",
            what=what,
            hours=format_day(spans),
        )


def read_date(text: str, field: str) -> date:
    """A date that a calendar has, of this century or the next."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(said("“{text}” is not a date.", text=text[:20]), field=field) from None
    if not 2000 < day.year < 2200:
        raise Refused(said("“{text}” is too far away.", text=text[:20]), field=field)
    return day


def read_moment(day: str, clock: str, zone: str) -> datetime:
    """A date and a time of day in a zone, as a moment. Refused when no clock there shows it."""
    date_there = read_date(day, "why-day")
    try:
        there = datetime.fromisoformat(f"{date_there.isoformat()}T{clock.strip()}")
    except ValueError:
        raise Refused(said("Say a time such as 14:30."), field="why-time") from None
    moment = there.replace(tzinfo=tz(zone), second=0, microsecond=0).astimezone(UTC)
    if moment.astimezone(tz(zone)).replace(tzinfo=None) != there.replace(second=0, microsecond=0):
        raise Refused(said("That time does not exist: clocks go forward then."), field="why-time")
    return moment
