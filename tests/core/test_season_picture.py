"""The picture of the seasons in the documentation can be drawn, from every figure there is."""

from pathlib import Path

from ambassadors.core.season import POLICIES
from ambassadors.core.season_figures import simulate
from bench.season import COLUMNS, STYLES, TITLES, draw, mean_of
from tests.core.test_season import AIM_VOCABULARY


def test_every_policy_and_every_figure_has_its_line_and_its_panel() -> None:
    assert list(STYLES) == [policy.name for policy in POLICIES]
    assert set(TITLES) == set(COLUMNS)


def test_a_picture_is_drawn(tmp_path: Path) -> None:
    small = {size: mean_of([simulate(AIM_VOCABULARY, 2, size, 1)]) for size in (3, 5)}
    picture = tmp_path / "season.png"
    draw(small, picture)
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
