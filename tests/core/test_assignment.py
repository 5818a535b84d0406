"""The best plan, checked by brute force, by scipy, and by turning everything around."""

import itertools
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from ambassadors.core.assignment import Plan, assign

Table = npt.NDArray[np.int64]
Worth = tuple[int, int, int, int, Fraction]


def worth(choice: list[int], scores: Table, caps: list[int], previous: list[int]) -> Worth | None:
    """How good a plan is, in the order of what counts; None when it is not allowed."""
    placed = [(row, col) for row, col in enumerate(choice) if col >= 0]
    points = [int(scores[row, col]) for row, col in placed]
    loads = [choice.count(col) for col in range(len(caps))]
    if any(load > cap for load, cap in zip(loads, caps, strict=True)) or -1 in points:
        return None
    changes = sum(now != before for now, before in zip(choice, previous, strict=True))
    uneven = sum(
        (Fraction(load**2, cap) for load, cap in zip(loads, caps, strict=True) if cap), Fraction()
    )
    return len(placed), min(points, default=0), sum(points), -changes, -uneven


def best_worth(scores: Table, caps: list[int], previous: list[int]) -> Worth:
    every = itertools.product(range(-1, len(caps)), repeat=len(scores))
    found = (worth(list(choice), scores, caps, previous) for choice in every)
    return max(one for one in found if one is not None)


@st.composite
def small_tasks(draw: st.DrawFn) -> tuple[Table, list[int], list[int]]:
    rows, cols = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    score = st.one_of(st.just(-1), st.integers(0, draw(st.sampled_from([1, 3, 100]))))
    table = [[draw(score) for _ in range(cols)] for _ in range(rows)]
    caps = draw(st.lists(st.integers(0, 3), min_size=cols, max_size=cols))
    previous = draw(st.lists(st.integers(-1, cols - 1), min_size=rows, max_size=rows))
    return np.array(table), caps, previous


def crowd(rows: int, cols: int, seed: int, possible: float = 1.0) -> Table:
    draw = np.random.default_rng(seed)
    scores = draw.integers(0, 101, (rows, cols))
    scores[draw.random((rows, cols)) >= possible] = -1
    return scores


def summary(plan: Plan, scores: Table) -> tuple[int, int, int]:
    """How many are placed, the lowest score, the total."""
    placed = np.flatnonzero(plan.choice >= 0)
    points = scores[placed, plan.choice[placed]]
    return len(placed), int(points.min(initial=100)), int(points.sum())


def scipy_best(scores: Table, caps: Table, least: int) -> tuple[int, int]:
    """How many scipy places with `least` points each at least, and the most points so placed."""
    places = np.repeat(np.arange(len(caps)), caps)
    gains = np.where(scores[:, places] >= least, scores[:, places] + 100_000, 0)
    rows, at = linear_sum_assignment(gains, maximize=True)
    return divmod(int(gains[rows, at].sum()), 100_000)


@given(small_tasks())
@settings(max_examples=200, deadline=None)
def test_no_plan_is_better_in_anything_that_counts(
    task: tuple[Table, list[int], list[int]],
) -> None:
    scores, caps, previous = task
    plan = assign(scores, caps, previous)
    assert plan.proven
    assert worth(plan.choice.tolist(), scores, caps, previous) == best_worth(scores, caps, previous)


@given(small_tasks())
@settings(max_examples=100, deadline=None)
def test_without_a_plan_before_the_rest_still_counts(
    task: tuple[Table, list[int], list[int]],
) -> None:
    scores, caps, _ = task
    nobody = [-1] * len(scores)
    plan = assign(scores, caps)
    assert worth(plan.choice.tolist(), scores, caps, nobody) == best_worth(scores, caps, nobody)


@pytest.mark.parametrize(
    ("rows", "cols", "cap", "possible"),
    [(60, 12, 6, 1.0), (120, 90, 2, 0.4), (300, 40, 7, 0.6), (400, 50, 8, 1.0), (90, 120, 1, 0.2)],
)
def test_count_lowest_score_and_total_agree_with_another_solver(
    rows: int, cols: int, cap: int, possible: float
) -> None:
    scores = crowd(rows, cols, seed=rows, possible=possible)
    caps = np.random.default_rng(1).integers(0, cap + 3, cols)
    placed, least, total = summary(assign(scores, caps), scores)
    assert scipy_best(scores, caps, 0)[0] == placed
    assert scipy_best(scores, caps, least) == (placed, total)
    assert scipy_best(scores, caps, least + 1)[0] < placed


@pytest.mark.parametrize("seed", range(4))
def test_the_same_input_in_any_order_gives_the_same_plan(seed: int) -> None:
    scores, caps = crowd(150, 60, seed=7, possible=0.8), np.arange(60) % 4
    previous = np.random.default_rng(3).integers(-1, 60, 150)
    plan = assign(scores, caps, previous)
    draw = np.random.default_rng(seed)
    rows, cols = draw.permutation(150), draw.permutation(60)
    place = np.append(np.argsort(cols), -1)
    turned = assign(scores[np.ix_(rows, cols)], caps[cols], place[previous[rows]])
    assert turned.choice.tolist() == place[plan.choice[rows]].tolist()
    assert turned.prices.tolist() == plan.prices[cols].tolist()


