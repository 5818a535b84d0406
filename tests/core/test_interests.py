import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import ambassadors
from ambassadors.core.interests import (
    Family,
    Item,
    Vocabulary,
    Wanted,
    primary,
    wanted,
)
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.refused import Refused

AIM = Path(ambassadors.__file__).parent / "data" / "aim-programme.toml"
SMALL: dict[str, Any] = {
    "family": [
        {
            "key": "track",
            "label": "Track",
            "role": "core",
            "items": [{"key": "thesis", "label": "Thesis option"}],
        },
        {
            "key": "topic",
            "label": "Topic",
            "role": "detail",
            "items": [
                {"key": "robotics", "label": "Robotics", "short": "Robots", "url": "https://a.org"},
                {"key": "cloud", "label": "Cloud computing"},
            ],
        },
    ]
}


def aim() -> Vocabulary:
    return parse_programme(tomllib.loads(AIM.read_text(encoding="utf-8")))


def refusal(change: Any) -> str:
    document = deepcopy(SMALL)
    change(document["family"])
    with pytest.raises(Refused) as caught:
        parse_programme(document)
    return caught.value.text


def asked(*interests: str, most: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> Wanted:
    return wanted(parse_programme(SMALL), interests, most, languages)


def test_a_programme_file_becomes_families_of_items_with_their_whole_keys() -> None:
    assert parse_programme(SMALL) == Vocabulary(
        (
            Family("track", "Track", "core", (Item("track/thesis", *["Thesis option"] * 2),), 20),
            Family(
                "topic",
                "Topic",
                "detail",
                (
                    Item("topic/robotics", "Robotics", "Robots", "https://a.org"),
                    Item("topic/cloud", "Cloud computing", "Cloud computing"),
                ),
            ),
        )
    )


def test_the_programme_we_ship_asks_three_core_families_and_starts_with_their_weights() -> None:
    weights = {family.key: family.weight for family in aim().families if family.role == "core"}
    assert weights == {"research-center": 30, "track": 20, "industry": 20}
    assert [family.weight for family in aim().families if family.role == "detail"] == [None] * 7


def test_a_weight_in_the_file_beats_the_starting_weight() -> None:
    document = deepcopy(SMALL)
    document["family"][0]["weight"] = 45
    assert [family.weight for family in parse_programme(document).families] == [45, None]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.clear(), "The programme file needs at least one entry in [[family]]."),
        (lambda f: f.append("x"), "The programme file may hold only tables in [[family]]."),
        (
            lambda f: f[1].update(key="Soft Skills"),
            "Family 2 needs a key of small letters, digits and single hyphens, at most 40 long.",
        ),
        (
            lambda f: f[1].update(key="track"),
            "The programme file has two families called “track”.",
        ),
        (
            lambda f: f[0].pop("label"),
            "Family “track” needs a label of one line, at most 200 characters.",
        ),
        (
            lambda f: f[0].update(label="Tr\nack"),
            "Family “track” needs a label of one line, at most 200 characters.",
        ),
        (lambda f: f[0].pop("role"), "Family “track” needs a role, “core” or “detail”."),
        (
            lambda f: f[0].update(weight=True),
            "Family “track” needs a weight that is a whole number from 0 to 100.",
        ),
        (
            lambda f: (f[0].update(weight=70), f[1].update(weight=60)),
            "The weights of the families add up to 130; at most 100 are possible.",
        ),
        (lambda f: f[0].update(items=[]), "Family “track” needs at least one entry in items."),
        (
            lambda f: f[1]["items"][1].update(key="robotics"),
            "Family “topic” has two items called “topic/robotics”.",
        ),
        (
            lambda f: f[1]["items"][1].update(key=7),
            "Item 2 of family “topic” needs a key of small letters, digits and single hyphens,"
            " at most 40 long.",
        ),
        (
            lambda f: f[1]["items"][1].update(label=" "),
            "Item “topic/cloud” needs a label of one line, at most 200 characters.",
        ),
        (
            lambda f: f[1]["items"][1].update(url="javascript:alert(1)"),
            "Item “topic/cloud” has a url that does not start with http:// or https://.",
        ),
    ],
)
def test_a_fault_in_the_programme_file_is_named_in_a_sentence(change: Any, sentence: str) -> None:
    assert refusal(change) == sentence


def test_a_file_without_families_is_refused() -> None:
    with pytest.raises(Refused, match="needs at least one entry"):
        parse_programme({"family": {"key": "track"}})


def test_interests_are_found_with_their_family() -> None:
    vocabulary = parse_programme(SMALL)
    assert vocabulary.item("topic/cloud").label == "Cloud computing"
    assert vocabulary.family_of("topic/cloud").key == "topic"
    assert (vocabulary.knows("track/thesis"), vocabulary.knows("track/none")) == (True, False)


def test_what_is_asked_for_is_sorted_and_named_once() -> None:
    got = asked("track/thesis", "topic/cloud", "track/thesis", languages=("en", "de-AT", "en"))
    assert got == Wanted(("topic/cloud", "track/thesis"), frozenset(), ("de-AT", "en"))


def test_what_matters_most_is_kept() -> None:
    got = asked("track/thesis", "topic/cloud", most=("topic/cloud",))
    assert got.most == frozenset({"topic/cloud"})


def test_an_unknown_interest_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        asked("track/thesis", "track/dance")
    assert caught.value.text == "“track/dance” is not an interest of this programme."
    assert (caught.value.status, caught.value.field) == (422, "interests")


def test_a_long_or_unprintable_interest_does_not_spoil_the_sentence() -> None:
    with pytest.raises(Refused) as caught:
        asked("a\r\nb" + "x" * 10_000)
    assert caught.value.text == f"“a  b{'x' * 56}…” is not an interest of this programme."


def test_what_matters_most_must_be_among_the_interests() -> None:
    with pytest.raises(Refused) as caught:
        asked("track/thesis", most=("topic/cloud",))
    assert caught.value.text == (
        "“topic/cloud” is marked as mattering most but is not among the interests."
    )
    assert caught.value.field == "most"


def test_more_than_sixty_interests_are_refused() -> None:
    with pytest.raises(Refused) as caught:
        asked(*["track/thesis"] * 61)
    assert caught.value.text == "Choose at most 60 interests."


@pytest.mark.parametrize("tag", ["", "english", "e", "en_US", "en-", "x" * 3000, "é"])
def test_what_is_not_a_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(Refused) as caught:
        asked("track/thesis", languages=(tag,))
    assert caught.value.field == "languages"


def test_languages_are_compared_by_their_primary_subtag() -> None:
    assert [primary(tag) for tag in ("pt-BR", "EN", "zh-Hans-CN")] == ["pt", "en", "zh"]
