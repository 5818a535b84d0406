"""Calendars for tests, written line by line."""

from datetime import UTC, datetime

from ambassadors.core.calendars import busy_spans

MARCH = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
NEW_YORK = "America/New_York"  # its clocks go forward on 8 March 2026, at 02:00


def calendar(*parts):
    """The bytes of a calendar with these lines or blocks of lines."""
    lines = [line.strip() for part in parts for line in part.strip().splitlines()]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(lines, uid="one@example.org"):
    return f"BEGIN:VEVENT\nUID:{uid}\n{lines}\nEND:VEVENT"


def read(*parts, zone=NEW_YORK, window=MARCH, **options):
    """What is read of a calendar with these parts in March 2026."""
    return busy_spans(calendar(*parts), *window, zone, **options)


def busy(*parts, **options):
    """The spans as `day hour:minute-hour:minute` (UTC), the end's day where it is another."""
    return texts(read(*parts, **options).spans)


def texts(spans):
    return [
        f"{begin:%d %H:%M}-{end:%H:%M}"
        if begin.date() == end.date()
        else f"{begin:%d %H:%M}-{end:%d %H:%M}"
        for begin, end in spans
    ]
