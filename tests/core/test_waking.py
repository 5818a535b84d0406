from datetime import UTC, datetime
from itertools import product

import pytest

from ambassadors.core.refused import Refused
from ambassadors.core.spans import minute_of
from ambassadors.core.waking import WAKING, Awake, clock, read_waking

MORNING = minute_of(datetime(2027, 3, 1, 12, 0, tzinfo=UTC))  # 07:00 in Boston, 17:30 in Kolkata


def test_a_chat_must_lie_within_waking_hours_to_its_end() -> None:
    boston = Awake("America/New_York")
    assert [boston.covers(MORNING + n, 30) for n in (-15, 0, 14 * 60 + 30, 14 * 60 + 45)] == [
        False,
        True,
        True,
        False,
    ]
    assert Awake("Asia/Kolkata", (18 * 60, 1440)).covers(MORNING, 30) is False


@pytest.mark.parametrize("waking", [WAKING, (0, 1440), (2 * 60, 3 * 60), (3 * 60, 4 * 60)])
def test_of_runs_of_starts_one_in_waking_hours_is_enough(waking: tuple[int, int]) -> None:
    boston = Awake("America/New_York", waking)
    changes = [datetime(2027, 3, 14, tzinfo=UTC), datetime(2027, 11, 7, tzinfo=UTC)]
    for night in map(minute_of, changes):
        for begin, length in product(range(night - 1440, night + 2880, 15), (15, 120, 1500)):
            run = range(begin, begin + length, 15)
            each = [boston.covers(one, 30) for one in run]
            assert boston.covers_any([run], 30) is any(each)
    assert boston.covers_any([], 30) is False


@pytest.mark.parametrize(
    ("texts", "waking"),
    [
        (("", ""), WAKING),
        (("09:30", ""), (570, WAKING[1])),
        (("00:00", "24:00"), (0, 1440)),
    ],
)
def test_waking_hours_are_read(texts: tuple[str, str], waking: tuple[int, int]) -> None:
    assert read_waking(*texts) == waking
    assert read_waking(*map(clock, waking)) == waking


@pytest.mark.parametrize(
    "texts",
    [
        ("7", ""),
        ("22:00", "07:00"),
        ("08:00", "08:00"),
        ("", "24:30"),
        ("٠٧:٠٠", ""),
        ("", "25:00"),
    ],
)
def test_waking_hours_that_make_no_sense_are_refused(texts: tuple[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        read_waking(*texts)
    assert refusal.value.field == "waking"
