"""How far a match fits, family by family."""

from ambassadors.core.fit import fits
from ambassadors.core.interests import Profile
from ambassadors.core.matching import explain
from tests.core.test_matching import AIM_VOCABULARY, want


def profile(*interests: str) -> Profile:
    return Profile(1, "Ana", "UTC", ("en",), frozenset(interests))


def test_the_families_chosen_from_share_a_hundred_points_in_the_programmes_order() -> None:
    wish = want("industry/aerospace", "track/thesis", "research-center/kostas")
    [match] = explain(wish, [profile("track/thesis")], AIM_VOCABULARY)
    found = fits(match, AIM_VOCABULARY)
    assert [(one.family, one.got, one.of, one.start) for one in found] == [
        ("research-center", 0, 43, 0),
        ("track", 29, 29, 43),
        ("industry", 0, 28, 72),
    ]


def test_a_family_of_which_some_is_shared_is_filled_as_far() -> None:
    wish = want("industry/aerospace", "industry/controls", most=("industry/aerospace",))
    [match] = explain(wish, [profile("industry/aerospace")], AIM_VOCABULARY)
    assert [(one.got, one.of) for one in fits(match, AIM_VOCABULARY)] == [(67, 100)]


def test_what_is_shared_and_what_is_missing_make_up_a_hundred() -> None:
    wish = want("industry/aerospace", "track/thesis", "topic/iot", "goal/doctorate")
    [match] = explain(wish, [profile("topic/iot", "track/thesis")], AIM_VOCABULARY)
    missing = sum(miss.points for miss in match.misses)
    assert match.score + missing == 100
    assert sum(one.of for one in fits(match, AIM_VOCABULARY)) == 100
    assert sum(one.got for one in fits(match, AIM_VOCABULARY)) == match.score
