"""Sparklines: points within the picture, gaps where there is nothing."""

from ambassadors.core import sparks


def test_a_line_goes_from_the_lowest_at_the_bottom_to_the_highest_at_the_top() -> None:
    assert sparks.lines([0, 5, 10], 106, 26) == ["3.0,23.0 53.0,13.0 103.0,3.0"]


def test_a_gap_breaks_the_line_and_a_lone_value_is_a_dot() -> None:
    assert sparks.lines([1, None, 1, 1], 96, 26) == ["3.0,13.0 3.0,13.0", "63.0,13.0 93.0,13.0"]


def test_the_dot_stands_at_the_last_value_if_there_is_one() -> None:
    assert sparks.last_dot([0, 10], 96, 26) == ("93.0", "3.0")
    assert [sparks.last_dot(values, 96, 26) for values in ([], [None], [1, None])] == [None] * 3
