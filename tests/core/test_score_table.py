"""The table of scores says what matching says of each pair."""

from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.matching import line_up
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.score_table import score_table
from tests.factories import VOCABULARY

PROGRAMME = parse_programme(VOCABULARY)
KEYS = sorted(PROGRAMME.order)
TONGUES = st.lists(st.sampled_from(["en", "en-GB", "pt-BR", "de"]), max_size=2, unique=True)
CHOSEN = st.lists(st.sampled_from(KEYS), max_size=5, unique=True)


@st.composite
def wishes(draw):
    chosen = draw(CHOSEN)
    most = draw(st.sets(st.sampled_from(chosen))) if chosen else set()
    return Wanted(tuple(sorted(chosen)), frozenset(most), tuple(draw(TONGUES)))


@st.composite
def profiles(draw):
    known = frozenset([*draw(CHOSEN), "track/retired"])
    return Profile(0, "Ana", "UTC", tuple(draw(TONGUES)), known)


@given(st.lists(wishes(), max_size=4), st.lists(profiles(), max_size=4))
def test_every_pair_has_the_score_that_matching_gives_it(asked, known):
    table = score_table(asked, known, PROGRAMME)
    assert table.shape == (len(asked), len(known))
    for row, wish in enumerate(asked):
        for column, profile in enumerate(known):
            found = [score for score, _ in line_up(wish, [profile], PROGRAMME)]
            assert table[row, column] == (found[0] if found else -1)
