"""What templates can say: moments and zones in words, initials, languages, scores.

Words are in the reader's language. What many readers are shown again is kept by language, so that
pages of hundreds of times stay fast.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b

from babel import dates
from flask import Flask, current_app, request, session
from flask_login import current_user
from markupsafe import Markup, escape

from ambassadors.core import moments, wording, zones
from ambassadors.core.fit import fits
from ambassadors.core.said import Language, Said, said, say
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.web.languages import name_of
from ambassadors.web.speaking import language
from ambassadors.web.undoing import read_undo
from ambassadors.web.zone_lists import zone_options

SITE_NAME = "AIM Student Ambassadors"
PORTRAITS = 6  # colours of portraits in static/css/tokens.css
SHARED = 16_384  # moments in words that pages share: the same starts are shown again and again
CLOSENESS = (
    (80, said("Very close match")),
    (60, said("Close match")),
    (40, said("Good match")),
    (20, said("Fair match")),
)
SOME_OVERLAP = said("Some overlap")


def register(app: Flask) -> None:
    """Adds the filters and globals that any template may use."""
    filters = (long_time, short_time, day, clock, iso, initials, tint, closeness, joined)
    more = (date_in_words, date_of, past_hour, span_of_days, long_day, short_day)
    for one in (*filters, *more, short_weekday, city):
        app.add_template_filter(one)
    app.add_template_filter(moment_of, "moment")
    app.add_template_filter(minute_of, "minute")
    app.add_template_filter(in_languages)
    app.add_template_filter(zone_place)
    app.add_template_filter(read_undo)
    app.add_template_filter(language_name, "language")
    app.add_template_global(zone_options)
    app.add_template_global(has_flashes)
    app.add_template_global(fits)
    # A proxy: pages that do not look at it load no user and touch no session.
    app.jinja_env.globals |= {"site_name": SITE_NAME, "current_user": current_user}


def long_time(moment: datetime, zone: str) -> str:
    """ "Tuesday, December 9, 2026, 3:30 pm" there."""
    return moments.long_time(moment, zone, language())


def short_time(moment: datetime, zone: str) -> str:
    """ "Tue, Dec 9, 3:30 pm" there."""
    return _short_time(moment, zone, language())


@lru_cache(maxsize=SHARED)
def _short_time(moment: datetime, zone: str, language: Language) -> str:
    there = moment.astimezone(zones.zone(zone))
    clock = moments.clock(moment, zone, language)
    if language.locale != "en":
        return f"{dates.format_skeleton('MMMEd', there, locale=language.locale)} {clock}"
    weekday, month = moments.WEEKDAYS[there.weekday()], moments.MONTHS[there.month - 1]
    return f"{weekday[:3]}, {month[:3]} {there.day}, {clock}"


def day(moment: datetime, zone: str) -> str:
    """ "Tuesday, December 9" there."""
    return wording.date_text(date_of(moment, zone), language())


def long_day(moment: datetime, zone: str) -> str:
    """ "Tuesday, December 9, 2026" there."""
    return moments.long_day(moment, zone, language())


def date_in_words(day: date) -> str:
    """ "Tuesday, December 9"."""
    return wording.date_text(day, language())


def short_weekday(day: date) -> str:
    """ "Tue"."""
    if (locale := language().locale) != "en":
        return dates.format_date(day, "EEE", locale=locale)
    return moments.WEEKDAYS[day.weekday()][:3]


def short_day(day: date) -> str:
    """ "Tue 9"."""
    if (locale := language().locale) != "en":
        return dates.format_skeleton("Ed", day, locale=locale)
    return f"{moments.WEEKDAYS[day.weekday()][:3]} {day.day}"


def date_of(moment: datetime, zone: str) -> date:
    """The date there."""
    return moment.astimezone(zones.zone(zone)).date()


@lru_cache(maxsize=SHARED)
def past_hour(moment: datetime, zone: str) -> str:
    """ ":15" there: the minutes alone."""
    return f"{moment.astimezone(zones.zone(zone)):%M}".rjust(3, ":")


def span_of_days(first: date, last: date) -> str:
    """ "December 7 – 13" or "November 30 – December 6"."""
    if (locale := language().locale) != "en":
        return dates.format_interval(first, last, "MMMMd", locale=locale)
    begin = f"{moments.MONTHS[first.month - 1]} {first.day}"
    month = "" if first.month == last.month else f"{moments.MONTHS[last.month - 1]} "
    return f"{begin} – {month}{last.day}"


def clock(moment: datetime, zone: str) -> str:
    """ "3:30 pm" there."""
    return _clock(moment, zone, language())


_clock = lru_cache(maxsize=SHARED)(moments.clock)


def city(zone: str) -> str:
    """ "Kolkata"."""
    return _city(zone, language())


_city = lru_cache(maxsize=1024)(moments.city)


def zone_place(moment: datetime, zone: str) -> str:
    """ "Kolkata (Asia/Kolkata, UTC+5:30)"."""
    return moments.place(moment, zone, language())


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


def closeness(score: int) -> Said:
    """A score (0–100) in words."""
    return next((words for least, words in CLOSENESS if score >= least), SOME_OVERLAP)


def language_name(tag: str) -> str:
    """A language in words: "Hindi"."""
    return name_of(tag, language().locale)


def in_languages(tags: tuple[str, ...]) -> str:
    """ "English, Hindi and Marathi"."""
    return _in_languages(tags, language())


@lru_cache(maxsize=4096)
def _in_languages(tags: tuple[str, ...], language: Language) -> str:
    return wording.listed([name_of(tag, language.locale) for tag in tags], "and", language)


def joined(words: Iterable[object], last: str = "and") -> str:
    """ "a, b and c"; numbers will do, too. What is HTML already stays so."""
    spoken = language()
    told = [say(word, spoken) for word in words]
    if any(isinstance(one, Markup) for one in told):
        return Markup(wording.listed([str(escape(one)) for one in told], last, spoken))  # noqa: S704 - escaped
    return wording.listed([str(one) for one in told], last, spoken)


def has_flashes() -> bool:
    """Whether a message waits; asks the session only of those who have one."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "_flashes" in session
