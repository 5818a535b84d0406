import pytest

from ambassadors.core.interests import Family, Item, Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.weights import read_weights, reweigh, share_of_rest, weights_of


def vocabulary(**weights: int | None) -> Vocabulary:
    return Vocabulary(
        tuple(
            Family(key, key.title(), "core", (Item(f"{key}/one", "One", "One"),), weight)
            for key, weight in weights.items()
        )
    )


THREE = vocabulary(track=20, center=30, topic=None)


def test_an_empty_weight_shares_what_the_others_leave() -> None:
    weights = read_weights(THREE, {"track": " 20 ", "center": "0", "topic": ""})
    assert weights == {"track": 20, "center": 0, "topic": None}
    assert share_of_rest(weights) == 80
    assert weights_of(reweigh(THREE, weights)) == weights


def test_weights_may_add_up_to_100_and_leave_nothing() -> None:
    weights = read_weights(THREE, {"track": "60", "center": "40", "topic": ""})
    assert share_of_rest(weights) == 0


@pytest.mark.parametrize(
    ("changed", "sentence", "field"),
    [
        ({"track": "-1"}, "“Track” needs a whole number from 0 to 100, or nothing.", "track"),
        ({"track": "101"}, "“Track” needs a whole number from 0 to 100, or nothing.", "track"),
        ({"track": "2.5"}, "“Track” needs a whole number from 0 to 100, or nothing.", "track"),
        ({"topic": "²"}, "“Topic” needs a whole number from 0 to 100, or nothing.", "topic"),
        ({"topic": "9" * 5000}, "“Topic” needs a whole number from 0 to 100, or nothing.", "topic"),
        ({"topic": "51"}, "The weights add up to 101; at most 100 are possible.", None),
    ],
)
def test_weights_that_make_no_sense_are_refused(
    changed: dict[str, str], sentence: str, field: str | None
) -> None:
    typed = {"track": "20", "center": "30", "topic": "", **changed}
    with pytest.raises(Refused) as refusal:
        read_weights(THREE, typed)
    assert (refusal.value.text, refusal.value.field) == (sentence, field)


def test_the_weight_of_every_family_must_be_said() -> None:
    with pytest.raises(Refused) as refusal:
        read_weights(THREE, {"track": "20", "topic": ""})
    assert refusal.value.text == "The weight of “Center” is missing."
