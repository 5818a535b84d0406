from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from ambassadors.core.interests import Vocabulary, Wanted
from ambassadors.core.refused import Refused
from ambassadors.core.season import (
    NOTICE,
    OURS,
    POLICIES,
    SOON,
    Booked,
    Policy,
    choose_best,
    choose_soonest,
    run,
)
from ambassadors.core.season_figures import find_losses, measure, simulate, table_of
from ambassadors.core.season_people import DAY, WEEK, Asker, World, exams, invent
from tests.core.test_matching import AIM_VOCABULARY, profile

GREEDY, SOONEST = Policy("greedy", choose_best), Policy("soonest", choose_soonest)


def asker(at: int = 0, luck: tuple[float, float, float] = (1, 1, 1)) -> Asker:
    return Asker(at, 0, Wanted(("track/thesis",)), *luck)


def world(
    scores: Sequence[Sequence[int]],
    open_at: Sequence[Sequence[int]],
    caps: Sequence[int],
    askers: Sequence[Asker] = (),
) -> World:
    """One week in which everybody is always awake; `open_at`: each ambassador's half hours."""
    grid = np.zeros((4 * WEEK, len(caps)), bool)
    for who, times in enumerate(open_at):
        grid[list(times), who] = True
    return World(
        1,
        tuple(profile(str(n), id=n + 1) for n in range(len(caps))),
        tuple(askers or [asker() for _ in scores]),
        grid,
        np.tile(caps, (4, 1)),
        np.ones((1, 4 * WEEK), bool),
        np.array(scores, np.int8),
    )


def given(small: World, policy: Policy) -> dict[int, tuple[int, int]]:
    return {one: (chat.ambassador, chat.at) for one, chat in run(small, policy, 1).items()}


def test_a_chat_keeps_twelve_hours_of_notice() -> None:
    small = world([[50]], [[NOTICE - 1, NOTICE, NOTICE + 1]], [3])
    assert given(small, GREEDY) == {0: (0, NOTICE)}


def test_the_greedy_wait_for_the_best_and_the_hasty_take_the_first() -> None:
    small = world([[60, 90]], [[30], [5 * DAY]], [1, 1])
    assert given(small, GREEDY) == {0: (1, 5 * DAY)}
    assert given(small, SOONEST) == {0: (0, 30)}


def test_the_greedy_leave_a_later_one_without_anybody_and_the_plan_does_not() -> None:
    later = 4 * DAY  # nobody is free within three days: all wait for the plan
    small = world([[80, 70], [75, -1]], [[later], [later]], [1, 1])
    assert given(small, GREEDY) == {0: (0, later)}
    assert given(small, OURS) == {0: (1, later), 1: (0, later)}


def test_a_week_that_is_full_sends_people_to_the_next() -> None:
    small = world([[50], [50]], [[30, 40, WEEK + 1]], [1])
    assert given(small, GREEDY) == {0: (0, 30), 1: (0, WEEK + 1)}


def test_a_time_that_was_cancelled_is_free_again() -> None:
    askers = [asker(luck=(0, 1, 1)), asker()]
    small = world([[50], [50]], [[4 * DAY]], [1], askers)
    assert given(small, GREEDY) == {1: (0, 4 * DAY)}


def test_whose_chat_is_called_off_gets_another() -> None:
    small = world([[50]], [[2 * DAY, 6 * DAY]], [1], [asker(luck=(1, 0, 1))])
    assert given(small, GREEDY) == {0: (0, 2 * DAY)}


def test_patience_ends_after_two_weeks() -> None:
    assert given(world([[50]], [[14 * DAY]], [1]), GREEDY) == {}
    assert given(world([[50]], [[14 * DAY - 1]], [1]), GREEDY) == {0: (0, 14 * DAY - 1)}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@pytest.mark.parametrize(
    "small",
    [
        world([[50, 50]] * 3, [[30], [40]], [0, 0]),
        world([[-1, -1]] * 3, [[30], [40]], [5, 5]),
        world([[50, 50]] * 3, [[], []], [5, 5]),
    ],
    ids=["all caps zero", "nobody matches", "nobody has hours"],
)
def test_where_nothing_can_be_had_a_season_ends_with_nothing(small: World, policy: Policy) -> None:
    assert run(small, policy, 1) == {}
    assert measure(small, {}).served == 0


