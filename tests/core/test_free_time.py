"""Hours left this week: open, not taken, not busy, within the caps."""

from datetime import UTC, date, datetime

import pytest

from ambassadors.core.free_time import minutes_left_this_week
from ambassadors.core.hours import Hours, WeeklySpan
from ambassadors.core.slots import Diary, Rules
from ambassadors.core.spans import Span, minute_of

MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
NINE_TO_FIVE = Hours("UTC", tuple(WeeklySpan(day, 540, 1020) for day in (0, 4)))
RULES = Rules(notice=0)
TEN = minute_of(MONDAY) + 120


@pytest.mark.parametrize(
    ("diary", "minutes"),
    [
        (Diary(NINE_TO_FIVE, RULES), 960),
        (Diary(NINE_TO_FIVE, RULES, taken=(Span(TEN, TEN + 40),)), 920),
        (Diary(NINE_TO_FIVE, RULES, busy=(Span(TEN, TEN + 480),)), 540),
        (Diary(NINE_TO_FIVE, RULES, chats_on={date(2027, 3, 1): 3}), 480),
        (Diary(NINE_TO_FIVE, RULES, chats_in_week={date(2027, 3, 1): 8}), 0),
        (Diary(NINE_TO_FIVE, Rules(notice=1440)), 480),
        (Diary(NINE_TO_FIVE, Rules(notice=0, weekly_cap=0)), 0),
        (Diary(NINE_TO_FIVE, RULES, active=False), 0),
    ],
)
def test_what_is_left_of_a_week(diary: Diary, minutes: int) -> None:
    assert minutes_left_this_week(diary, MONDAY) == minutes
