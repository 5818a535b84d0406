"""When two people can meet: an ambassador's free starts and a prospect's waking hours."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ambassadors.core.capacity import Free
from ambassadors.core.hours import Hours, WeeklySpan, plain_spans
from ambassadors.core.spans import DAY
from ambassadors.core.waking import Awake


def meeting_table(waking: Sequence[Awake], everyone: Sequence[Free]) -> npt.NDArray[np.bool_]:
    """Whether some free start lies within waking hours, to its end.

    A row for each of `waking`, a column for each ambassador.
    """
    table = np.zeros((len(waking), len(everyone)), bool)
    owners = np.repeat(np.arange(len(everyone)), [len(one.starts) for one in everyone])
    if not owners.size:
        return table
    begins = np.array([start for one in everyone for start in one.starts], np.int64)
    ends = begins + np.array([one.minutes for one in everyone], np.int64)[owners]
    for row, awake in enumerate(waking):
        spans = np.array(_spans(awake, int(begins.min()), int(ends.max())), np.int64)
        place = np.searchsorted(spans[:, 0], begins, "right") - 1
        fits = (place >= 0) & (ends <= spans[place, 1])
        table[row] = np.bincount(owners[fits], minlength=len(everyone)) > 0
    return table


def _spans(awake: Awake, first: int, last: int) -> list[tuple[int, int]]:
    """When somebody is awake; a day more at either end, so never without a span."""
    weekly = tuple(WeeklySpan(day, *awake.waking) for day in range(7))
    return plain_spans(Hours(awake.zone, weekly), first - 2 * DAY, last + 2 * DAY)