def test_one_interest_that_everybody_wants_is_shared_out() -> None:
    small = world([[100, 100]] * 4, [[30, 31], [30, 31]], [2, 2])
    assert sorted(given(small, OURS).values()) == [(0, 30), (0, 31), (1, 30), (1, 31)]


@pytest.fixture(scope="module")
def season() -> World:
    return invent(AIM_VOCABULARY, 6, 12, 3)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_chats_keep_hours_caps_sleep_notice_and_gates(season: World, policy: Policy) -> None:
    chats = run(season, policy, 3)
    assert len(set(chats.values())) == len(chats) > 30
    weeks = Counter((chat.at // WEEK, chat.ambassador) for chat in chats.values())
    assert all(count <= season.caps[week, who] for (week, who), count in weeks.items())
    for number, chat in chats.items():
        one = season.askers[number]
        assert season.open[chat.at, chat.ambassador]
        assert season.awake[one.zone, chat.at]
        assert season.scores[number, chat.ambassador] > 0
        assert one.at + NOTICE <= chat.at < one.at + 14 * DAY


def test_figures_agree_with_a_plain_recount(season: World) -> None:
    chats = run(season, OURS, 3)
    seen = measure(season, chats)
    stayed = [n for n, one in enumerate(season.askers) if one.cancels >= 0.1]
    points = [int(season.scores[n, chats[n].ambassador]) if n in chats else 0 for n in stayed]
    days = {n: (chats[n].at - season.askers[n].at) / DAY for n in stayed if n in chats}
    came = [n for n in days if season.askers[n].no_show >= 0.03 + 0.01 * days[n]]
    top = [n for n in came if days[n] <= 3 and among_the_best(season, n, chats)]
    assert seen.score == pytest.approx(fmean(points))
    assert seen.worst == pytest.approx(np.mean(sorted(points)[: int(np.ceil(len(points) / 10))]))
    assert seen.waiting == pytest.approx(fmean(24 * days[n] for n in came))
    assert seen.served == pytest.approx(len(came) / len(stayed))
    assert seen.soon == pytest.approx(len(top) / len(stayed))


def among_the_best(season: World, number: int, chats: Mapping[int, Booked]) -> bool:
    """Whether fewer than three ambassadors would have had more points."""
    row: list[int] = season.scores[number].tolist()
    return sum(other > row[chats[number].ambassador] for other in row) < 3


def test_a_seed_makes_the_same_season_again_and_another_seed_another() -> None:
    first = simulate(AIM_VOCABULARY, 3, 6, 1)
    assert simulate(AIM_VOCABULARY, 3, 6, 1) == first
    assert simulate(AIM_VOCABULARY, 3, 6, 2) != first
    assert [row[0] for row in table_of(first)] == ["policy", *(one.name for one in POLICIES)]


def test_the_table_says_where_ours_is_not_the_best() -> None:
    ours = measure(world([[50]], [[SOON]], [1]), {0: Booked(0, SOON)})
    better = replace(ours, waiting=10.0, gini=0.5)
    losses = find_losses({"ours": ours, "other": better})
    assert [(one.column, one.best) for one in losses] == [("waiting, h", "other")]
    assert find_losses({"ours": ours, "other": ours}) == []


def test_exams_fall_into_the_middle_and_the_end() -> None:
    assert [exams(weeks) for weeks in (1, 5, 6, 12)] == [(), (), (2, 5), (5, 11)]
    season = invent(AIM_VOCABULARY, 6, 20, 1)
    assert season.caps[2].sum() < 0.7 * season.caps[0].sum()


@pytest.mark.parametrize(
    ("vocabulary", "weeks", "ambassadors", "sentence"),
    [
        (AIM_VOCABULARY, 12, 0, "A season has from 1 to 1000 ambassadors."),
        (AIM_VOCABULARY, 12, 1001, "A season has from 1 to 1000 ambassadors."),
        (AIM_VOCABULARY, 0, 60, "A season has from 1 to 52 weeks."),
        (Vocabulary(()), 12, 60, "A season needs interests to ask for."),
    ],
)
def test_a_season_that_cannot_be_is_refused(
    vocabulary: Vocabulary, weeks: int, ambassadors: int, sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        invent(vocabulary, weeks, ambassadors, 1)
    assert refusal.value.text == sentence
