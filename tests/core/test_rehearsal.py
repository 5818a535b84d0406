import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations

import pytest

from ambassadors.core.hours import week_of
from ambassadors.core.inequality import gini
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import line_up
from ambassadors.core.pools import gather
from ambassadors.core.rehearsal import Asked, Rehearsal, rehearse
from ambassadors.core.spans import DAY, WEEK, minute_of
from ambassadors.core.weights import reweigh
from tests.core.test_matching import AIM_VOCABULARY, EVERY_KEY, profile
from tests.core.test_weights import vocabulary

OLD = vocabulary(track=60, center=20, topic=None)
NEW = vocabulary(track=20, center=60, topic=None)
MONDAY = minute_of(datetime(2027, 3, 1, 15, 0, tzinfo=UTC))
BOTH = Wanted(("center/one", "track/one"))


def ask(name: str, at: int = MONDAY, wanted: Wanted = BOTH) -> Asked:
    return Asked("chat", name, name, at, wanted)


def people(*profiles: Profile) -> list[Profile]:
    return list(profiles)


TRACKER = profile("Track", "track/one", id=1)
CENTRAL = profile("Center", "center/one", id=2)


def lines(seen: Rehearsal) -> list[tuple[str, str, str, int, int]]:
    return [
        (
            change.asked.name,
            change.before.profile.name if change.before.profile else "nobody",
            change.after.profile.name if change.after.profile else "nobody",
            change.before.new_points,
            change.after.new_points,
        )
        for change in seen.changes
    ]


def test_who_shares_the_heavier_family_is_now_the_best_match() -> None:
    seen = rehearse([ask("Wei")], gather([TRACKER, CENTRAL]), OLD, NEW)
    assert lines(seen) == [("Wei", "Track", "Center", 25, 75)]
    assert (seen.changes[0].before.old_points, seen.changes[0].after.old_points) == (75, 25)
    assert ([one.gain for one in seen.gained], seen.lost) == ([50], ())
    assert [(one.profile.name, one.before, one.after) for one in seen.loads] == [
        ("Center", 0, 1),
        ("Track", 1, 0),
    ]


def test_a_full_week_sends_the_later_ones_on_and_a_new_week_begins_afresh() -> None:
    small = [replace(one, load=(0, 1)) for one in (TRACKER, CENTRAL)]
    asked = [ask("Ana"), ask("Bo", MONDAY + 1), ask("Cy", MONDAY + 2), ask("Di", MONDAY + WEEK)]
    seen = rehearse(reversed(asked), gather(small), OLD, NEW)
    assert lines(seen) == [
        ("Bo", "Center", "Track", 75, 25),
        ("Ana", "Track", "Center", 25, 75),
        ("Di", "Track", "Center", 25, 75),
    ]
    assert [one.asked.name for one in seen.gained] == ["Di", "Ana"]
    assert (seen.before.nobody, seen.after.nobody, seen.asked) == (1, 1, 4)


def test_a_week_begins_with_the_ambassadors_own_monday() -> None:
    sunday_night = minute_of(datetime(2027, 3, 8, 3, 0, tzinfo=UTC))  # Sunday evening in Boston
    boston = replace(TRACKER, load=(0, 1))
    berlin = replace(boston, zone="Europe/Berlin")
    asked = [ask("Ana"), ask("Bo", sunday_night)]
    assert rehearse(asked, gather([boston]), OLD, OLD).before.nobody == 1
    assert rehearse(asked, gather([berlin]), OLD, OLD).before.nobody == 0


def test_a_family_that_weighs_nothing_leaves_some_without_anybody() -> None:
    nothing = vocabulary(track=100, center=0, topic=None)
    seen = rehearse([ask("Wei")], gather([CENTRAL]), OLD, nothing)
    assert lines(seen) == [("Wei", "Center", "nobody", 0, 0)]
    assert (seen.before.nobody, seen.after.nobody) == (0, 1)


