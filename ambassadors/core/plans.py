"""A plan for everybody who waits: who gets whom, within what was fixed by hand, and explained.

`draw_up` is the whole computation; `assignment.assign` finds the best plan, `explaining` says it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ambassadors.core.assignment import IMPOSSIBLE, assign
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import Reason
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.score_table import language_table, points_table

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Waiting:
    """A prospect who waits; `id` is their request's."""

    id: int
    name: str
    zone: str
    wish: Wanted


@dataclass(frozen=True)
class Taker:
    """An ambassador and how many more chats they can take."""

    profile: Profile
    capacity: int


@dataclass(frozen=True)
class Edits:
    """What a coordinator fixed by hand, by request: kept pairs, pairs ruled out, left out."""

    pinned: Mapping[int, int] = field(default_factory=dict)
    excluded: Mapping[int, frozenset[int]] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question:
    """All that decides a plan. `meets`: a row for each of `waiting`, a column for each taker:
    whether they have a time in common. `previous`: ambassadors by request, from the plan before.
    """

    waiting: Sequence[Waiting]
    takers: Sequence[Taker]
    meets: Bools
    vocabulary: Vocabulary
    edits: Edits = field(default_factory=Edits)
    previous: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Why:
    """One sentence of an explanation, with a code for programs."""

    code: str
    text: str


@dataclass(frozen=True)
class Line:
    """What the plan says of one prospect.

    `points` and `choice` stand where there is an ambassador; choice 1 means that nobody possible
    scores more for this prospect. `why`: why a better-scoring one was not given, or, with
    `code`, why nobody was.
    """

    request_id: int
    prospect: str
    ambassador_id: int | None = None
    ambassador: str = ""
    points: int | None = None
    choice: int | None = None
    code: str = ""
    reasons: tuple[Reason, ...] = ()
    why: tuple[Why, ...] = ()
    pinned: bool = False
    left_out: bool = False
    excluded: tuple[int, ...] = ()
    previous_id: int | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """The question as tables, a row for each prospect, a column for each ambassador.

    `points` of shared interests alone; the gates; `scores` with −1 where any gate is closed.
    """

    points: npt.NDArray[np.int16]
    speaks: Bools
    meets: Bools
    allowed: Bools
    scores: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Solution:
    """The best choice: a taker's place for each prospect or −1, prices, and whether proven."""

    choice: Ints
    prices: Ints
    proven: bool
    pinned: Bools


def in_order(question: Question) -> Question:
    """The same question with everybody in the order of their ids: equals are told apart by it."""
    rows = np.argsort([one.id for one in question.waiting], kind="stable").astype(int)
    columns = np.argsort([one.profile.id for one in question.takers], kind="stable").astype(int)
    return replace(
        question,
        waiting=[question.waiting[row] for row in rows.tolist()],
        takers=[question.takers[column] for column in columns.tolist()],
        meets=question.meets[np.ix_(rows, columns)],
    )


def fit(question: Question) -> Fit:
    """Points and gates of every pair; refused when two of a kind have one id."""
    refuse_doubles("requests", (one.id for one in question.waiting))
    refuse_doubles("ambassadors", (one.profile.id for one in question.takers))
    wishes = [one.wish for one in question.waiting]
    profiles = [one.profile for one in question.takers]
    points = points_table(wishes, profiles, question.vocabulary)
    speaks, allowed = language_table(wishes, profiles), allowed_table(question)
    possible = (points > 0) & speaks & question.meets & allowed
    scores = np.where(possible, points, IMPOSSIBLE).astype(np.int8)
    return Fit(points, speaks, question.meets, allowed, scores)


def refuse_doubles(what: str, ids: Iterable[int]) -> None:
    """Refuses two of a kind with the same id."""
    seen: set[int] = set()
    for one in ids:
        if one in seen:
            raise Refused(
                said(
                    "Two {what} have the same number, {one}; nothing was planned.",
                    what=what,
                    one=one,
                )
            )
        seen.add(one)


def allowed_table(question: Question) -> Bools:
    """Which pairs nobody ruled out by hand."""
    columns = columns_of(question.takers)
    allowed = np.ones((len(question.waiting), len(question.takers)), bool)
    for row, one in enumerate(question.waiting):
        for ambassador in question.edits.excluded.get(one.id, ()):
            if ambassador in columns:
                allowed[row, columns[ambassador]] = False
        if one.id in question.edits.left_out:
            allowed[row] = False
    return allowed


def columns_of(takers: Sequence[Taker]) -> dict[int, int]:
    """Each ambassador's place."""
    return {one.profile.id: place for place, one in enumerate(takers)}


def solve(question: Question, table: Fit) -> Solution:
    """The best plan around the pairs that are kept: those take their place before all others."""
    kept = kept_pairs(question)
    caps = np.array([one.capacity for one in question.takers], np.int64)
    np.subtract.at(caps, kept[kept >= 0], 1)
    scores = table.scores.copy()
    scores[kept >= 0] = IMPOSSIBLE
    columns = columns_of(question.takers)
    before = [columns.get(question.previous.get(one.id, 0), NOBODY) for one in question.waiting]
    found = assign(scores, caps.clip(min=0), np.array(before, np.int64))
    choice = np.where(kept >= 0, kept, found.choice)
    return Solution(choice, found.prices, found.proven, kept >= 0)


def kept_pairs(question: Question) -> Ints:
    """For each prospect the place of the ambassador kept for them by hand, or −1."""
    columns, pinned = columns_of(question.takers), question.edits.pinned
    kept = [columns.get(pinned.get(one.id, 0), NOBODY) for one in question.waiting]
    return np.array(kept, np.int64)
