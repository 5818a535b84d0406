"""Who has a place where: a plan that can be changed along a chain of moves."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Seats:
    """The rows in each column; the place after the last column is nowhere, for the unplaced."""

    def __init__(self, choice: Ints, caps: Ints) -> None:
        self.caps = caps
        self.nowhere = len(caps)
        self.choice = np.where(choice < 0, self.nowhere, choice)
        order = np.argsort(self.choice, kind="stable")
        bounds = np.searchsorted(self.choice[order], np.arange(1, self.nowhere + 1))
        self.members: list[Ints] = np.split(order, bounds)
        self.load = np.array([len(members) for members in self.members], np.int64)

    @property
    def plan(self) -> Ints:
        """Each row's column, −1 for nowhere."""
        return np.where(self.choice == self.nowhere, -1, self.choice)

    @property
    def placed(self) -> int:
        """How many rows have a column."""
        return len(self.choice) - int(self.load[self.nowhere])

    def has_room(self) -> npt.NDArray[np.bool_]:
        """Which columns have a place left."""
        room: npt.NDArray[np.bool_] = self.load[: self.nowhere] < self.caps
        return room

    def move(self, row: int, target: int) -> None:
        """Takes a row out of its place and puts it into another."""
        source = int(self.choice[row])
        self.members[source] = self.members[source][self.members[source] != row]
        self.members[target] = np.append(self.members[target], row)
        self.load[source] -= 1
        self.load[target] += 1
        self.choice[row] = target
