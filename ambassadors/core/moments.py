"""Moments and zones in words people read: long, in English, and never open to two readings.

Words are spelled out here and not taken from the machine's locale. Moments are aware; zones are
IANA names, old aliases understood; an unknown one is Refused.
"""

from datetime import datetime

from ambassadors.core.zones import canonical
from ambassadors.core.zones import zone as tz

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# People of the programme say its own city for its zone.
CITIES = {"America/New_York": "Boston"}


def city(zone: str) -> str:
    """The city a zone is known by: "Kolkata", "Los Angeles"; "UTC" stays "UTC"."""
    zone = canonical(zone) or zone
    return CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " ")


def offset(moment: datetime, zone: str) -> str:
    """The zone's distance from UTC at that moment: "UTC+5:30", "UTC−4"; at none, "UTC"."""
    distance = moment.astimezone(tz(zone)).utcoffset()
    minutes = 0 if distance is None else int(distance.total_seconds() // 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def long_day(moment: datetime, zone: str) -> str:
    """The date there: "Wednesday, December 9, 2026"."""
    there = moment.astimezone(tz(zone))
    return f"{WEEKDAYS[there.weekday()]}, {MONTHS[there.month - 1]} {there.day}, {there.year}"


def clock(moment: datetime, zone: str) -> str:
    """The time of day there: "3:30 pm"."""
    there = moment.astimezone(tz(zone))
    return f"{(there.hour - 1) % 12 + 1}:{there.minute:02} {'am' if there.hour < 12 else 'pm'}"


def clocks(start: datetime, end: datetime, zone: str) -> str:
    """From when until when there: "3:30 pm – 4:00 pm"."""
    return f"{clock(start, zone)} – {clock(end, zone)}"


def spoken(moment: datetime, zone: str) -> str:
    """The whole moment there: "Wednesday, December 9, 2026, 3:30 pm (Kolkata)"."""
    return f"{long_day(moment, zone)}, {clock(moment, zone)} ({city(zone)})"


def place(moment: datetime, zone: str) -> str:
    """Where the clock hangs, beyond doubt: "Kolkata (Asia/Kolkata, UTC+5:30)"."""
    name = tz(zone).key
    if name == "UTC":
        return name
    return f"{city(name)} ({name}, {offset(moment, name)})"
