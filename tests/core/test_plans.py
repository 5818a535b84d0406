"""A plan in words: choices, better ones not given, nobody, the last hour, what is fixed."""

from dataclasses import replace

import numpy as np
import pytest

from ambassadors.core.explaining import draw_up
from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.plans import Edits, Question, Taker, Waiting
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.refused import Refused
from tests.factories import VOCABULARY

KNOWN = parse_programme(VOCABULARY)
BOTH = ("industry/aerospace", "track/thesis")
PEOPLE = {"Ana": 1, "Bo": 2, "Cem": 3}


def taker(name, *interests, capacity=1, languages=("en",)):
    profile = Profile(PEOPLE[name], name, "UTC", languages, frozenset(interests))
    return Taker(profile, capacity)


def waits(id, *interests, languages=(), zone="Asia/Shanghai"):
    return Waiting(id, f"Prospect {id}", zone, Wanted(interests or BOTH, languages=languages))


def ask(waiting, takers, **values):
    meets = np.ones((len(waiting), len(takers)), bool)
    return Question(waiting, takers, meets, KNOWN, **values)


def given(draft):
    return {line.request_id: line.ambassador_id for line in draft.lines}


def sentences(draft, id):
    (line,) = (line for line in draft.lines if line.request_id == id)
    return [one.text for one in line.why]


ANA, BO = taker("Ana", *BOTH), taker("Bo", "track/thesis", capacity=5)


def test_who_does_not_get_the_best_reads_that_their_hours_are_full():
    draft = draw_up(ask([waits(7), waits(8)], [ANA, BO]))
    second = next(line for line in draft.lines if line.ambassador_id == 2)
    assert (second.points, second.choice) == (50, 2)
    assert sentences(draft, second.request_id) == ["Ana scores 100, but their hours are full."]
    first = next(line for line in draft.lines if line.ambassador_id == 1)
    assert (first.points, first.choice, first.why) == (100, 1, ())
    assert [(reason.interest, reason.points) for reason in first.reasons] == [
        ("track/thesis", 50),
        ("industry/aerospace", 50),
    ]


def test_the_last_hour_has_its_price_in_words():
    waiting = [waits(id) for id in range(4)]
    draft = draw_up(ask(waiting, [ANA, taker("Bo", "track/thesis", capacity=3), taker("Cem")]))
    assert [(one.given, one.helped, one.text) for one in draft.outlooks] == [
        (1, 3, "One more hour of Ana would help 3 prospects."),
        (3, 0, "One more hour of Bo would help nobody further."),
        (0, 0, "1 hour left."),
    ]
    assert draft.outlooks[0].price == 50


@pytest.mark.parametrize(
    ("takers", "who", "meets", "code", "sentence"),
    [
        ([], waits(7), True, "no-ambassadors", "There are no active ambassadors."),
        (
            [taker("Bo", "topic/additive")],
            waits(7),
            True,
            "no-interest",
            "Nobody knows these interests.",
        ),
        (
            [ANA],
            waits(7, languages=("zh",)),
            True,
            "no-language",
            "Nobody who knows these interests shares a language.",
        ),
        (
            [ANA],
            waits(7),
            False,
            "no-time",
            "Nobody who fits has a free time within waking hours in Shanghai.",
        ),
        (
            [replace(ANA, capacity=0)],
            waits(7),
            True,
            "no-hours",
            "Ana fits, but has no hours left.",
        ),
    ],
)
def test_who_is_not_placed_reads_why(takers, who, meets, code, sentence):
    question = replace(ask([who], takers), meets=np.full((1, len(takers)), meets))
    draft = draw_up(question)
    assert (draft.placed, draft.lines[0].code, sentences(draft, 7)[0]) == (0, code, sentence)


def test_a_kept_pair_stays_and_takes_its_hour_first():
    edits = Edits(pinned={8: 1})
    draft = draw_up(ask([waits(7), waits(8, "track/thesis")], [ANA, BO], edits=edits))
    assert given(draft) == {7: 2, 8: 1}
    assert [line.pinned for line in draft.lines] == [False, True]


