"""How well each of many prospects fits each of many ambassadors, as one table."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ambassadors.core.assignment import IMPOSSIBLE
from ambassadors.core.interests import Profile, Vocabulary, Wanted, primary
from ambassadors.core.matching import points

Table = npt.NDArray[np.int8]


def score_table(
    wishes: Sequence[Wanted], profiles: Sequence[Profile], vocabulary: Vocabulary
) -> Table:
    """Scores 0–100, a row for each wish, a column for each profile; as `matching.line_up` has it.

    −1 where the two share no interest or no language.
    """
    scores = points_table(wishes, profiles, vocabulary)
    scores[(scores == 0) | ~language_table(wishes, profiles)] = IMPOSSIBLE
    return scores.astype(np.int8)


def points_table(
    wishes: Sequence[Wanted], profiles: Sequence[Profile], vocabulary: Vocabulary
) -> npt.NDArray[np.int16]:
    """Points 0–100 of shared interests alone, a row for each wish, a column for each profile."""
    places = vocabulary.order
    worth = np.zeros((len(wishes), len(places)), np.float32)
    for row, wish in enumerate(wishes):
        for key, value in points(wish, vocabulary).items():
            worth[row, places[key]] = value
    known = [{key for key in one.interests if key in places} for one in profiles]
    return (worth @ _marks(known, places).T).astype(np.int16)


def language_table(wishes: Sequence[Wanted], profiles: Sequence[Profile]) -> npt.NDArray[np.bool_]:
    """Whether they share a language; a wish that names none takes any."""
    asked = [_tongues(one.languages) for one in wishes]
    spoken = [_tongues(one.languages) for one in profiles]
    places = {one: place for place, one in enumerate(sorted(set[str]().union(*asked, *spoken)))}
    shared = _marks(asked, places) @ _marks(spoken, places).T > 0
    shared[[row for row, tongues in enumerate(asked) if not tongues]] = True
    return shared


def _tongues(tags: Iterable[str]) -> set[str]:
    return {primary(tag) for tag in tags}


def _marks(sets: Sequence[set[str]], places: Mapping[str, int]) -> npt.NDArray[np.float32]:
    """A row for each set, with a 1 in the place of everything in it. Products of such tables are
    exact, for all sums are small whole numbers, and many times as fast as those of integers.
    """
    marks = np.zeros((len(sets), len(places)), np.float32)
    for row, members in enumerate(sets):
        marks[row, [places[one] for one in members]] = 1
    return marks
