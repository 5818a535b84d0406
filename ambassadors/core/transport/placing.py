"""How many can be placed at all, and how well off the worst placed one can be.

Maximum matching by augmenting paths (Berge, 1957), on a graph that has one node for each column:
an edge says that somebody in the one column may go to the other.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ambassadors.core.transport.seats import Ints, Seats

FROM_ABOVE = 3  # tries
Scores = npt.NDArray[np.int8]


def place_most(scores: Scores, caps: Ints, choice: Ints, least: int) -> Ints:
    """A plan with as many rows placed as can be, everyone with a score of at least `least`.

    Starts from `choice`; who has less than `least` there loses the place first.
    """
    return fill(scores, caps, choice, least)[0]


def fill(scores: Scores, caps: Ints, choice: Ints, least: int) -> tuple[Ints, Ints]:
    """`place_most`'s plan, and for everybody in whose way full columns stand, worst first, the
    most they score elsewhere: to place so many more, as many of them must be let go there.
    """
    had = np.where(choice >= 0, scores[np.arange(len(choice)), choice], -1)
    choice = np.where(had >= least, choice, -1)
    filling = Filling(scores, caps, choice, least)
    while filling.augment():
        pass
    return filling.seats.plan, filling.exits()


def place_best(scores: Scores, caps: Ints, choice: Ints) -> tuple[Ints, int]:
    """A plan with as many rows placed as can be and the lowest score among them as high as it
    can be; and that score. `choice` is where to start.

    First as high as each for themselves could be; then halfway, or where what is in the way ends.
    """
    choice = place_most(scores, caps, choice, 0)
    count = int((choice >= 0).sum())
    if not count:
        return choice, 0
    low = _lowest(scores, choice)
    trial = high = _highest(scores, caps, low, count)
    tries = 0
    while low < high:
        found, exits = fill(scores, caps, choice, trial)
        missing = count - int((found >= 0).sum())
        if missing:
            high = min(trial - 1, max(low, int(exits[-missing])))
        else:
            choice, low = found, _lowest(scores, found)
        tries += 1
        trial = high if tries < FROM_ABOVE else (low + high + 1) // 2
    return choice, low


def _highest(scores: Scores, caps: Ints, low: int, count: int) -> int:
    """The highest score that enough rows have somewhere, and that enough places have rows for."""
    high = int(np.sort(scores.max(axis=1))[len(scores) - count])
    while low < high:
        middle = (low + high + 1) // 2
        takers = np.add.reduce((scores >= middle).view(np.int8), axis=0, dtype=np.int32)
        if int(np.minimum(caps, takers).sum()) < count:
            high = middle - 1
        else:
            low = middle
    return high


def _lowest(scores: Scores, choice: Ints) -> int:
    placed = np.flatnonzero(choice >= 0)
    return int(scores[placed, choice[placed]].min())


class Filling:
    """A plan that is being filled up; `able[j, k]`: how many of those at j may go to k, counted
    when it is asked for the first time.
    """

    def __init__(self, scores: Scores, caps: Ints, choice: Ints, least: int) -> None:
        self.scores, self.least = scores, least
        self.seats = Seats(choice, caps)
        self.able = np.zeros((len(caps) + 1, len(caps)), np.int32)
        self.counted = np.zeros(len(caps) + 1, np.bool_)
        self.reached = np.zeros(len(caps), np.bool_)

    def count(self, places: Ints) -> None:
        """Counts for these places, unless it is done."""
        for place in places[~self.counted[places]].tolist():
            may = self.scores[self.seats.members[place]] >= self.least
            self.able[place] = may.sum(axis=0, dtype=np.int32)
            self.counted[place] = True

    def exits(self) -> Ints:
        """Of everybody nowhere, or in a column to which those could go, the best score in any
        other column, ascending.
        """
        places = [*np.flatnonzero(self.reached).tolist(), self.seats.nowhere]
        stuck = np.concatenate([self.seats.members[place] for place in places])
        return np.sort(self.scores[stuck][:, ~self.reached].max(axis=1, initial=-1)).astype(int)

    def augment(self) -> int:
        """Places more rows by the shortest chains of moves, chains without a column in common;
        how many. None: no more can be placed.
        """
        parents, ends = self.search()
        used: set[int] = set()
        placed = 0
        for end in ends:
            chain = self.chain_to(int(end), parents)
            if used.isdisjoint(chain[1:]):
                used.update(chain[1:])
                while self.seats.load[end] < self.seats.caps[end] and self.follow(chain):
                    placed += 1
        return placed

    def search(self) -> tuple[Ints, Ints]:
        """From nowhere outwards: whence each column was reached, and the first with room."""
        nowhere = self.seats.nowhere
        parents = np.full(nowhere, -1)
        room, frontier = self.seats.has_room(), np.array([nowhere])
        while len(frontier):
            self.count(frontier)
            open_ways = self.able[frontier] > 0
            fresh = np.flatnonzero(open_ways.any(axis=0) & (parents < 0))
            parents[fresh] = frontier[open_ways[:, fresh].argmax(axis=0)]
            ends = fresh[room[fresh]]
            if len(ends):
                return parents, ends
            frontier = fresh
        self.reached = parents >= 0
        return parents, np.empty(0, np.int64)

    def chain_to(self, end: int, parents: Ints) -> list[int]:
        """The places from nowhere to `end`."""
        chain = [end]
        while chain[-1] != self.seats.nowhere:
            chain.append(int(parents[chain[-1]]))
        return chain[::-1]

    def follow(self, chain: list[int]) -> bool:
        """Moves somebody along every step of a chain; False when nobody is left for a step."""
        steps = list(pairwise(chain))
        if not all(self.able[source, target] for source, target in steps):
            return False
        movers = [self.mover(source, target) for source, target in steps]
        for mover, (source, target) in zip(movers, steps, strict=True):
            may = self.scores[mover] >= self.least
            self.able[source] -= may  # where nothing was counted yet, it will be counted anew
            self.able[target] += may
            self.seats.move(mover, target)
        return True

    def mover(self, source: int, target: int) -> int:
        """The first of those at `source` who may go to `target`."""
        members = self.seats.members[source]
        return int(members[(self.scores[members, target] >= self.least).argmax()])
