"""A season of invented people, to see what the way of matching is worth."""

import json
import tomllib
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ambassadors.cli.setting_up import VOCABULARY
from ambassadors.cli.speaking import spoken
from ambassadors.core.interests import Vocabulary
from ambassadors.core.programme_file import parse_programme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ambassadors.core.season_figures import Figures


@click.group("season")
def season() -> None:
    """Simulated seasons; nothing is read from the database or written to it."""


@season.command("simulate")
@click.option("--weeks", default=12, show_default=True, help="How long people ask for chats.")
@click.option("--ambassadors", default=60, show_default=True, help="How many there are.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same season.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@spoken
def simulate_season(weeks: int, ambassadors: int, seed: int, as_json: bool) -> None:
    """Compares our way of matching with three others on the same people and the same luck."""
    # Here, and not above: numerics are large, and the web, which knows all commands, needs none.
    from ambassadors.core.season_figures import simulate

    seen = simulate(read_vocabulary(), weeks, ambassadors, seed)
    asked = {"weeks": weeks, "ambassadors": ambassadors, "seed": seed}
    click.echo(as_json_text(asked, seen) if as_json else as_text(seen))


def read_vocabulary() -> Vocabulary:
    """The programme's own."""
    return parse_programme(tomllib.loads(VOCABULARY.read_text("utf-8")))


def as_json_text(asked: "Mapping[str, int]", seen: "Mapping[str, Figures]") -> str:
    """The figures for programs."""
    from ambassadors.core.season_figures import find_losses

    policies = {name: asdict(figures) for name, figures in seen.items()}
    losses = [asdict(loss) for loss in find_losses(seen)]
    return json.dumps({**asked, "policies": policies, "losses": losses}, indent=2)


def as_text(seen: "Mapping[str, Figures]") -> str:
    """The figures for people, and where ours is not the best."""
    from ambassadors.core.season_figures import find_losses, table_of

    rows = table_of(seen)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    losses = [f"Ours loses “{one.column}” to “{one.best}”: {one.why}" for one in find_losses(seen)]
    return "\n".join([*lines, *([""] if losses else []), *losses])


COMMANDS = (season,)
