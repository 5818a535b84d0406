"""Whether a plan is the best there is, over all arcs; and if not, better plans until it is.

A plan is the best when no chain of moves, closed or from one place to another, makes it better
(Klein, 1967). All chains are seen in one graph with a node for each column, where the edge from
j to k stands for the best member of j to move to k: a shortest-path search over it (Bellman and
Ford) either finds a chain that helps or ends with dual prices, which are the proof. Costs of a
chain are compared in order of rank: rows placed, points, changes, balance of load.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ambassadors.core.transport.seats import Ints, Seats

Worths = npt.NDArray[np.int16]

NEVER = -30000  # the worth of a pair that is not allowed
POINT = 4  # a point of score in worths; 1 is a row that keeps its place
BARRED = np.int64(1) << 61  # the cost of an edge that is not there
FINEST = 1 << 24  # the most parts into which a share of a cap is divided


def weigh(scores: npt.NDArray[np.int8], previous: Ints, least: int) -> tuple[Worths, Worths]:
    """The worths of rows in columns and of rows nowhere: POINT for each point of score, and 1 for
    staying as in the previous plan; NEVER where a score is below `least`.
    """
    worths = scores.astype(np.int16) * np.int16(POINT)
    before = np.flatnonzero(previous >= 0)
    worths[before, previous[before]] += np.int16(1)
    np.copyto(worths, np.int16(NEVER), where=scores < least)
    return worths, (previous < 0).astype(np.int16)


class Residual:
    """The graph of moves of one plan. Nodes: the columns, nowhere, and `spare`, which stands for
    the places still free: an edge to it takes one, an edge from it gives one back.
    """

    def __init__(self, worths: Worths, idle: Worths, seats: Seats) -> None:
        """`worths` and `idle` as `weigh` gives them."""
        self.worths, self.idle, self.seats = worths, idle, seats
        self.nowhere, self.spare = seats.nowhere, seats.nowhere + 1
        self.shares, self.units = _units(seats.caps)
        size = self.spare + 1
        self.gains = np.full((size, size), NEVER, np.int32)
        self.costs = np.full((size, size), BARRED, np.int64)
        self.weigh(np.arange(self.spare))

    def weigh(self, places: Ints) -> None:
        """Writes anew what it brings to move somebody away from places, or to free or fill them."""
        gains = self.gains[places] = self.gains_from(places)
        points = _points(gains)
        worth = points * self.units[1] + (gains - POINT * points) * self.units[2]
        worth[:, self.nowhere] -= self.units[0]
        worth[places == self.nowhere] += self.units[0]
        self.costs[places] = np.where(gains > NEVER // 2, -worth, BARRED)
        for place in places.tolist():
            self.costs[place, self.spare], self.costs[self.spare, place] = self.loads(place)

    def gains_from(self, places: Ints) -> npt.NDArray[np.int32]:
        """The most that a member of each place gains by moving to each other place."""
        gains = np.full((len(places), self.spare + 1), NEVER, np.int32)
        load = self.seats.load[places]
        held = np.flatnonzero(load)
        if len(held):
            members = np.concatenate([self.seats.members[place] for place in places[held].tolist()])
            own = self.own(np.repeat(places, load), members)
            begins = np.cumsum(load[held]) - load[held]
            more = self.worths[members] - own[:, None]
            gains[held, : self.nowhere] = np.maximum.reduceat(more, begins, axis=0)
            gains[held, self.nowhere] = np.maximum.reduceat(self.idle[members] - own, begins)
            gains[np.arange(len(places)), places] = NEVER
        return gains

    def own(self, places: Ints | int, members: Ints) -> Worths:
        """What a place is worth to members, each their own or all the same."""
        columns = np.minimum(places, self.nowhere - 1)
        own: Worths = np.where(
            np.equal(places, self.nowhere), self.idle[members], self.worths[members, columns]
        )
        return own

    def loads(self, place: int) -> tuple[int, int]:
        """The costs of one more and of one fewer at a place: their sums balance loads, because
        they add up to load² / cap.
        """
        load = int(self.seats.load[place])
        if place == self.nowhere:
            return 0, 0 if load else int(BARRED)
        cap = int(self.seats.caps[place])
        more = (2 * load + 1) * self.shares // cap if load < cap else int(BARRED)
        return more, -((2 * load - 1) * self.shares // cap) if load else int(BARRED)

    def settle(self) -> None:
        """Improves the plan until it is proven the best."""
        lengths = np.zeros(self.spare, np.int64)
        places = np.arange(self.spare)
        frontier = places
        while True:
            search = relax(self.costs[: self.spare, : self.spare], lengths, frontier)
            cycles = search.cycles or self.loops_through_spare()
            if not cycles:
                return
            frontier = np.union1d(search.frontier, self.follow(cycles))
            if lengths.min() < -(BARRED >> 2):  # no barred edge may ever look short
                lengths[:], frontier = 0, places

    def loops_through_spare(self) -> list[list[int]]:
        """Chains that free one place and take another to the better, the best first and each
        without a column in common with those before; all others must have been followed.
        """
        lengths = self.costs[self.spare, : self.spare].copy()
        edges = self.costs[: self.spare, : self.spare]
        search = relax(edges, lengths, np.flatnonzero(lengths < BARRED))
        parents = np.where(search.parents < 0, self.spare, search.parents)
        closed = lengths + self.costs[: self.spare, self.spare]
        used: set[int] = set()
        loops = []
        for end in np.flatnonzero(closed < 0)[np.argsort(closed[closed < 0], kind="stable")]:
            loop = [int(end)]
            while loop[-1] != self.spare:
                loop.append(int(parents[loop[-1]]))
            if used.isdisjoint(loop[:-1]):
                used.update(loop[:-1])
                loops.append(loop[::-1])
        return loops

    def follow(self, cycles: Iterable[list[int]]) -> list[int]:
        """Moves along cycles that have no column in common; the places that changed."""
        steps = [step for cycle in cycles for step in pairwise([*cycle, cycle[0]])]
        moves = [
            (self.mover(source, target), target)
            for source, target in steps
            if self.spare not in (source, target)
        ]
        for row, target in moves:
            self.seats.move(row, target)
        changed = sorted({place for step in steps for place in step} - {self.spare})
        self.weigh(np.array(changed))
        return changed

    def mover(self, source: int, target: int) -> int:
        """The member of `source` who gains most by moving to `target`."""
        members = self.seats.members[source]
        gains = self.own(target, members) - self.own(source, members)
        return int(members[gains.argmax()])

    def prices(self, scores: npt.NDArray[np.int8]) -> Ints:
        """How many points one more place in each column would bring, the number of placed rows
        coming first; the least prices that prove the plan.

        Who gets a place by it may score below the least of the plan; nobody else may fall there.
        """
        placing = np.int64(1) << 40
        costs = np.where(self.gains > NEVER // 2, -_points(self.gains), BARRED)
        costs[self.nowhere] -= placing
        costs[:, self.nowhere] += placing
        lengths = np.where(self.seats.load > 0, 0, BARRED)
        unplaced = self.seats.members[self.nowhere]
        if len(unplaced):
            entry = scores[unplaced].max(axis=0).astype(np.int64)
            entries = np.where(entry >= 0, -placing - entry, BARRED)
            lengths[: self.nowhere] = np.minimum(lengths[: self.nowhere], entries)
        relax(costs[: self.spare, : self.spare], lengths, np.flatnonzero(lengths < BARRED))
        brought = -lengths[: self.nowhere]
        brought -= (brought + placing // 2) // placing * placing
        return np.where(lengths[: self.nowhere] < BARRED // 2, brought.clip(min=0), 0)


class Search(NamedTuple):
    """What a shortest-path search came to: cycles of negative cost without a node in common;
    the nodes still to look from, none when there are no cycles; whence nodes were reached.
    """

    cycles: list[list[int]]
    frontier: Ints
    parents: Ints


def relax(costs: npt.NDArray[np.int64], lengths: Ints, frontier: Ints) -> Search:
    """Shortens `lengths` in place from the nodes of `frontier` on, until there is a negative
    cycle or all are final (Bellman, 1958).
    """
    parents = np.full(len(costs), -1)
    while len(frontier):
        ways = lengths[frontier, None] + costs[frontier]
        first = ways.argmin(axis=0)
        shortest = ways[first, np.arange(len(costs))]
        fresh = np.flatnonzero(shortest < np.minimum(lengths, BARRED // 2))
        lengths[fresh] = shortest[fresh]
        parents[fresh] = frontier[first[fresh]]
        frontier = fresh
        cycles = _cycles(parents)
        if cycles:
            return Search(cycles, frontier, parents)
    return Search([], frontier, parents)


def _cycles(parents: Ints) -> list[list[int]]:
    """The cycles among the parents of nodes (−1: none), each in the direction of its edges."""
    end = len(parents)
    step = np.append(np.where(parents < 0, end, parents), end)
    far = step
    for _ in range(end.bit_length()):
        far = far[far]
    cycles: list[list[int]] = []
    seen = {end}
    for node in np.unique(far[:end]).tolist():
        cycle = []
        while node not in seen:
            seen.add(node)
            cycle.append(node)
            node = int(step[node])
        if cycle:
            cycles.append(cycle[::-1])
    return cycles


def _points(gains: npt.NDArray[np.int32]) -> Ints:
    """The whole points in gains, which hold at most one stay more or less."""
    points: Ints = ((gains + POINT // 2) // POINT).astype(np.int64)
    return points


def _units(caps: Ints) -> tuple[int, tuple[int, int, int]]:
    """Into how many parts a share is divided, and what a placed row, a point and a stay weigh
    against such a part: each more than all that a chain can change further down.
    """
    longest = len(caps) + 2
    room = (1 << 58) // (202 * longest * 4 * longest) // 4 - 2
    shares = max(1, min(2 * int(caps.max(initial=1)) ** 2, FINEST, room))
    stay = 4 * shares + 8
    point = 4 * longest * stay
    return shares, (202 * longest * point, point, stay)
