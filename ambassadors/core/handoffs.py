"""How long somebody who is asked to take a chat over may think about it."""

from datetime import datetime, timedelta

THINKING = timedelta(hours=12)
BEFORE_THE_START = timedelta(hours=3)


def answer_until(starts_at: datetime, now: datetime) -> datetime | None:
    """Until when the one who is asked at `now` may answer; None: too late to ask anybody.

    Twelve hours, but never later than three hours before the start, so that the prospect learns
    in time what became of the chat.
    """
    until = min(now + THINKING, starts_at - BEFORE_THE_START)
    return until if until > now else None
