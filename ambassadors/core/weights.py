"""What the families of interests weigh: reading what a coordinator typed, and trying it."""

from collections.abc import Mapping
from dataclasses import replace

from ambassadors.core.interests import Family, Vocabulary
from ambassadors.core.matching import FULL_SCORE
from ambassadors.core.refused import Refused
from ambassadors.core.said import said

Weights = Mapping[str, int | None]  # by family key; None: a share of what the others leave


def weights_of(vocabulary: Vocabulary) -> dict[str, int | None]:
    """What the families weigh now."""
    return {family.key: family.weight for family in vocabulary.families}


def read_weights(vocabulary: Vocabulary, typed: Mapping[str, str]) -> dict[str, int | None]:
    """The weights in a form's text, by family key; an empty text shares the rest.

    Refused, naming the family, when one is missing, is no whole number from 0 to 100, or when
    they add up to more than 100.
    """
    weights = {family.key: _weight(family, typed.get(family.key)) for family in vocabulary.families}
    total = sum(weight or 0 for weight in weights.values())
    if total > FULL_SCORE:
        raise Refused(
            said(
                "The weights add up to {total}; at most {full_score} are possible.",
                total=total,
                full_score=FULL_SCORE,
            )
        )
    return weights


def reweigh(vocabulary: Vocabulary, weights: Weights) -> Vocabulary:
    """The same vocabulary with other weights."""
    return Vocabulary(
        tuple(replace(family, weight=weights[family.key]) for family in vocabulary.families)
    )


def share_of_rest(weights: Weights) -> float:
    """What each family without a weight of its own gets of 100; 0 when nothing is left."""
    sharing = sum(weight is None for weight in weights.values())
    left = FULL_SCORE - sum(weight or 0 for weight in weights.values())
    return max(0, left) / sharing if sharing else 0.0


def _weight(family: Family, text: str | None) -> int | None:
    if text is None:
        raise Refused(
            said("The weight of “{label}” is missing.", label=family.label), field=family.key
        )
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= FULL_SCORE):
        raise Refused(
            said(
                "“{label}” needs a whole number from 0 to {full_score}, or nothing.",
                label=family.label,
                full_score=FULL_SCORE,
            ),
            field=family.key,
        )
    return int(text)
