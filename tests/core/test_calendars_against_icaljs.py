"""Random calendars across clock changes, read by ical.js and by us."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.core.calendars import busy_spans
from ambassadors.core.spans import merge
from tests.core.icaljs import engine, expand
from tests.core.random_calendars import draw


@pytest.fixture(scope="module")
def icaljs():
    with engine() as context:
        yield context


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_ical_js_and_we_find_the_same_busy_spans(icaljs, seed):
    drawn = draw(seed)
    theirs = expand(icaljs, drawn.ics, drawn.start, drawn.end)
    clipped = [(max(begin, drawn.start), min(end, drawn.end)) for begin, end in theirs]
    found = busy_spans(drawn.ics, drawn.start, drawn.end, "UTC")
    assert found.problems == ()
    assert list(found.spans) == [tuple(span) for span in merge(clipped)]
