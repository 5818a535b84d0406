import random
from collections import Counter
from dataclasses import replace
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.matching import line_up
from ambassadors.core.pools import best, gather
from tests.core.test_matching import AIM_VOCABULARY, EVERY_KEY, profile, want, wishes

LANGUAGES = ["en", "pt-BR", "zh-Hans", "hi"]


def crowd(size: int, seed: int) -> list[Profile]:
    draw = random.Random(seed)
    return [
        profile(
            f"P{n}",
            *draw.sample(EVERY_KEY, draw.randint(1, 20)),
            id=n * 7 + 1,
            load=(0, draw.choice([0, 2, 4, 8])),
            languages=tuple(draw.sample(LANGUAGES, draw.randint(0, 3))),
        )
        for n in range(size)
    ]


@given(wishes(), st.lists(st.sampled_from(LANGUAGES)), st.integers(0, 99), st.integers(0, 40))
def test_the_fast_way_gives_the_order_of_the_plain_way(
    wish: Wanted, languages: list[str], seed: int, size: int
) -> None:
    people = crowd(size, seed)
    asked = replace(wish, languages=tuple(languages))
    chats = {person.id: person.id % 3 for person in people if person.id % 2}
    loaded = [replace(one, load=(chats.get(one.id, 0), one.load[1])) for one in people]
    plain = [(score, one.id) for score, one in line_up(asked, loaded, AIM_VOCABULARY)]
    fast = [(score, one.id) for score, one in best(gather(people), asked, AIM_VOCABULARY, chats)]
    assert fast == plain


def test_chats_of_people_outside_the_pool_change_nothing() -> None:
    pool = gather([profile("Ana", id=3)])
    found = list(best(pool, want("track/thesis"), AIM_VOCABULARY, {99: 4}))
    assert [(score, one.name) for score, one in found] == [(100, "Ana")]


def test_an_empty_pool_matches_nobody() -> None:
    assert list(best(gather([]), want("track/thesis"), AIM_VOCABULARY, {})) == []


def test_over_many_wishes_each_of_several_equals_comes_first_about_as_often() -> None:
    pool = gather([profile(f"P{n}", *EVERY_KEY, id=n) for n in range(8)])
    draw = random.Random(1)
    firsts = Counter(
        next(best(pool, want(*draw.sample(EVERY_KEY, 5)), AIM_VOCABULARY, {}))[1].name
        for _ in range(1600)
    )
    assert len(firsts) == 8
    assert [name for name, times in firsts.items() if not 150 <= times <= 250] == []


def test_only_as_many_as_are_asked_for_are_put_in_order() -> None:
    pool = gather(crowd(300, 1))
    wish = want(*EVERY_KEY[::9])
    everybody = list(best(pool, wish, AIM_VOCABULARY, {}))
    assert list(islice(best(pool, wish, AIM_VOCABULARY, {}), 12)) == everybody[:12]
