"""Moments and zones in words people read: long, and never open to two readings.

English words are spelled out here, other languages' come from Babel (CLDR), none from the
machine's locale. Moments are aware; zones are IANA names, old aliases understood; an unknown one
is Refused. The language comes last: see `shown` in `core/said.py`.
"""

from datetime import datetime

from babel import dates

from ambassadors.core.said import ENGLISH, Language, said, say
from ambassadors.core.zones import canonical
from ambassadors.core.zones import zone as tz

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# People of the programme say its own city for its zone.
CITIES = {"America/New_York": said("Boston")}


def city(zone: str, language: Language = ENGLISH) -> str:
    """The city a zone is known by: "Kolkata", "Los Angeles"; "UTC" stays "UTC"."""
    zone = canonical(zone) or zone
    if language.locale != "en":
        return _city_elsewhere(zone, language)
    return str(CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " "))


def _city_elsewhere(zone: str, language: Language) -> str:
    if zone in CITIES:
        return str(say(CITIES[zone], language))
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.rsplit("/", 1)[-1]
    return dates.get_timezone_location(zone, locale=language.locale, return_city=True)


def offset(moment: datetime, zone: str) -> str:
    """The zone's distance from UTC at that moment: "UTC+5:30", "UTC−4"; at none, "UTC"."""
    distance = moment.astimezone(tz(zone)).utcoffset()
    minutes = 0 if distance is None else int(distance.total_seconds() // 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def long_day(moment: datetime, zone: str, language: Language = ENGLISH) -> str:
    """The date there: "Wednesday, December 9, 2026"."""
    there = moment.astimezone(tz(zone))
    if language.locale != "en":
        return dates.format_date(there.date(), "full", locale=language.locale)
    return f"{WEEKDAYS[there.weekday()]}, {MONTHS[there.month - 1]} {there.day}, {there.year}"


def clock(moment: datetime, zone: str, language: Language = ENGLISH) -> str:
    """The time of day there: "3:30 pm"."""
    there = moment.astimezone(tz(zone))
    if language.locale != "en":
        return dates.format_time(there.time(), "short", locale=language.locale)
    return f"{(there.hour - 1) % 12 + 1}:{there.minute:02} {'am' if there.hour < 12 else 'pm'}"


def clocks(start: datetime, end: datetime, zone: str, language: Language = ENGLISH) -> str:
    """From when until when there: "3:30 pm – 4:00 pm"."""
    return f"{clock(start, zone, language)} – {clock(end, zone, language)}"


def long_time(moment: datetime, zone: str, language: Language = ENGLISH) -> str:
    """Date and time of day there: "Wednesday, December 9, 2026, 3:30 pm"."""
    between = " " if language.locale.startswith(("zh", "ja")) else ", "
    return f"{long_day(moment, zone, language)}{between}{clock(moment, zone, language)}"


def spoken(moment: datetime, zone: str, language: Language = ENGLISH) -> str:
    """The whole moment there: "Wednesday, December 9, 2026, 3:30 pm (Kolkata)"."""
    return f"{long_time(moment, zone, language)} ({city(zone, language)})"


def place(moment: datetime, zone: str, language: Language = ENGLISH) -> str:
    """Where the clock hangs, beyond doubt: "Kolkata (Asia/Kolkata, UTC+5:30)"."""
    name = tz(zone).key
    if name == "UTC":
        return name
    return f"{city(name, language)} ({name}, {offset(moment, name)})"
