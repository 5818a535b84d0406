"""Sparklines: a handful of values as the points of a small line, on the server."""

from collections.abc import Iterator, Sequence

MARGIN = 3  # so that the line and its dots are not cut off at the edges


def lines(values: Sequence[float | None], width: int, height: int) -> list[str]:
    """The points of each unbroken run of values, for SVG polylines; a None is a gap.

    The lowest value lies at the bottom, the highest at the top; equal ones in the middle.
    """
    return [" ".join(points) for points in _runs(values, width, height)]


def last_dot(values: Sequence[float | None], width: int, height: int) -> tuple[str, str] | None:
    """Where the last value stands, if there is one: x and y."""
    runs = _runs(values, width, height) if values and values[-1] is not None else []
    if not runs:
        return None
    x, y = runs[-1][-1].split(",")
    return x, y


def _runs(values: Sequence[float | None], width: int, height: int) -> list[list[str]]:
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, span = min(known), max(known) - min(known)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        x = MARGIN + place * (width - 2 * MARGIN) / max(1, len(values) - 1)
        share = (value - low) / span if span else 0.5
        runs[-1].append(f"{x:.1f},{height - MARGIN - share * (height - 2 * MARGIN):.1f}")
    return list(_kept(runs))


def _kept(runs: Sequence[list[str]]) -> Iterator[list[str]]:
    """The runs that have points; a single point becomes a line of no length, drawn as a dot."""
    for run in runs:
        if run:
            yield run if len(run) > 1 else run * 2
