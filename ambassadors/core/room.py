"""Whether there is room for a chat: inside the hours, free of others, within the caps."""

from collections.abc import Iterable
from datetime import timedelta

from ambassadors.core.diaries import Diary
from ambassadors.core.hours import is_open, local_date
from ambassadors.core.spans import Span


def could_take(diary: Diary, start: int, minutes: int) -> bool:
    """Whether a chat that is booked already fits here: inside the hours, free, within the caps.

    Notice, grid and lengths are for new bookings; a chat that is handed over keeps its time.
    """
    return (
        diary.active
        and is_open(diary.hours, start, start + minutes)
        and not blocked_by(diary, start, minutes)
        and not full_by(diary, start, minutes)
    )


def blocked_by(diary: Diary, start: int, minutes: int) -> str:
    """The code of what stands in the way of a chat with its breaks, empty for nothing."""
    first, after = start - diary.rules.before, start + minutes + diary.rules.after
    if _overlaps(diary.taken, first, after):
        return "taken"
    return "busy" if _overlaps(diary.busy, first, after) else ""


def full_by(diary: Diary, start: int, minutes: int) -> str:
    """The code of the cap that a chat would exceed, "none" where none is taken, empty for none."""
    rules, zone, guard = diary.rules, diary.hours.zone, diary.guard
    if rules.daily_cap <= 0 or rules.weekly_cap <= 0:
        return "none"
    day = local_date(zone, start)
    if diary.chats_on.get(day, 0) >= diary.cap_on(day):
        return "day-full"
    monday = day - timedelta(days=day.weekday())
    if diary.chats_in_week.get(monday, 0) >= rules.weekly_cap:
        return "week-full"
    return "work-full" if guard and guard.forbids(diary.worked, start, minutes) else ""


def _overlaps(spans: Iterable[Span], first: int, after: int) -> bool:
    return any(start < after and first < end and start < end for start, end in spans)
