"""A season from the command line."""

import json

from click.testing import Result
from flask import Flask

from ambassadors.core.season import POLICIES


def simulate(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["season", "simulate", *options])


def test_a_small_season_is_told_as_json_and_as_a_table(app: Flask) -> None:
    small = ("--weeks", "2", "--ambassadors", "5", "--seed", "7")
    told = json.loads(simulate(app, *small, "--json").output)
    assert (told["weeks"], told["ambassadors"], told["seed"]) == (2, 5, 7)
    assert list(told["policies"]) == [policy.name for policy in POLICIES]
    assert json.loads(simulate(app, *small, "--json").output) == told
    lines = simulate(app, *small).output.splitlines()
    assert lines[0].split("  ")[0] == "policy"
    assert sum(line.startswith("Ours loses") for line in lines) == len(told["losses"])


def test_a_season_without_anybody_is_refused_in_a_sentence(app: Flask) -> None:
    result = simulate(app, "--ambassadors", "0")
    assert (result.exit_code, result.output) == (
        1,
        "Error: A season has from 1 to 1000 ambassadors.\n",
    )
