"""A plan in words: which choice it was, why not a better one, why nobody, what an hour is worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ambassadors.core.matching import reasons_of
from ambassadors.core.moments import city
from ambassadors.core.outlooks import Outlook
from ambassadors.core.plans import (
    NOBODY,
    Fit,
    Ints,
    Line,
    Question,
    Solution,
    Waiting,
    Why,
    fit,
    in_order,
    solve,
)
from ambassadors.core.said import said, said_n, shown
from ambassadors.core.wording import listed

MOST_BETTER = 3


@dataclass(frozen=True)
class Draft:
    """A plan, explained: a line for each prospect, an outlook for each ambassador.

    `notes` are sentences about the plan as a whole; `proven`: no better plan exists.
    """

    lines: tuple[Line, ...]
    outlooks: tuple[Outlook, ...]
    notes: tuple[str, ...]
    proven: bool

    @property
    def placed(self) -> int:
        """How many prospects get somebody."""
        return sum(line.ambassador_id is not None for line in self.lines)


@dataclass(frozen=True, eq=False)
class Told:
    """A question with its answer, to be put into words."""

    question: Question
    table: Fit
    found: Solution

    @cached_property
    def given(self) -> Ints:
        """How many prospects each ambassador gets."""
        taken = self.found.choice[self.found.choice >= 0]
        return np.bincount(taken, minlength=len(self.question.takers))

    @cached_property
    def capacity(self) -> Ints:
        """How many chats each ambassador can take."""
        return np.array([one.capacity for one in self.question.takers], np.int64)

    @cached_property
    def most(self) -> list[int]:
        """The most points that anybody has for each prospect, gates or not."""
        most: list[int] = self.table.points.max(axis=1, initial=0).tolist()
        return most

    @cached_property
    def better(self) -> list[int]:
        """How many possible ambassadors score more for each prospect than the one they get."""
        points, choice = self.table.points, self.found.choice
        if not points.size:
            return [0] * len(choice)
        own = points[np.arange(len(choice)), choice]
        counted: list[int] = np.count_nonzero(self.table.scores > own[:, None], axis=1).tolist()
        return counted

    def name(self, column: int) -> str:
        """An ambassador's name."""
        return self.question.takers[column].profile.name


def draw_up(question: Question) -> Draft:
    """The best plan for everybody who waits, explained; lines by request, outlooks by ambassador.

    The order of the question's lists does not matter. Refused when two prospects or two
    ambassadors have one id.
    """
    question = in_order(question)
    table = fit(question)
    told = Told(question, table, solve(question, table))
    lines = tuple(line_of(told, row) for row in range(len(question.waiting)))
    return Draft(lines, tuple(outlooks(told)), tuple(notes(told)), told.found.proven)


def line_of(told: Told, row: int) -> Line:
    """One prospect's line."""
    one, edits = told.question.waiting[row], told.question.edits
    column = int(told.found.choice[row])
    line = partial(
        Line,
        one.id,
        one.name,
        pinned=bool(told.found.pinned[row]),
        left_out=one.id in edits.left_out,
        excluded=tuple(sorted(edits.excluded.get(one.id, ()))),
        previous_id=told.question.previous.get(one.id),
    )
    if column == NOBODY:
        code, text = why_nobody(told, row)
        return line(code=code, why=(Why(code, text), *not_given(told, row, 0)))
    profile = told.question.takers[column].profile
    points = int(told.table.points[row, column])
    return line(
        ambassador_id=profile.id,
        ambassador=profile.name,
        points=points,
        choice=1 + told.better[row],
        reasons=reasons_of(one.wish, profile, told.question.vocabulary),
        why=tuple(not_given(told, row, points)) if told.most[row] > points else (),
    )


def not_given(told: Told, row: int, points: int) -> Iterator[Why]:
    """Why each of the best who score more than `points` was not given; the best first."""
    if told.question.waiting[row].id in told.question.edits.left_out:
        return
    mine = told.table.points[row]
    better = np.flatnonzero(mine > points)
    ids = [told.question.takers[int(column)].profile.id for column in better]
    order = np.lexsort((ids, -mine[better]))
    for column in better[order[:MOST_BETTER]]:
        code, but = obstacle(told, row, int(column))
        yield Why(
            code,
            said(
                "{name} scores {score}, but {but}.",
                name=told.name(column),
                score=int(mine[column]),
                but=but,
            ),
        )