@pytest.mark.parametrize("possible", [1.0, 0.3])
def test_a_second_run_moves_nobody(possible: float) -> None:
    scores, caps = crowd(300, 50, seed=2, possible=possible) // 10, np.full(50, 5)
    plan = assign(scores, caps)
    assert assign(scores, caps, plan.choice).choice.tolist() == plan.choice.tolist()


def test_without_one_ambassador_few_others_move() -> None:
    scores, caps = crowd(300, 50, seed=4), np.full(50, 8)
    plan = assign(scores, caps)
    caps[7] = 0
    after = assign(scores, caps, plan.choice)
    others = plan.choice != 7
    assert int((after.choice != plan.choice)[others].sum()) <= int((~others).sum())


@pytest.mark.parametrize("lucky", [0, 5, 11])
def test_one_more_hour_never_makes_the_outcome_worse(lucky: int) -> None:
    scores, caps = crowd(60, 12, seed=5, possible=0.5), np.full(12, 4)
    before = summary(assign(scores, caps), scores)
    caps[lucky] += 1
    assert summary(assign(scores, caps), scores) >= before


def test_a_price_is_what_one_more_chat_would_bring() -> None:
    scores, caps = crowd(80, 10, seed=6) // 2 + 40, np.full(10, 8)
    plan = assign(scores, caps)
    placed, least, total = summary(plan, scores)
    for ambassador in range(10):
        more = caps.copy()
        more[ambassador] += 1
        _, best = scipy_best(scores, more, least)
        assert best - total == plan.prices[ambassador]
    assert placed == 80


def test_prices_show_that_nobody_would_rather_be_elsewhere() -> None:
    scores, caps = crowd(400, 60, seed=8), np.full(60, 7)
    plan = assign(scores, caps)
    least = summary(plan, scores)[1]
    net = np.where(scores >= least, scores - plan.prices, -100)
    own = net[np.arange(400), plan.choice]
    assert (net.max(axis=1) == own).all()
    loads = np.bincount(plan.choice, minlength=60)
    assert plan.prices[loads < caps].tolist() == [0] * int((loads < caps).sum())


def test_prices_count_the_one_more_who_would_be_placed() -> None:
    plan = assign([[90], [80], [70]], [1])
    assert (plan.choice.tolist(), plan.prices.tolist()) == ([0, -1, -1], [80])


def test_more_places_than_people_are_filled_evenly() -> None:
    plan = assign(np.full((60, 6), 50), [20] * 6)
    assert np.bincount(plan.choice).tolist() == [10] * 6
    plan = assign(np.full((60, 3), 50), [20, 40, 60])
    assert np.bincount(plan.choice).tolist() == [10, 20, 30]


def test_caps_without_end_do_no_harm() -> None:
    plan = assign(np.full((50, 5), 50), [10**9] * 5)
    assert np.bincount(plan.choice).tolist() == [10] * 5


def test_one_whom_everybody_wants_gets_as_many_as_the_cap_allows() -> None:
    scores = np.zeros((40, 8), int)
    scores[:, 3] = 100
    plan = assign(scores, [5] * 8)
    assert np.bincount(plan.choice).tolist() == [5] * 8
    assert summary(plan, scores) == (40, 0, 500)


@pytest.mark.parametrize(
    ("scores", "caps", "choice"),
    [
        ([], [], []),
        ([], [1, 2], []),
        ([[], []], [], [-1, -1]),
        ([[50, 60]], [0, 0], [-1]),
        ([[-1, -1], [-1, -1]], [2, 2], [-1, -1]),
        ([[0]], [3], [0]),
    ],
)
def test_where_nobody_can_be_placed_nobody_is(
    scores: list[list[int]], caps: list[int], choice: list[int]
) -> None:
    plan = assign(scores, caps)
    assert (plan.choice.tolist(), plan.proven) == (choice, True)
    assert plan.prices.shape == (len(caps),)


@pytest.mark.parametrize(
    ("scores", "caps", "previous", "sentence"),
    [
        ([[1, 2], [3]], [1, 1], None, "The scores must be rows of the same length."),
        ([1, 2], [1, 1], None, "The scores must be a table: a row of numbers for each prospect."),
        ([[1, 2]], [1], None, "There are 1 caps, but 2 scores for each prospect."),
        ([[0.5]], [1], None, "The scores must be whole numbers."),
        ([[True]], [1], None, "The scores must be whole numbers."),
        ([["9"]], [1], None, "The scores must be whole numbers."),
        ([[101]], [1], None, "A score must be from 0 to 100, or −1 where impossible."),
        ([[-2]], [1], None, "A score must be from 0 to 100, or −1 where impossible."),
        ([[1]], [-1], None, "A cap must not be negative."),
        ([[1]], [[1]], None, "The caps must be one row of numbers, one for each ambassador."),
        ([[1]], [1.5], None, "The caps must be whole numbers."),
        ([[1]], [1], [0, 0], "The previous plan must have one number for each prospect."),
        ([[1]], [1], [1], "The previous plan names an ambassador that there is not."),
        ([[1]], [1], [-2], "The previous plan names an ambassador that there is not."),
    ],
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(
    scores: object, caps: object, previous: object, sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared
        assign(scores, caps, previous)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_the_input_is_left_as_it_was() -> None:
    scores, caps = crowd(30, 5, seed=9), np.full(5, 6)
    before = scores.copy(), caps.copy()
    assign(scores, caps, np.zeros(30, int))
    assert (scores == before[0]).all()
    assert (caps == before[1]).all()