def test_the_same_weights_change_nothing() -> None:
    seen = rehearse([ask("Wei"), ask("Ana")], gather([TRACKER, CENTRAL]), OLD, OLD)
    assert (seen.changes, seen.before) == ((), seen.after)


@pytest.mark.parametrize(
    ("asked", "profiles", "nobody"),
    [
        ([], people(TRACKER), 0),
        ([ask("Wei")], [], 1),
        ([], [], 0),
        ([ask("Wei")], people(replace(TRACKER, load=(0, 0))), 1),
        ([ask("Wei", wanted=Wanted(()))], people(TRACKER), 1),
        ([ask("Wei", wanted=replace(BOTH, languages=("zh",)))], people(TRACKER), 1),
    ],
)
def test_where_nobody_can_be_found_nobody_is(
    asked: list[Asked], profiles: list[Profile], nobody: int
) -> None:
    seen = rehearse(asked, gather(profiles), OLD, NEW)
    assert (seen.asked, seen.before.nobody, seen.after.nobody) == (len(asked), nobody, nobody)


def by_the_book(
    asked: list[Asked], profiles: list[Profile], known: Vocabulary
) -> dict[str, str | None]:
    """The same replay the plain way: everybody is ranked with the loads of that very moment."""
    taken = Counter[tuple[int, str]]()
    given: dict[str, str | None] = {}
    for one in sorted(asked, key=lambda one: one.at):
        weeks = {who.id: (who.id, str(week_of(who.zone, one.at))) for who in profiles}
        now = [replace(who, load=(taken[weeks[who.id]], who.load[1])) for who in profiles]
        line = [who for _, who in line_up(one.wanted, now, known) if who.load[0] < who.load[1]]
        given[one.id] = line[0].name if line else None
        if line:
            taken[weeks[line[0].id]] += 1
    return given


def test_figures_agree_with_a_replay_by_the_plain_ranking() -> None:
    chance = random.Random(5)
    zones = ("America/New_York", "Asia/Kolkata", "Pacific/Auckland")
    profiles = [
        Profile(
            id,
            f"A{id}",
            chance.choice(zones),
            ("en",),
            frozenset(chance.sample(EVERY_KEY, 14)),
            load=(0, chance.randrange(4)),
        )
        for id in range(1, 13)
    ]
    asked = [
        ask(
            f"P{n}", MONDAY + chance.randrange(21 * DAY), Wanted(tuple(chance.sample(EVERY_KEY, 5)))
        )
        for n in range(90)
    ]
    weights = dict.fromkeys((family.key for family in AIM_VOCABULARY.families), None)
    other = reweigh(AIM_VOCABULARY, {**weights, "goal": 50, "topic": 40})
    seen = rehearse(asked, gather(profiles), AIM_VOCABULARY, other)
    before, after = (by_the_book(asked, profiles, known) for known in (AIM_VOCABULARY, other))
    assert seen.before.nobody == sum(one is None for one in before.values())
    assert seen.after.nobody == sum(one is None for one in after.values())
    assert {one.asked.id for one in seen.changes} == {
        name for name in before if before[name] != after[name]
    }
    had, has = Counter(before.values()), Counter(after.values())
    assert {one.profile.name: (one.before, one.after) for one in seen.loads} == {
        one.name: (had[one.name], has[one.name]) for one in profiles if one.load[1]
    }
    assert seen.after.gini == pytest.approx(gini_by_pairs([one.after for one in seen.loads]))


def gini_by_pairs(amounts: list[int]) -> float:
    """The definition: half the mean absolute difference of all pairs, over the mean."""
    differences = sum(abs(one - other) for one, other in combinations(amounts, 2))
    return float(Fraction(differences, len(amounts) * sum(amounts)))


def test_gini_of_known_spreads() -> None:
    assert [gini(one) for one in ([], [0, 0], [3, 3, 3], [0, 0, 0, 8])] == [0, 0, 0, 0.75]
