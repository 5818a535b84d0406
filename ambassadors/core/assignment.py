"""Who talks with whom when many prospects wait: the best plan within everyone's cap, proven.

What is best is decided in this order: as many prospects placed as can be; the worst-off placed
one as well off as can be; the greatest total of points; the fewest changes against a previous
plan; load balanced relative to cap; then by what the rows hold, never by their order.

A rough auction says where to look; OR-tools finds the best plan on the arcs it names; dual prices
over all arcs prove that plan or show what is better, until it is proven.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.core.transport.bidding import auction, bar, bid_keys
from ambassadors.core.transport.canonical import content_order
from ambassadors.core.transport.placing import place_best
from ambassadors.core.transport.pruned import best_on_few_arcs
from ambassadors.core.transport.residual import Residual, weigh
from ambassadors.core.transport.seats import Seats

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int8]
Numbers = Sequence[Any] | npt.NDArray[Any]

HIGHEST_SCORE = 100
IMPOSSIBLE = -1


@dataclass(frozen=True, eq=False)
class Plan:
    """Who talks with whom.

    `choice`: for each prospect an ambassador's index, −1 where not placed. `prices`: for each
    ambassador the points that one more chat would bring to all together. `proven`: whether no
    better plan exists.
    """

    choice: Ints
    prices: Ints
    proven: bool


def assign(scores: Numbers, caps: Numbers, previous: Numbers | None = None) -> Plan:
    """The best plan for M prospects and N ambassadors.

    `scores`: M×N integers 0–100, −1 where the pair is impossible. `caps`: N integers ≥ 0, how
    many prospects each ambassador can take. `previous`: M ambassadors' indices or −1, the plan
    before. Raises ValueError, in a sentence, when these do not fit together.
    """
    limits = _read_caps(caps)
    table = _read_scores(scores, len(limits))
    before = _read_previous(previous, *table.shape)
    if not table.size:
        return Plan(np.full(len(table), -1), np.zeros(len(limits), np.int64), True)
    rows, cols = content_order(table, limits, before)
    place = np.append(np.argsort(cols), -1)
    choice, prices = _solve(table[rows].take(cols, axis=1), limits[cols], place[before[rows]])
    chosen = np.full(len(rows), -1)
    chosen[rows] = np.append(cols, -1)[choice]
    return Plan(chosen, prices[place[:-1]], True)


def _solve(scores: Scores, caps: Ints, previous: Ints) -> tuple[Ints, Ints]:
    """The plan and the prices, with rows and columns in an order of their own."""
    keys = bid_keys(scores, caps, previous)
    prices, rough = auction(keys, caps)
    sound, least = place_best(scores, caps, rough)
    count = int((sound >= 0).sum())
    if not count:
        return sound, np.zeros(len(caps), np.int64)
    bar(keys, scores, least)
    worths, idle = weigh(scores, previous, least)
    choice = best_on_few_arcs(keys, prices, [rough, sound, previous], worths, idle, caps, count)
    residual = Residual(worths, idle, Seats(choice, caps))
    residual.settle()
    return residual.seats.plan, residual.prices(scores)


def _read_caps(caps: Numbers) -> Ints:
    limits = _whole(caps, "caps")
    if limits.ndim != 1:
        raise ValueError("The caps must be one row of numbers, one for each ambassador.")
    if limits.size and limits.min() < 0:
        raise ValueError("A cap must not be negative.")
    return limits


def _read_scores(scores: Numbers, ambassadors: int) -> Scores:
    table = _whole(scores, "scores")
    if table.shape == (0,):
        table = table.reshape(0, ambassadors)
    if table.ndim != 2:
        raise ValueError("The scores must be a table: a row of numbers for each prospect.")
    if table.shape[1] != ambassadors:
        raise ValueError(
            f"There are {ambassadors} caps, but {table.shape[1]} scores for each prospect."
        )
    if table.size and not (table.min() >= IMPOSSIBLE and table.max() <= HIGHEST_SCORE):
        raise ValueError(f"A score must be from 0 to {HIGHEST_SCORE}, or −1 where impossible.")
    return table.astype(np.int8)


def _read_previous(previous: Numbers | None, prospects: int, ambassadors: int) -> Ints:
    if previous is None:
        return np.full(prospects, -1)
    before = _whole(previous, "previous plan")
    if before.shape != (prospects,):
        raise ValueError("The previous plan must have one number for each prospect.")
    if before.size and not (before.min() >= -1 and before.max() < ambassadors):
        raise ValueError("The previous plan names an ambassador that there is not.")
    return before


def _whole(numbers: Numbers, name: str) -> Ints:
    try:
        read = np.asarray(numbers)
    except ValueError as fault:
        raise ValueError(f"The {name} must be rows of the same length.") from fault
    if read.size and read.dtype.kind not in "iu":
        raise ValueError(f"The {name} must be whole numbers.")
    return read.astype(np.int64, copy=False)
