"""How long somebody who is asked may think about it."""

from datetime import UTC, datetime, timedelta

import pytest

from ambassadors.core.handoffs import answer_until

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("starts_in", "answer_in"),
    [(48 * HOUR, 12 * HOUR), (15 * HOUR, 12 * HOUR), (10 * HOUR, 7 * HOUR), (4 * HOUR, HOUR)],
)
def test_twelve_hours_but_not_later_than_three_before_the_start(starts_in, answer_in):
    assert answer_until(NOW + starts_in, NOW) == NOW + answer_in


@pytest.mark.parametrize("starts_in", [3 * HOUR, HOUR, -HOUR])
def test_within_three_hours_of_the_start_nobody_is_asked(starts_in):
    assert answer_until(NOW + starts_in, NOW) is None
