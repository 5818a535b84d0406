"""The batch assignment of everybody who waits, from the command line."""

import json
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from ambassadors.cli.speaking import clock, spoken
from ambassadors.extensions import db
from ambassadors.services.writing import write

if TYPE_CHECKING:
    from ambassadors.services.assignment import Assignment


@click.command("assign")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@with_appcontext
@spoken
def assign_waiting(dry_run: bool, as_json: bool) -> None:
    """Matches everybody who waits with an ambassador, as well as all can be placed together.

    Ambassadors take what their weekly cap leaves. Whoever is placed gets a mail that says with
    whom they can book; whoever is not goes on waiting.
    """
    # Here, and not above: numerics are large, and the web, which knows all commands, needs none.
    from ambassadors.services import assignment

    session = db.session()
    plan = assignment.plan(session, clock())
    if not dry_run:
        write(session, lambda s: assignment.carry_out(s, plan.placed, clock()))
    click.echo(as_json_text(plan) if as_json else as_lines(plan, dry_run))


def as_json_text(plan: "Assignment") -> str:
    """The plan for programs."""
    placed = [
        {
            "request": one.request_id,
            "prospect": one.prospect,
            "ambassador": {"id": one.ambassador.id, "name": one.ambassador.name},
            "score": one.score,
            "reasons": [
                {"interest": reason.interest, "points": reason.points, "text": reason.text}
                for reason in one.reasons
            ],
        }
        for one in plan.placed
    ]
    unplaced = [{"request": one.request_id, "prospect": one.prospect} for one in plan.unplaced]
    report = {"proven": plan.proven, "placed": placed, "unplaced": unplaced}
    return json.dumps(report, ensure_ascii=False, indent=2)


def as_lines(plan: "Assignment", dry_run: bool) -> str:
    """The plan for people."""
    lines = [f"{one.prospect} → {one.ambassador.name} ({one.score})" for one in plan.placed]
    lines += [f"{one.prospect} → nobody" for one in plan.unplaced]
    verb = "would be matched" if dry_run else "matched"
    proof = "no better plan exists" if plan.proven else "a better plan may exist"
    total = f"{len(plan.placed)} {verb}, {len(plan.unplaced)} still waiting; {proof}."
    return "\n".join([*lines, total])


COMMANDS = (assign_waiting,)
