"""Rough prices and a rough plan by an auction: where to look for the best plan, not a proof.

Bertsekas' auction with all unplaced rows bidding at once (Bertsekas and Castañón, "The auction
algorithm for the transportation problem", 1989). It stops when it has done enough work.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.int32]

POINT = 1 << 14  # a point of score in keys; what is below it decides between equal scores
STAY = 1 << 13  # less than a point, more than chance
CHANCE = STAY - 1  # the bits of a key that are chance
NEVER = -(1 << 28)  # the key of a pair that is not allowed
WORTHLESS = NEVER // 2  # what is worth no more than this, prices taken off, is not allowed
RAISES = (8 * POINT, 2 * POINT, POINT // 2)  # the least that a bid adds
FARTHEST = 40 * POINT  # the most that one bid adds
DOUBT = 4  # how many half points chance decides where rough prices are not to be believed
ODD = 2_654_435  # scatters the bits of chance anew
SAMPLE = 4  # one row in so many leads
ROUNDS = 60
SMALL = 5_000  # pairs
PASSES = 4  # over the whole matrix


def bid_keys(scores: npt.NDArray[np.int8], caps: Ints, previous: Ints) -> Keys:
    """Scores to bid by: a little more for the previous column, then what chance has it.

    Chance spreads equal scores over the columns; without it all would bid for the same.
    """
    rows, cols = scores.shape
    draw = np.random.default_rng(rows * 1_000_003 + cols)
    odd = [draw.integers(0, 1 << 15, size, dtype=np.uint16) * 2 + 1 for size in scores.shape]
    keys: Keys = scores.astype(np.int32) * np.int32(POINT)
    keys += np.multiply.outer(odd[0], odd[1]) >> np.uint16(3)
    before = np.flatnonzero(previous >= 0)
    keys[before, previous[before]] += np.int32(STAY)
    bar(keys, scores, 0)
    keys[:, caps == 0] = NEVER
    return keys


def bar(keys: Keys, scores: npt.NDArray[np.int8], least: int) -> None:
    """Allows no pair below `least` points any more."""
    np.copyto(keys, np.int32(NEVER), where=scores < least)


def auction(keys: Keys, caps: Ints) -> tuple[Keys, Ints]:
    """Prices of the columns (in keys) and a plan that keeps the caps (−1: not placed).

    Larger raises in a sample of the rows lead up to small ones. Where there is little to bid for,
    exact ways are faster than more bidding.
    """
    bidding = Auction(keys, caps)
    if keys.size <= SMALL:
        bidding.run(RAISES[-1], PASSES, ROUNDS // 4)
    else:
        sample = Auction(keys[::SAMPLE], -(-caps // SAMPLE))
        for step in RAISES[:-1]:
            sample.restart(sample.prices - np.int32(step))
            sample.run(step, PASSES * SAMPLE)
        bidding.restart(sample.prices - np.int32(RAISES[-1]))
        bidding.run(RAISES[-1], PASSES)
    return bidding.prices, bidding.choice


class Auction:
    """An auction under way: each column keeps its highest bids, as many as its cap."""

    def __init__(self, keys: Keys, caps: Ints) -> None:
        self.keys = keys
        self.caps = caps
        best = keys.max(axis=1)
        self.able = np.flatnonzero(best > NEVER)
        self.prices = np.full(len(caps), np.int32(opening_price(best, caps)))
        self.choice: Ints = np.full(len(keys), -1)
        self.bids: Ints = np.zeros(len(keys), np.int64)

    def restart(self, prices: Keys) -> None:
        """Takes everybody's place away and begins again at these prices."""
        self.prices = prices.clip(min=0)
        self.choice[:] = -1

    def run(self, step: int, passes: int, rounds: int = ROUNDS) -> bool:
        """Lets rows bid, raising by `step` at least, until nobody wants to; False when stopped
        before, after so many rounds or passes over the rows.
        """
        left = self.able
        work = 0
        for _ in range(rounds):
            if not len(left):
                return True
            work += len(left)
            if work > passes * len(self.keys):
                break
            left = self.bid(left, step)
            if not len(left):
                left = self.reopen()
        return False

    def reopen(self) -> Ints:
        """Columns with room that are too dear for those without a place go down to what these
        would give; the rows that may bid again.
        """
        load = np.bincount(self.choice + 1, minlength=len(self.caps) + 1)[1:]
        dear = np.flatnonzero((load < self.caps) & (self.prices > 0))
        rows = np.flatnonzero(self.choice < 0)
        if not len(dear) or not len(rows):
            return rows[:0]
        room = np.minimum((self.caps - load)[dear], len(rows))
        most = int(room.max())
        offers = np.partition(self.keys[rows].T[dear], len(rows) - most, axis=1)[:, -most:]
        offer = np.sort(offers, axis=1)[np.arange(len(dear)), most - room].clip(min=0)
        lower = offer < self.prices[dear]
        self.prices[dear[lower]] = offer[lower]
        return rows if lower.any() else rows[:0]

    def bid(self, rows: Ints, step: int) -> Ints:
        """All these rows bid for their best column; those without a place afterwards."""
        col, best, second = self.first_two(rows)
        going = best >= 0
        rows, col, best, second = rows[going], col[going], best[going], second[going]
        self.choice[rows] = col
        more = np.minimum(best - second, FARTHEST) + step
        self.bids[rows] = self.prices[col] + more
        return self.settle(np.unique(col))

    def settle(self, cols: Ints) -> Ints:
        """Columns with new bids keep the highest and raise their price; who lost their place."""
        asked = np.zeros(len(self.caps), np.bool_)
        asked[cols] = True
        bidders = np.flatnonzero((self.choice >= 0) & asked[self.choice])
        bidders = bidders[np.lexsort((-self.bids[bidders], self.choice[bidders]))]
        at = self.choice[bidders]
        begin = np.searchsorted(at, cols)
        rank = np.arange(len(at)) - np.repeat(begin, np.diff(np.append(begin, len(at))))
        last = rank == self.caps[at] - 1
        self.prices[at[last]] = np.maximum(self.prices[at[last]], self.bids[bidders[last]])
        lost = bidders[rank >= self.caps[at]]
        self.choice[lost] = -1
        return lost

    def first_two(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """The best column of each row, what it is worth there and in the second best."""
        net, each = self.keys[rows], np.arange(len(rows))
        net -= self.prices
        col = net.argmax(axis=1)
        best = net[each, col].astype(np.int64)
        net[each, col] = NEVER
        return col, best, net[each, net.argmax(axis=1)].astype(np.int64)


def opening_price(best: Keys, caps: Ints) -> int:
    """Where bidding starts, from the rows' best keys: with fewer places than rows, at what the last
    place would cost if everybody could go everywhere; else at nothing.
    """
    places = int(caps.sum())
    if places >= len(best) or not places:
        return 0
    cut = int(np.partition(best, len(best) - places)[len(best) - places])
    return max(0, cut - 4 * POINT)


def arcs_of_note(keys: Keys, prices: Keys, count: int) -> Ints:
    """For every row about `count` columns worth most at these prices, as row * columns + column.

    Half of them at prices that are a little off at random: where many columns are alike, rough
    prices would point all rows to the same few.
    """
    cols = keys.shape[1]
    if count >= cols:
        return np.flatnonzero(keys > NEVER)
    net = keys - prices
    doubt = (keys * np.int32(ODD) & CHANCE) * np.int32(DOUBT)
    half = count // 2
    return np.concatenate([_best_of_each(net + doubt, half), _best_of_each(net, count - half)])


def _best_of_each(net: Keys, count: int) -> Ints:
    """Every row's best columns; writes over `net`."""
    each = np.arange(len(net))
    found = []
    for _ in range(count):
        col = net.argmax(axis=1)
        possible = net[each, col] > WORTHLESS
        found.append((each * net.shape[1] + col)[possible])
        net[each, col] = NEVER
    return np.concatenate(found)


def wishes_to_move(keys: Keys, prices: Keys, choice: Ints, idle: int) -> tuple[Ints, Ints]:
    """The rows that would gain a point or more by going elsewhere at these prices, and the columns
    to which some would; `idle` is the price of having no column.
    """
    net = np.where(choice >= 0, keys[np.arange(len(keys)), choice] - prices[choice], -idle)
    worth = keys - prices
    rows = np.flatnonzero(worth.max(axis=1) - net >= POINT)
    cols = (worth[rows] - net[rows, None] >= POINT).any(axis=0)
    return rows, np.flatnonzero(cols)
