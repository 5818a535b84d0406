"""How long the batch assignment takes, beside scipy's and a plain dense minimum cost flow.

The same invented scores go to each, in the same run; every run is a process of its own, so that
its peak memory is its own too. The others are told nothing of the worst-off, of changes and of
balance: they only find the greatest total, which is compared with ours where the lowest score
does not stand in its way. They are left out where they would need minutes and gigabytes, unless
`--all` is given. Prints a table and writes bench/results/assignment.json.
Options: `--rounds 5 --all`.
"""

import argparse
import json
import multiprocessing
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors.core.assignment import assign  # noqa: E402 - the project is not installed

Table = npt.NDArray[np.int64]
BUDGETS = {(200, 20): 0.01, (2_000, 100): 0.05, (5_000, 500): 0.25, (20_000, 1_000): 5.0}
MEMORY = 1024  # MB
LARGEST = {"scipy": 1_000_000, "dense flow": 3_000_000}  # pairs, without --all
KINDS = ("random", "alike", "short")


def make_task(kind: str, rows: int, cols: int) -> tuple[Table, Table]:
    """Scores and caps. `random`: any score, a tenth more places than prospects. `alike`: few
    interests, unevenly spread, so that many want the same people. `short`: the same with places
    for six in ten.
    """
    draw = np.random.default_rng(rows)
    places = {"random": 1.1, "alike": 1.1, "short": 0.6}[kind] * rows / cols
    caps = draw.integers(0, round(2 * places) + 1, cols)
    if kind == "random":
        return draw.integers(0, 101, (rows, cols)), caps
    scores = np.zeros((rows, cols), np.int64)
    for items, points in ((7, 43), (3, 14), (10, 13), (7, 10), (3, 8), (10, 7), (3, 5)):
        asked = draw.choice(items, rows, p=draw.dirichlet(np.ones(items)))
        scores += points * (draw.random((items, cols)) < 0.35)[asked]
    scores[draw.random((rows, cols)) < 0.3] = -1
    return scores, caps


def with_ours(scores: Table, caps: Table) -> tuple[int, int]:
    """How many the proven plan places, and its total."""
    plan = assign(scores, caps)
    if not plan.proven:
        raise SystemExit("The plan is not proven.")
    placed = np.flatnonzero(plan.choice >= 0)
    return len(placed), int(scores[placed, plan.choice[placed]].sum())


def with_scipy(scores: Table, caps: Table) -> tuple[int, int]:
    """The same from scipy, each ambassador repeated as often as the cap says."""
    gains = np.where(scores >= 0, scores + 10_000_000, 0)[:, np.repeat(np.arange(len(caps)), caps)]
    rows, at = linear_sum_assignment(gains, maximize=True)
    return divmod(int(gains[rows, at].sum()), 10_000_000)


def with_dense_flow(scores: Table, caps: Table) -> tuple[int, int]:
    """The same from OR-tools' minimum cost flow on every possible pair."""
    size, nowhere = sum(scores.shape), 100_000
    rows, cols = np.nonzero(scores >= 0)
    each, every = np.arange(len(scores)), np.arange(len(caps)) + len(scores)
    solver = min_cost_flow.SimpleMinCostFlow()
    add = solver.add_arcs_with_capacity_and_unit_cost
    add(rows, len(scores) + cols, np.ones_like(rows), 100 - scores[rows, cols])
    add(each, np.full_like(each, size), np.ones_like(each), np.full_like(each, nowhere))
    add(every, np.full_like(every, size), caps, np.zeros_like(every))
    solver.set_nodes_supplies(each, np.ones_like(each))
    solver.set_node_supply(size, -len(scores))
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("The dense flow found nothing.")
    left, cost = divmod(solver.optimal_cost(), nowhere)
    return len(scores) - left, 100 * (len(scores) - left) - cost


WAYS: dict[str, Callable[[Table, Table], tuple[int, int]]] = {
    "ours": with_ours,
    "scipy": with_scipy,
    "dense flow": with_dense_flow,
}
Run = dict[str, float]


def measure(way: str, kind: str, rows: int, cols: int) -> Run:
    """One run: seconds by the clock and of the processor, MB at the peak, what was found."""
    scores, caps = make_task(kind, rows, cols)
    WAYS[way](*make_task(kind, 30, 6))  # libraries loaded
    started, worked = time.perf_counter(), time.process_time()
    placed, total = WAYS[way](scores, caps)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "mb": peak, "placed": placed, "total": total}


def measure_all(way: str, kind: str, size: tuple[int, int], rounds: int) -> Run | None:
    """The medians of several runs, each in a process of its own; None when one is not ended."""
    runs = []
    for _ in range(rounds):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            runs.append(pool.apply(measure, (way, kind, *size)))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main() -> None:
    """Measures, compares, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    record: dict[str, dict[str, Run]] = {}
    print(f"{'':24}{'s':>9}{'CPU s':>9}{'MB':>7}{'budget':>8}{'of it':>7}  how many times as long")
    for kind in KINDS:
        for size, budget in BUDGETS.items():
            ways = {
                way: measure_all(way, kind, size, options.rounds if way == "ours" else 1)
                for way in WAYS
                if options.all or size[0] * size[1] <= LARGEST.get(way, 10**9)
            }
            found = {way: run for way, run in ways.items() if run}
            record[f"{kind} {size[0]}x{size[1]}"] = found
            show(kind, size, budget, found)
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    written = {"python": platform.python_version(), "budget_mb": MEMORY, "runs": record}
    (results / "assignment.json").write_text(json.dumps(written, indent=2) + "\n", "utf-8")


def show(kind: str, size: tuple[int, int], budget: float, found: dict[str, Run]) -> None:
    """One line of the table."""
    ours = found["ours"]
    others = (
        f"{way} {run['seconds'] / ours['seconds']:.1f}"
        + ("" if run["total"] == ours["total"] else f" (total {run['total'] - ours['total']:+.0f})")
        for way, run in found.items()
        if way != "ours"
    )
    print(
        f"{kind:8}{size[0]:>7} × {size[1]:<6}{ours['seconds']:9.3f}{ours['cpu']:9.3f}"
        f"{ours['mb']:7.0f}{budget:8.2f}{ours['seconds'] / budget:7.2f}  {', '.join(others)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
