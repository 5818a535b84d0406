"""Half-open spans of epoch minutes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.core.spans import ceil_minute_of, merge, minute_of, moment_of, pad, subtract

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)
MODERATE = settings(max_examples=60, deadline=None, derandomize=True)


def minutes(spans):
    return {minute for start, end in spans for minute in range(start, end)}


def test_spans_that_overlap_or_touch_become_one():
    assert merge([(5, 9), (0, 3), (3, 4), (8, 12), (20, 20)]) == [(0, 4), (5, 12)]


def test_a_cut_leaves_what_lies_before_and_after_it():
    assert subtract([(0, 10), (20, 30)], [(3, 5), (8, 22)]) == [(0, 3), (5, 8), (22, 30)]


def test_padding_makes_spans_longer_and_never_something_of_nothing():
    assert pad([(10, 20), (24, 30), (50, 50)], before=3, after=2) == [(7, 32)]


@MODERATE
@given(SPANS, SPANS)
def test_spans_behave_as_sets_of_minutes(spans, cuts):
    assert minutes(merge(spans)) == minutes(spans)
    assert minutes(subtract(spans, cuts)) == minutes(spans) - minutes(cuts)
    assert subtract(spans, cuts) == merge(subtract(spans, cuts))


def test_a_moment_lies_in_the_minute_that_began_before_it():
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    moment = datetime(1970, 1, 1, 6, 45, 59, tzinfo=kathmandu)
    assert (minute_of(moment), ceil_minute_of(moment)) == (60, 61)


def test_a_whole_minute_is_its_own_floor_and_ceiling():
    moment = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert (minute_of(moment), ceil_minute_of(moment)) == (29549220, 29549220)
    assert moment_of(29549220) == moment


def test_moments_before_1970_count_downwards():
    moment = datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC)
    assert (minute_of(moment), ceil_minute_of(moment)) == (-1, 0)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        minute_of(datetime(2026, 3, 8, 7, 0))  # noqa: DTZ001 - that is what is refused
