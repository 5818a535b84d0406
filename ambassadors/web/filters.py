"""What templates can say: moments and zones in words, initials, languages, scores."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby

from flask import Flask, current_app, request, session
from flask_login import current_user
from markupsafe import Markup

from ambassadors.core import moments, zones
from ambassadors.core.fit import fits
from ambassadors.web.languages import name_of

SITE_NAME = "AIM Student Ambassadors"
PORTRAITS = 6  # colours of portraits in static/css/tokens.css
SHARED = 16_384  # moments in words that pages share: the same starts are shown again and again
CLOSENESS = ((80, "Very close match"), (60, "Close match"), (40, "Good match"), (20, "Fair match"))


def register(app: Flask) -> None:
    """Adds the filters and globals that any template may use."""
    filters = (long_time, short_time, day, clock, iso, initials, tint, closeness, joined)
    for one in filters:
        app.add_template_filter(one)
    app.add_template_filter(date_in_words)
    app.add_template_filter(date_of)
    app.add_template_filter(past_hour)
    app.add_template_filter(span_of_days)
    app.add_template_filter(moments.long_day)
    app.add_template_filter(lru_cache(maxsize=1024)(moments.city), "city")
    app.add_template_filter(moments.place, "zone_place")
    app.add_template_filter(name_of, "language")
    app.add_template_filter(in_languages)
    app.add_template_global(zone_options)
    app.add_template_global(has_flashes)
    app.add_template_global(fits)
    # A proxy: pages that do not look at it load no user and touch no session.
    app.jinja_env.globals |= {"site_name": SITE_NAME, "current_user": current_user}


def long_time(moment: datetime, zone: str) -> str:
    """ "Tuesday, December 9, 2026, 3:30 pm" there."""
    return f"{moments.long_day(moment, zone)}, {moments.clock(moment, zone)}"


@lru_cache(maxsize=SHARED)
def short_time(moment: datetime, zone: str) -> str:
    """ "Tue, Dec 9, 3:30 pm" there."""
    there = moment.astimezone(zones.zone(zone))
    weekday, month = moments.WEEKDAYS[there.weekday()], moments.MONTHS[there.month - 1]
    return f"{weekday[:3]}, {month[:3]} {there.day}, {moments.clock(moment, zone)}"


def day(moment: datetime, zone: str) -> str:
    """ "Tuesday, December 9" there."""
    return moments.long_day(moment, zone).rpartition(",")[0]


def date_in_words(day: date) -> str:
    """ "Tuesday, December 9"."""
    return f"{moments.WEEKDAYS[day.weekday()]}, {moments.MONTHS[day.month - 1]} {day.day}"


def date_of(moment: datetime, zone: str) -> date:
    """The date there."""
    return moment.astimezone(zones.zone(zone)).date()


@lru_cache(maxsize=SHARED)
def past_hour(moment: datetime, zone: str) -> str:
    """ ":15" there: the minutes alone."""
    return f"{moment.astimezone(zones.zone(zone)):%M}".rjust(3, ":")


def span_of_days(first: date, last: date) -> str:
    """ "December 7 – 13" or "November 30 – December 6"."""
    begin = f"{moments.MONTHS[first.month - 1]} {first.day}"
    month = "" if first.month == last.month else f"{moments.MONTHS[last.month - 1]} "
    return f"{begin} – {month}{last.day}"


@lru_cache(maxsize=SHARED)
def clock(moment: datetime, zone: str) -> str:
    """ "3:30 pm" there."""
    return moments.clock(moment, zone)


@lru_cache(maxsize=SHARED)
def iso(moment: datetime) -> str:
    """ "2026-12-09T20:30:00Z", for machines."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """The first letters of the first and the last word: "MO" for "Maya de Oliveira"."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    ends = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()


@lru_cache(maxsize=4096)
def tint(name: str) -> int:
    """Which of the portraits' colours a name gets, always the same."""
    return blake2b(name.encode(), digest_size=2).digest()[0] % PORTRAITS + 1


def closeness(score: int) -> str:
    """A score (0–100) in words."""
    return next((words for least, words in CLOSENESS if score >= least), "Some overlap")


@lru_cache(maxsize=1024)
def in_languages(tags: tuple[str, ...]) -> str:
    """ "English, Hindi and Marathi"."""
    return joined(name_of(tag) for tag in tags)


def joined(words: Iterable[object], last: str = "and") -> str:
    """ "a, b and c"; numbers will do, too."""
    *others, end = map(str, words)
    return f"{', '.join(others)} {last} {end}" if others else end


def zone_options(chosen: str = "") -> Markup:
    """The options of a list of zones, by region; `chosen` is today's name of one, or empty."""
    options = _zone_options()
    if not chosen:
        return options
    value = f"value={chosen}>"
    # Of our own names only; Markup's own replace would escape the bracket.
    return Markup(str(options).replace(value, f"{value[:-1]} selected>", 1))  # noqa: S704


@lru_cache(maxsize=1)
def _zone_options() -> Markup:
    """Every zone, none selected; made once because it never changes while we run.

    Four hundred lines on every page with times, so without the quotes and ends that HTML allows
    to be left out; names of zones need none.
    """
    groups = []
    for region, names in groupby(zones.offered(), key=lambda name: name.partition("/")[0]):
        inside = Markup().join(
            Markup("<option value={}>{}").format(name, _zone_label(name)) for name in names
        )
        groups.append(Markup('<optgroup label="{}">{}</optgroup>').format(region, inside))
    return Markup().join(groups)


def _zone_label(name: str) -> str:
    """ "Buenos Aires, Argentina" for America/Argentina/Buenos_Aires."""
    if name == "America/New_York":
        return "New York, Boston"
    parts = name.replace("_", " ").split("/")
    return ", ".join(reversed(parts[1:])) or name


def has_flashes() -> bool:
    """Whether a message waits; asks the session only of those who have one."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "_flashes" in session
