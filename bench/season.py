"""Simulated seasons of 24 to 500 ambassadors: our way of matching against three others.

Prints a table for each size, the means over its seeds, and where ours is not the best; writes
bench/results/season.json and the picture in docs/pictures/season.png. The figures are the same on
every machine; only the seconds differ.
"""

import json
import platform
import statistics
import sys
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import matplotlib as mpl  # noqa: E402 - the project is not installed

mpl.use("agg")
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from ambassadors.cli.season import as_text, read_vocabulary  # noqa: E402
from ambassadors.core.season_figures import COLUMNS, Figures, simulate  # noqa: E402

WEEKS = 12
SEEDS = {24: (1, 2, 3, 4, 5), 60: (1, 2, 3), 150: (1, 2), 500: (1,)}  # by ambassadors
PICTURE = ROOT / "docs" / "pictures" / "season.png"
STYLES = {
    "ours": {"color": "#0b5c50", "linewidth": 2.6, "marker": "o", "zorder": 3},
    "first come, first served": {"color": "#b4530a", "linestyle": "--", "marker": "s"},
    "random": {"color": "#767676", "linestyle": ":", "marker": "^"},
    "best score, greedy": {"color": "#4a5fb0", "linestyle": "-.", "marker": "D"},
}
TITLES = {
    "soon": "Talked with a top-3 match\nwithin 72 hours (more is better)",
    "score": "Mean score\n(more is better)",
    "worst": "Mean score of the worst-off tenth\n(more is better)",
    "gini": "Gini of load relative to cap\n(less is better)",
    "waiting": "Hours from asking to the chat\n(less is better)",
    "served": "Talked with anybody\n(more is better)",
}

Means = dict[str, Figures]


def mean_of(seasons: list[Means]) -> Means:
    """The mean of each figure of each policy over the seeds."""
    return {
        policy: Figures(
            **{
                name: statistics.fmean(getattr(one[policy], name) for one in seasons)
                for name in COLUMNS
            }
        )
        for policy in seasons[0]
    }


def draw(sizes: dict[int, Means], picture: Path = PICTURE) -> None:
    """A panel for each figure, a line for each policy, over the number of ambassadors."""
    figure, panels = plt.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
    for panel, name in zip(panels.flat, COLUMNS, strict=True):
        draw_panel(panel, name, sizes)
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(picture, dpi=130, metadata={"Software": None})


def draw_panel(panel: Axes, name: str, sizes: dict[int, Means]) -> None:
    """One figure."""
    for policy, style in STYLES.items():
        heights = [getattr(means[policy], name) for means in sizes.values()]
        panel.plot(list(sizes), heights, label=policy, markersize=5, **style)
    panel.set_title(TITLES[name], fontsize=10)
    panel.set_xscale("log")
    panel.set_xticks(list(sizes), [str(size) for size in sizes])
    panel.minorticks_off()
    panel.set_xlabel("ambassadors", fontsize=9)
    panel.set_ylim(bottom=0)
    if COLUMNS[name].form.endswith("%}"):
        panel.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    panel.grid(axis="y", alpha=0.3)
    panel.spines[["top", "right"]].set_visible(False)


def main() -> None:
    """Simulates, prints, writes and draws."""
    vocabulary, sizes, seconds = read_vocabulary(), dict[int, Means](), dict[int, float]()
    for ambassadors, seeds in SEEDS.items():
        begun = time.process_time()
        sizes[ambassadors] = mean_of(
            [simulate(vocabulary, WEEKS, ambassadors, seed) for seed in seeds]
        )
        seconds[ambassadors] = (time.process_time() - begun) / len(seeds)
        print(f"{ambassadors} ambassadors, {WEEKS} weeks, means over {len(seeds)} seeds,", end=" ")
        print(f"{seconds[ambassadors]:.1f} s of CPU a season\n{as_text(sizes[ambassadors])}\n")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    figures = {
        size: {policy: asdict(one) for policy, one in means.items()}
        for size, means in sizes.items()
    }
    record = {"python": platform.python_version(), "weeks": WEEKS, "seeds": SEEDS,
              "cpu_s": seconds, "figures": figures}  # fmt: skip
    (results / "season.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    draw(sizes)


if __name__ == "__main__":
    main()
