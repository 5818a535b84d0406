"""Calendars that mean no good, each read in the real process with its real limits."""

from datetime import UTC, datetime

import pytest

from ambassadors.core.refused import Refused
from ambassadors.remote.reading import read_busy
from tests.core.calendar_texts import NEW_YORK
from tests.core.hostile_calendars import ENDLESS, NO_CALENDAR, WITH_A_GOOD_EVENT

WINDOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 8, 28, tzinfo=UTC)
GOOD = datetime(2026, 3, 10, 14, tzinfo=UTC), datetime(2026, 3, 10, 15, tzinfo=UTC)


def holds(spans, wanted):
    return any(begin <= wanted[0] and wanted[1] <= end for begin, end in spans)


@pytest.mark.parametrize("name", WITH_A_GOOD_EVENT)
def test_the_good_event_is_kept_and_a_sentence_says_what_is_wrong(name):
    make, sentence = WITH_A_GOOD_EVENT[name]
    found = read_busy(make(), *WINDOW, NEW_YORK)
    assert holds(found.spans, GOOD)
    assert [text for text in found.problems if sentence in text]
    assert len(found.problems) <= 55


@pytest.mark.parametrize("name", ENDLESS)
def test_what_is_never_met_is_not_searched_for_ever(name):
    found = read_busy(ENDLESS[name](), *WINDOW, NEW_YORK)
    assert holds(found.spans, GOOD)
    assert found.problems == ()


@pytest.mark.parametrize("name", NO_CALENDAR)
def test_what_is_no_calendar_is_refused_in_a_sentence(name):
    make, sentence = NO_CALENDAR[name]
    with pytest.raises(Refused, match=sentence):
        read_busy(make(), *WINDOW, NEW_YORK)
