"""The best plan on few arcs, more of them added while their dual prices point to better ones."""

from collections.abc import Sequence

import numpy as np

from ambassadors.core.transport import bidding
from ambassadors.core.transport.bidding import Keys, arcs_of_note, wishes_to_move
from ambassadors.core.transport.flow import SPREAD, best_flow
from ambassadors.core.transport.residual import BARRED, POINT, Worths, relax
from ambassadors.core.transport.seats import Ints

ARCS_EACH = 12  # so many for every row, unless there are few pairs at all
MORE_ARCS = 6  # and so many more in every round for rows that could do better elsewhere
MOST_ROUNDS = 6
FEW_MOVES = 50  # one row in so many that could do better is moved faster by itself
STAYS_A_POINT = 16  # what a point weighs against changes

KEYS_A_WORTH = bidding.POINT // POINT


def best_on_few_arcs(
    keys: Keys,
    prices: Keys,
    plans: Sequence[Ints],
    worths: Worths,
    idle: Worths,
    caps: Ints,
    count: int,
) -> Ints:
    """A plan that places `count` rows and is the best, or all but the best, there is.

    Begins with the arcs that rough `prices` speak for and those of `plans`, one of which must
    place `count` rows on allowed arcs.
    """
    cols = len(caps)
    each = cols if keys.size <= bidding.SMALL else ARCS_EACH
    known = [np.flatnonzero(plan >= 0) * cols + plan[plan >= 0] for plan in plans]
    arcs = np.unique(np.concatenate([arcs_of_note(keys, prices, each), *known]))
    arcs = arcs[worths.ravel()[arcs] >= 0]
    reached = -1
    for _ in range(MOST_ROUNDS):
        choice = _solve(arcs, worths, idle, caps, count)
        reached, before = _total(worths, choice), reached
        exact = _prices_on(arcs, worths, idle, choice) * KEYS_A_WORTH
        prices = exact[:-1].astype(np.int32)
        unsettled, wanted = wishes_to_move(keys, prices, choice, int(exact[-1]))
        moves = min(len(unsettled), int(caps[wanted].clip(max=len(keys)).sum()))
        if moves * FEW_MOVES <= len(keys) or reached == before:
            break
        more = arcs_of_note(keys[unsettled], prices, MORE_ARCS)
        arcs = np.union1d(arcs, unsettled[more // cols] * cols + more % cols)
    return choice


def _total(worths: Worths, choice: Ints) -> int:
    placed = np.flatnonzero(choice >= 0)
    return int(worths[placed, choice[placed]].sum(dtype=np.int64))


def _solve(arcs: Ints, worths: Worths, idle: Worths, caps: Ints, count: int) -> Ints:
    """The best plan on these arcs alone."""
    rows, cols = np.divmod(arcs, len(caps))
    worth = worths.ravel()[arcs].astype(np.int64)
    points, stays = worth // POINT, worth % POINT - idle[rows]
    stay = 2 * SPREAD + 2
    point = stay * STAYS_A_POINT if not idle.all() else stay
    costs = (100 - points) * point + (1 - stays) * stay
    return best_flow(rows, cols, costs, worths.shape, caps, count)


def _prices_on(arcs: Ints, worths: Worths, idle: Worths, choice: Ints) -> Ints:
    """The columns' prices as worths, that of being nowhere last, at which nobody would change
    along these arcs; rough where the plan is not the best on them.
    """
    nowhere = worths.shape[1]
    size = nowhere + 1
    rows, cols = np.divmod(arcs, nowhere)
    place = np.where(choice < 0, nowhere, choice)
    own = np.where(choice < 0, idle, worths[np.arange(len(choice)), choice]).astype(np.int64)
    gains = np.full(size * size, -BARRED)
    np.maximum.at(gains, place[rows] * size + cols, worths.ravel()[arcs] - own[rows])
    if (choice < 0).any():
        np.maximum.at(gains, place * size + nowhere, idle - own)
    lengths = np.zeros(size, np.int64)
    relax(-gains.reshape(size, size), lengths, np.arange(size))
    prices: Ints = lengths.max() - lengths
    return prices