def obstacle(told: Told, row: int, column: int) -> tuple[str, str]:
    """What stands between a prospect and an ambassador, as a code and in words."""
    table, one = told.table, told.question.waiting[row]
    if not table.allowed[row, column]:
        return "excluded", said("you ruled this pair out")
    if not table.speaks[row, column]:
        return "no-language", said("they share no language")
    if not table.meets[row, column]:
        return "no-time", said(
            "no free time of theirs is in waking hours in {place}", place=shown(city, one.zone)
        )
    if told.found.pinned[row]:
        return "pinned", said(
            "you chose {name} by hand", name=told.name(int(told.found.choice[row]))
        )
    if not told.capacity[column]:
        return "no-hours", said("they have no hours left this week and next")
    return "full", said("their hours are full")


def why_nobody(told: Told, row: int) -> tuple[str, str]:
    """Why a prospect gets nobody, by the first gate that lets nobody through."""
    table, one = told.table, told.question.waiting[row]
    if one.id in told.question.edits.left_out:
        return "left-out", said("You left them out of this plan.")
    if not told.question.takers:
        return "no-ambassadors", said("There are no active ambassadors.")
    fits = table.points[row] > 0
    if not fits.any():
        return "no-interest", said("Nobody knows these interests.")
    gates = (
        ("no-language", table.speaks, said("Nobody who knows these interests shares a language.")),
        ("no-time", table.meets, no_time(one)),
        ("excluded", table.allowed, said("You ruled out everybody who fits.")),
    )
    for code, gate, text in gates:
        fits = fits & gate[row]
        if not fits.any():
            return code, text
    return "no-hours", no_hours(told, np.flatnonzero(fits))


def no_time(one: Waiting) -> str:
    """Nobody who fits is free while they are awake."""
    return said(
        "Nobody who fits has a free time within waking hours in {place}.",
        place=shown(city, one.zone),
    )


def no_hours(told: Told, columns: Ints) -> str:
    """Those who fit have nothing left: their names, as far as there is room."""
    names = sorted(told.name(int(column)) for column in columns)
    if len(names) == 1:
        return said("{name} fits, but has no hours left.", name=names[0])
    if len(names) > 3:
        names = [*names[:2], said("{count} others", count=len(names) - 2)]
    return said("{names} fit, but have no hours left.", names=shown(listed, names, "and"))


def outlooks(told: Told) -> Iterator[Outlook]:
    """Each ambassador's part in the plan; an hour more is worth nothing while there are others."""
    helped, prices = count_helped(told), told.found.prices.tolist()
    for column, taker in enumerate(told.question.takers):
        given = int(told.given[column])
        full = given >= taker.capacity
        yield Outlook(
            taker.profile.id, taker.profile.name, taker.capacity, given,
            int(helped[column]), int(prices[column]) if full else 0,
        )  # fmt: skip


def count_helped(told: Told) -> Ints:
    """For each ambassador the prospects who are free to get them, and would rather."""
    scores, choice = told.table.scores, told.found.choice
    if not scores.size:
        return np.zeros(scores.shape[1], np.int64)
    own = np.where(choice >= 0, scores[np.arange(len(choice)), choice], -1)
    wanting = (scores > own[:, None]) & ~told.found.pinned[:, None]
    counted: Ints = wanting.sum(axis=0)
    return counted


def notes(told: Told) -> Iterator[str]:
    """What holds for the plan as a whole."""
    question = told.question
    if not question.waiting:
        yield said("Nobody waits to be matched.")
    if not question.takers:
        yield said("There are no active ambassadors.")
    elif not told.capacity.any():
        yield said("No ambassador has hours left in this week and the next.")
    dropped = dropped_pins(question)
    if dropped:
        yield said_n(
            "{count} choice made by hand could not be kept: the ambassador is not active any more.",
            "{count} choices made by hand could not be kept: the ambassador is not active any "
            "more.",
            dropped,
        )


def dropped_pins(question: Question) -> int:
    """Choices made by hand for prospects who still wait, whose ambassador is not there."""
    active = {one.profile.id for one in question.takers}
    pinned: Sequence[int | None] = [question.edits.pinned.get(one.id) for one in question.waiting]
    return sum(one is not None and one not in active for one in pinned)
