import random
import tomllib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.interests import Family, Item, Profile, Vocabulary, Wanted
from ambassadors.core.matching import Match, Miss, Reason, explain, line_up, points, rank
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.refused import Refused
from tests.core.test_interests import AIM

AIM_VOCABULARY = parse_programme(tomllib.loads(AIM.read_text(encoding="utf-8")))
EVERY_KEY = [item.key for family in AIM_VOCABULARY.families for item in family.items]


def family(key: str, count: int, weight: int | None = None) -> Family:
    items = tuple(Item(f"{key}/{n}", f"Item {n}", f"{n}") for n in range(count))
    return Family(key, key.title(), "detail", items, weight)


def want(*interests: str, most: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> Wanted:
    return Wanted(tuple(sorted(interests)), frozenset(most), languages)


def profile(
    name: str,
    *interests: str,
    id: int = 1,
    load: tuple[int, int] = (0, 8),
    languages: tuple[str, ...] = ("en",),
) -> Profile:
    return Profile(
        id, name, "America/New_York", languages, frozenset(interests or ["track/thesis"]), load=load
    )


def worth(wanted: Wanted) -> dict[str, int]:
    return points(wanted, AIM_VOCABULARY)


def names(matches: list[Match]) -> list[str]:
    return [match.profile.name for match in matches]


def test_the_starting_weights_are_normalised_over_the_families_chosen_from() -> None:
    wish = want("research-center/kostas", "track/thesis", "industry/aerospace")
    assert worth(wish) == {
        "research-center/kostas": 43,
        "track/thesis": 29,
        "industry/aerospace": 28,
    }


def test_one_interest_alone_is_worth_everything() -> None:
    assert worth(want("topic/iot")) == {"topic/iot": 100}


def test_families_without_a_weight_share_the_rest_of_a_hundred_equally() -> None:
    one_of_each = want(*(entry.items[0].key for entry in AIM_VOCABULARY.families))
    assert sorted(worth(one_of_each).values()) == [4, 4, 4, 4, 4, 5, 5, 20, 20, 30]


def test_what_matters_most_counts_twice_within_its_family_and_takes_nothing_from_others() -> None:
    wish = want(
        "track/thesis", "industry/controls", "industry/materials", most=("industry/controls",)
    )
    assert worth(wish) == {
        "track/thesis": 50,
        "industry/controls": 33,
        "industry/materials": 17,
    }


def test_nothing_asked_for_is_worth_nothing() -> None:
    assert worth(want()) == {}
    assert rank(want(), [profile("Ana")], AIM_VOCABULARY) == []


def test_an_interest_the_programme_no_longer_has_is_refused() -> None:
    with pytest.raises(Refused, match="is not an interest of this programme"):
        worth(want("track/dance"))


def test_families_that_weigh_nothing_share_equally_when_nothing_else_was_chosen() -> None:
    vocabulary = Vocabulary((family("a", 1, 100), family("b", 1), family("c", 1, 0)))
    assert points(want("b/0", "c/0"), vocabulary) == {"b/0": 50, "c/0": 50}
    assert points(want("a/0", "c/0"), vocabulary) == {"a/0": 100, "c/0": 0}


@st.composite
def wishes(draw: st.DrawFn) -> Wanted:
    interests = draw(st.lists(st.sampled_from(EVERY_KEY), min_size=1, unique=True))
    most = draw(st.lists(st.sampled_from(interests), unique=True))
    return want(*interests, most=tuple(most))


@given(wishes())
def test_a_perfect_match_is_a_hundred_exactly_and_no_point_is_far_from_its_share(
    wish: Wanted,
) -> None:
    got = worth(wish)
    assert sum(got.values()) == 100
    assert all(abs(got[key] - exact(wish, key)) < 1 for key in wish.interests)
    assert [match.score for match in rank(wish, [profile("Ana", *EVERY_KEY)], AIM_VOCABULARY)] == [
        100
    ]


def exact(wish: Wanted, key: str) -> Fraction:
    """The same rule in fractions, not rounded."""
    weights = {
        entry.key: Fraction(entry.weight or Fraction(30, 7)) for entry in AIM_VOCABULARY.families
    }
    chosen = {interest.split("/")[0] for interest in wish.interests}
    name = key.split("/")[0]
    units = {i: 1 + (i in wish.most) for i in wish.interests if i.split("/")[0] == name}
    part = Fraction(units[key], sum(units.values()))
    return 100 * weights[name] / sum(weights[entry] for entry in chosen) * part


def test_a_match_says_what_is_shared_and_what_is_not() -> None:
    wish = want(
        "research-center/kostas", "track/thesis", "industry/aerospace", most=("track/thesis",)
    )
    ana = profile("Ana", "research-center/kostas", "track/thesis", "industry/controls")
    assert rank(wish, [ana], AIM_VOCABULARY) == [
        Match(
            ana,
            72,
            (
                Reason("research-center/kostas", 43, "Works in the Kostas Research Center"),
                Reason(
                    "track/thesis",
                    29,
                    "Is taking the thesis option, which you marked as mattering most",
                ),
            ),
            (Miss("industry/aerospace", "Has no experience with the aerospace industry", 28),),
        )
    ]


@pytest.mark.parametrize(
    ("key", "reason", "miss"),
    [
        (
            "research-center/chn",
            "Works in the NSF Center for High-Rate Nanomanufacturing",
            "Has not worked in the NSF Center for High-Rate Nanomanufacturing",
        ),
        ("track/project", "Is taking the project option", "Is not taking the project option"),
        (
            "industry/power-energy",
            "Knows the power and energy industry",
            "Has no experience with the power and energy industry",
        ),
        ("coop-employer/ge", "Did a co-op at GE", "Has not done a co-op at GE"),
        ("coop-employer/flex", "Did a co-op at Flex", "Has not done a co-op at Flex"),
        (
            "component/smart",
            "Has studied smart manufacturing",
            "Has not studied smart manufacturing so far",
        ),
        (
            "topic/iot",
            "Can tell you about the internet of things",
            "Has not worked on the internet of things so far",
        ),
        (
            "topic/cad-cam",
            "Can tell you about CAD and computer-aided manufacturing",
            "Has not worked on CAD and computer-aided manufacturing so far",
        ),
        (
            "goal/doctorate",
            "Wants to do a PhD in advanced manufacturing",
            "Does not plan a PhD in advanced manufacturing",
        ),
        (
            "certificate/engineering-leadership",
            "Is earning the Engineering Leadership certificate (Gordon Institute)",
            "Is not earning the Engineering Leadership certificate (Gordon Institute)",
        ),
        (
            "discipline/computer-science",
            "Is at home in computer science",
            "Does not come from computer science",
        ),
        (
            "background/equivalent",
            "Has a first degree in an equivalent field",
            "Has no first degree in an equivalent field",
        ),
    ],
)
def test_each_family_speaks_in_its_own_words(key: str, reason: str, miss: str) -> None:
    knows, lacks = explain(
        want(key), [profile("Ana", key), profile("Bo", "track/other")], AIM_VOCABULARY
    )
    assert knows.reasons == (Reason(key, 100, reason),)
    assert lacks.misses == (Miss(key, miss, 100),)


def test_a_family_nobody_wrote_phrases_for_still_gives_a_sentence() -> None:
    vocabulary = Vocabulary((Family("city", "City", "detail", (Item("city/rio", "Rio", "Rio"),)),))
    knows, lacks = explain(
        want("city/rio"), [profile("Ana", "city/rio"), profile("Bo")], vocabulary
    )
    assert knows.reasons[0].text == "Also named Rio (City)"
    assert lacks.misses[0].text == "Did not name Rio (City)"


def test_every_interest_of_the_programme_has_two_clean_sentences() -> None:
    everything = want(*EVERY_KEY)
    knows, lacks = explain(
        everything, [profile("Ana", *EVERY_KEY), profile("Bo", "x")], AIM_VOCABULARY
    )
    sentences = [reason.text for reason in knows.reasons] + [miss.text for miss in lacks.misses]
    assert len(set(sentences)) == 2 * len(EVERY_KEY)
    assert [text for text in sentences if "{" in text or "  " in text or text[0].islower()] == []


def test_the_higher_score_comes_first() -> None:
    wish = want("track/thesis", "industry/aerospace", "research-center/kostas")
    ana, bo = profile("Ana", "track/thesis"), profile("Bo", "research-center/kostas", id=2)
    assert names(rank(wish, [ana, bo], AIM_VOCABULARY)) == ["Bo", "Ana"]


def test_who_shares_no_interest_is_no_match() -> None:
    assert rank(want("track/thesis"), [profile("Ana", "track/project")], AIM_VOCABULARY) == []


def test_the_less_busy_of_two_equal_matches_comes_first() -> None:
    busy, idle = profile("Ana", load=(3, 8), id=1), profile("Bo", load=(1, 4), id=2)
    assert names(rank(want("track/thesis"), [busy, idle], AIM_VOCABULARY)) == ["Bo", "Ana"]


def test_who_offers_no_hours_at_all_comes_after_all_equals() -> None:
    closed, full = profile("Ana", load=(0, 0), id=1), profile("Bo", load=(9, 8), id=2)
    assert names(rank(want("track/thesis"), [closed, full], AIM_VOCABULARY)) == ["Bo", "Ana"]


def test_equals_come_in_an_order_that_does_not_depend_on_the_order_given() -> None:
    people = [profile(f"P{n}", id=n, load=(n % 3, 3)) for n in range(40)]
    ordered = names(rank(want("track/thesis"), people, AIM_VOCABULARY))
    for seed in range(5):
        shuffled = random.Random(seed).sample(people, len(people))
        assert names(rank(want("track/thesis"), shuffled, AIM_VOCABULARY)) == ordered


def test_equals_take_turns_over_different_wishes() -> None:
    people = [profile(f"P{n}", *EVERY_KEY, id=n) for n in range(5)]
    firsts = {names(rank(want(key), people, AIM_VOCABULARY))[0] for key in EVERY_KEY}
    assert firsts == {"P0", "P1", "P2", "P3", "P4"}


def test_a_shared_language_is_a_gate_and_regions_do_not_matter() -> None:
    ana = profile("Ana", languages=("en-US", "PT"), id=1)
    bo = profile("Bo", languages=("zh",), id=2)
    wish = want("track/thesis", languages=("pt-BR", "de"))
    assert names(rank(wish, [ana, bo], AIM_VOCABULARY)) == ["Ana"]


def test_naming_no_language_opens_the_gate() -> None:
    ana = profile("Ana", languages=())
    assert names(rank(want("track/thesis"), [ana], AIM_VOCABULARY)) == ["Ana"]


def test_the_line_holds_the_scores_of_the_explained_matches() -> None:
    people = [profile(f"P{n}", *EVERY_KEY[n::3], id=n) for n in range(3)]
    wish = want(*EVERY_KEY[:9])
    assert [(m.score, m.profile) for m in rank(wish, people, AIM_VOCABULARY)] == line_up(
        wish, people, AIM_VOCABULARY
    )