def test_a_pair_kept_by_hand_says_so_beside_a_better_one():
    draft = draw_up(ask([waits(7)], [ANA, BO], edits=Edits(pinned={7: 2})))
    assert sentences(draft, 7) == ["Ana scores 100, but you chose Bo by hand."]


def test_a_pair_that_was_ruled_out_is_not_made():
    edits = Edits(excluded={7: frozenset({1})})
    draft = draw_up(ask([waits(7)], [ANA, BO], edits=edits))
    assert given(draft) == {7: 2}
    assert sentences(draft, 7) == ["Ana scores 100, but you ruled this pair out."]


def test_who_is_left_out_gets_nobody_and_takes_nothing():
    draft = draw_up(ask([waits(7), waits(8)], [ANA], edits=Edits(left_out=frozenset({7}))))
    assert (given(draft), draft.lines[0].code) == ({7: None, 8: 1}, "left-out")


def test_a_choice_whose_ambassador_is_gone_is_dropped_and_said():
    draft = draw_up(ask([waits(7)], [ANA], edits=Edits(pinned={7: 3})))
    assert given(draft) == {7: 1}
    assert draft.notes == (
        "1 choice made by hand could not be kept: the ambassador is not active any more.",
    )


def test_the_same_question_in_another_order_has_the_same_answer():
    waiting = [waits(id) for id in range(6)]
    takers = [ANA, taker("Bo", "track/thesis", capacity=2), taker("Cem", *BOTH, capacity=2)]
    forward = draw_up(ask(waiting, takers))
    backward = draw_up(ask(waiting[::-1], takers[::-1]))
    assert given(forward) == given(backward)
    assert sorted(forward.lines, key=lambda line: line.request_id) == sorted(
        backward.lines, key=lambda line: line.request_id
    )


def test_a_plan_made_again_moves_nobody():
    waiting, takers = [waits(id) for id in range(4)], [ANA, replace(BO, capacity=2)]
    first = draw_up(ask(waiting, takers))
    before = {id: one for id, one in given(first).items() if one is not None}
    assert given(draw_up(ask(waiting, takers, previous=before))) == given(first)


@pytest.mark.parametrize(
    ("waiting", "takers", "notes"),
    [
        ([], [ANA], ("Nobody waits to be matched.",)),
        ([waits(7)], [], ("There are no active ambassadors.",)),
        ([], [], ("Nobody waits to be matched.", "There are no active ambassadors.")),
        (
            [waits(7)],
            [replace(ANA, capacity=0)],
            ("No ambassador has hours left in this week and the next.",),
        ),
    ],
)
def test_an_empty_plan_says_what_is_missing(waiting, takers, notes):
    draft = draw_up(ask(waiting, takers))
    assert (draft.placed, draft.notes, draft.proven) == (0, notes, True)


def test_the_same_number_twice_is_refused():
    with pytest.raises(Refused, match="Two requests have the same number, 7"):
        draw_up(ask([waits(7), waits(7)], [ANA]))
    with pytest.raises(Refused, match="Two ambassadors have the same number, 1"):
        draw_up(ask([waits(7)], [ANA, ANA]))


@pytest.mark.parametrize("interests", [("track/thesis",), BOTH])
def test_one_wish_of_all_and_equal_scores_fill_every_hour_and_say_so(interests):
    takers = [replace(one, capacity=2) for one in (taker("Ana", *BOTH), taker("Bo", *BOTH))]
    draft = draw_up(ask([waits(id, *interests) for id in range(30)], takers))
    assert (draft.placed, draft.proven, draft.notes) == (4, True, ())
    assert [one.given for one in draft.outlooks] == [2, 2]
    told = {line.why[0].text for line in draft.lines if line.code == "no-hours"}
    assert told == {"Ana and Bo fit, but have no hours left."}
