"""What a season came to: the figures of a policy, and where ours is not the best of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ambassadors.core.inequality import gini
from ambassadors.core.interests import Vocabulary
from ambassadors.core.season import (
    CANCELLING,
    NO_SHOW,
    NO_SHOW_A_DAY,
    OURS,
    POLICIES,
    SOON,
    Booked,
    run,
    third_best,
)
from ambassadors.core.season_people import DAY, World, invent


@dataclass(frozen=True)
class Figures:
    """One policy's season, over all who asked and did not cancel themselves.

    `soon`: the share that talked with one of their three best matches within 72 hours. `score`,
    `worst`: the mean score of all and of the worst-off tenth; nobody is 0 points. `gini`: of
    chats relative to cap. `waiting`: mean hours from asking to the chat. `served`: the share that
    talked with anybody.
    """

    soon: float
    score: float
    worst: float
    gini: float
    waiting: float
    served: float


@dataclass(frozen=True)
class Column:
    """A figure's name, how it is written, whether more is better, and why ours may lose."""

    title: str
    form: str
    more: bool
    why: str


COLUMNS: Mapping[str, Column] = {
    "soon": Column(
        "top 3 within 72 h", "{:.1%}", True,
        "Nobody is held back for a top match who can have a good one later.",
    ),
    "score": Column(
        "mean score", "{:.1f}", True,
        "Whoever finds one of their three best within three days takes that one, and does not"
        " wait for a better one.",
    ),
    "worst": Column(
        "worst tenth", "{:.1f}", True,
        "The plan places as many as it can before it looks at the worst-off, and it knows only"
        " who waits now.",
    ),
    "gini": Column(
        "load Gini", "{:.3f}", False,
        "Chats go to those who match, and few know what many ask for; without regard to scores"
        " chats spread more evenly.",
    ),
    "waiting": Column(
        "waiting, h", "{:.1f}", False,
        "The first free time of anybody comes sooner than that of somebody who fits.",
    ),
    "served": Column(
        "served at all", "{:.1%}", True,
        "Taking anybody who is free leaves fewer hours unused, and chats that come sooner are"
        " missed less often.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Loss:
    """A column in which another policy is better than ours, and why."""

    column: str
    best: str
    why: str


def simulate(vocabulary: Vocabulary, weeks: int, ambassadors: int, seed: int) -> dict[str, Figures]:
    """The figures of every policy by its name, ours first; the same for the same seed."""
    world = invent(vocabulary, weeks, ambassadors, seed)
    return {one.name: measure(world, run(world, one, seed)) for one in POLICIES}


def measure(world: World, given: Mapping[int, Booked]) -> Figures:
    """What these chats come to."""
    third = third_best(world.scores)
    scores, waits, soon, held = [], [], 0, [0] * len(world.profiles)
    for number, one in enumerate(world.askers):
        if one.cancels < CANCELLING:
            continue
        chat = given.get(number)
        scores.append(int(world.scores[number, chat.ambassador]) if chat else 0)
        if chat is None:
            continue
        held[chat.ambassador] += 1
        wait = chat.at - one.at
        if one.no_show >= NO_SHOW + NO_SHOW_A_DAY * wait / DAY:
            waits.append(wait / 2)
            soon += wait <= SOON and scores[-1] >= third[number]
    caps = world.caps.sum(axis=0).tolist()
    count = max(1, len(scores))
    return Figures(
        soon / count,
        sum(scores) / count,
        _worst_tenth(scores),
        gini(round(1000 * chats / cap) for chats, cap in zip(held, caps, strict=True) if cap),
        sum(waits) / max(1, len(waits)),
        len(waits) / count,
    )


def _worst_tenth(scores: Sequence[int]) -> float:
    """The mean of the lowest tenth, rounded up."""
    few = sorted(scores)[: -(-len(scores) // 10)]
    return sum(few) / max(1, len(few))


def find_losses(seen: Mapping[str, Figures]) -> list[Loss]:
    """The columns in which ours is not the best of all."""
    losses = []
    for name, column in COLUMNS.items():
        sign = 1 if column.more else -1
        best = max(seen, key=lambda policy: sign * float(getattr(seen[policy], name)))
        if getattr(seen[best], name) != getattr(seen[OURS.name], name):
            losses.append(Loss(column.title, best, column.why))
    return losses


def table_of(seen: Mapping[str, Figures]) -> list[list[str]]:
    """The figures as texts: a row of titles, then a row for each policy."""
    rows = [["policy", *(column.title for column in COLUMNS.values())]]
    for policy, figures in seen.items():
        texts = (column.form.format(getattr(figures, name)) for name, column in COLUMNS.items())
        rows.append([policy, *texts])
    return rows
