"""How many can be placed at all, and how well off the worst placed one can be.

Maximum matching by augmenting paths (Berge, 1957), on a graph that has one node for each column:
an edge says that somebody in the one column may go to the other.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ambassadors.core.transport.seats import Ints, Seats

Scores = npt.NDArray[np.int8]


def place_most(scores: Scores, caps: Ints, choice: Ints, least: int) -> Ints:
    """A plan with as many rows placed as can be, everyone with a score of at least `least`.

    Starts from `choice`; who has less than `least` there loses the place first.
    """
    had = np.where(choice >= 0, scores[np.arange(len(choice)), choice], -1)
    choice = np.where(had >= least, choice, -1)
    if not (scores[choice < 0] >= least).any():
        return choice
    filling = Filling(scores, caps, choice, least)
    while filling.augment():
        pass
    return filling.seats.plan


def place_best(scores: Scores, caps: Ints, choice: Ints) -> tuple[Ints, int]:
    """A plan with as many rows placed as can be and the lowest score among them as high as it
    can be; and that score. `choice` is where to start.
    """
    choice = place_most(scores, caps, choice, 0)
    placed = choice >= 0
    count = int(placed.sum())
    if not count:
        return choice, 0
    low = int(scores[np.flatnonzero(placed), choice[placed]].min())
    high = int(np.sort(scores.max(axis=1))[len(choice) - count])
    trial = high
    while low < high:
        better = _place_all(scores, caps, choice, trial, count)
        if better is None:
            high = trial - 1
        else:
            choice = better
            low = int(scores[np.flatnonzero(choice >= 0), choice[choice >= 0]].min())
        trial = (low + high + 1) // 2
    return choice, low


def _place_all(scores: Scores, caps: Ints, choice: Ints, least: int, count: int) -> Ints | None:
    """A plan of `count` rows with at least `least` each, or None when there is none."""
    room = np.minimum(caps, (scores >= least).sum(axis=0))
    if int(room.sum()) < count:
        return None
    found = place_most(scores, caps, choice, least)
    return found if int((found >= 0).sum()) == count else None


class Filling:
    """A plan that is being filled up; `able[j, k]`: how many of those at j may go to k."""

    def __init__(self, scores: Scores, caps: Ints, choice: Ints, least: int) -> None:
        self.scores, self.least = scores, least
        self.seats = Seats(choice, caps)
        self.able = np.zeros((len(caps) + 1, len(caps)), np.int32)
        for place, members in enumerate(self.seats.members):
            self.able[place] = (scores[members] >= least).sum(axis=0, dtype=np.int32)

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
                placed += self.follow(chain)
                used.update(chain[1:])
        return placed

    def search(self) -> tuple[Ints, Ints]:
        """From nowhere outwards: whence each column was reached, and the first with room."""
        nowhere = self.seats.nowhere
        parents = np.full(nowhere, -1)
        room, frontier = self.seats.has_room(), np.array([nowhere])
        while len(frontier):
            open_ways = self.able[frontier] > 0
            fresh = np.flatnonzero(open_ways.any(axis=0) & (parents < 0))
            parents[fresh] = frontier[open_ways[:, fresh].argmax(axis=0)]
            ends = fresh[room[fresh]]
            if len(ends):
                return parents, ends
            frontier = fresh
        return parents, np.empty(0, np.int64)

    def chain_to(self, end: int, parents: Ints) -> list[int]:
        """The places from nowhere to `end`."""
        chain = [end]
        while chain[-1] != self.seats.nowhere:
            chain.append(int(parents[chain[-1]]))
        return chain[::-1]

    def follow(self, chain: list[int]) -> int:
        """Moves somebody along every step of a chain; 0 when nobody is left for its first step."""
        steps = list(pairwise(chain))
        if not all(self.able[source, target] for source, target in steps):
            return 0
        movers = [self.mover(source, target) for source, target in steps]
        for mover, (source, target) in zip(movers, steps, strict=True):
            may = self.scores[mover] >= self.least
            self.able[source] -= may
            self.able[target] += may
            self.seats.move(mover, target)
        return 1

    def mover(self, source: int, target: int) -> int:
        """The first of those at `source` who may go to `target`."""
        members = self.seats.members[source]
        return int(members[(self.scores[members, target] >= self.least).argmax()])
