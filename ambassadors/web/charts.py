"""Charts as SVG, drawn on the server: geometry here, marks in templates/components/chart.html.

Colours come from the stylesheet, so a chart follows light, dark and print. The table beside a chart
says the same in figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ambassadors.core.reporting import Figures
from ambassadors.web.speaking import speak

WIDE, HIGH, FOOT, LEFT = 720, 240, 26, 40
BAR, GAP, NAMES = 18, 8, 220
MOST_BARS = 15
STEPS = (1, 2, 5)
LABEL_ROOM = 84  # units that a date below the columns needs


@dataclass(frozen=True)
class Box:
    """A rectangle; `kind` chooses its colour: 'held', 'missed', 'rest'."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """A word or figure; `end` for text that ends at its place."""

    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """All that is to be drawn, in a picture so wide and high; lines are y or x of the scale."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: tuple[float, ...]
    upright: bool


def draw(rows: Sequence[Figures], in_time: bool) -> Chart:
    """Held, missed and other booked chats of each group."""
    return draw_columns(rows) if in_time else draw_bars(rows[:MOST_BARS])


def parts_of(row: Figures) -> tuple[tuple[str, int], ...]:
    """A group's chats by what became of them; together they are the booked ones."""
    rest = row.booked - row.held - row.no_shows
    return (("held", row.held), ("missed", row.no_shows), ("rest", rest))


def step_of(most: int) -> int:
    """A round step that divides a scale into at most five."""
    size = 1
    while True:
        for step in STEPS:
            if step * size * 5 >= most:
                return step * size
        size *= 10


def draw_columns(rows: Sequence[Figures]) -> Chart:
    """Groups beside one another, as time goes on."""
    most = max([row.booked for row in rows], default=0) or 1
    step = step_of(most)
    top = -(-most // step) * step
    unit, each = (HIGH - FOOT - 10) / top, (WIDE - LEFT) / max(1, len(rows))
    floor = HIGH - FOOT
    boxes, labels = [], []
    every = max(1, round(LABEL_ROOM / each + 0.49))
    for place, row in enumerate(rows):
        x, y = LEFT + place * each, float(floor)
        for kind, count in parts_of(row):
            y -= count * unit
            if count:
                boxes.append(
                    Box(kind, round(x, 1), round(y, 1), width_of(each), round(count * unit, 1))
                )
        if place % every == 0:
            labels.append(Label(row.label, round(x, 1), HIGH - 8))
    lines = [floor - number * step * unit for number in range(top // step + 1)]
    marks = [Label(str(n * step), LEFT - 6, round(y + 4, 1), "end") for n, y in enumerate(lines)]
    rounded = tuple(round(y, 1) for y in lines)
    return Chart(WIDE, HIGH, tuple(boxes), (*marks, *labels), rounded, True)


def width_of(each: float) -> float:
    """A column with a little room beside it."""
    return round(min(each * 0.8, 60), 1)


def draw_bars(rows: Sequence[Figures]) -> Chart:
    """Groups below one another, their names in front."""
    most = max([row.booked for row in rows], default=0) or 1
    unit, boxes, labels = (WIDE - NAMES - 50) / most, [], []
    for place, row in enumerate(rows):
        x, y = float(NAMES), place * (BAR + GAP) + GAP
        labels.append(Label(shorten(speak(row.label)), NAMES - 8, y + 14, "end"))
        for kind, count in parts_of(row):
            if count:
                boxes.append(Box(kind, round(x, 1), y, round(count * unit, 1), BAR))
            x += count * unit
        labels.append(Label(str(row.booked), round(x + 6, 1), y + 14))
    height = len(rows) * (BAR + GAP) + GAP
    return Chart(WIDE, height, tuple(boxes), tuple(labels), (float(NAMES),), False)


def shorten(text: str) -> str:
    """A name with no more letters than there is room for."""
    return text if len(text) <= 32 else text[:31].rstrip() + "…"
