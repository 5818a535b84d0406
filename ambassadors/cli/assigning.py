"""The batch assignment of everybody who waits, from the command line."""

import json
import uuid
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from ambassadors.cli.speaking import clock, spoken
from ambassadors.extensions import db
from ambassadors.services import assignment
from ambassadors.services.writing import write

if TYPE_CHECKING:
    from ambassadors.core.explaining import Draft
    from ambassadors.core.plans import Line


@click.command("assign")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@with_appcontext
@spoken
def assign_waiting(dry_run: bool, as_json: bool) -> None:
    """Matches everybody who waits with an ambassador, as well as all can be placed together.

    Ambassadors take what their weekly caps leave of this week and the next. Whoever is placed gets
    a mail that says with whom they can book, each ambassador one about theirs; whoever is not goes
    on waiting. A plan that a coordinator has open is cancelled by this one.
    """
    draft = foresee() if dry_run else carry_out()
    click.echo(as_json_text(draft) if as_json else as_lines(draft, dry_run))


def foresee() -> "Draft":
    """The plan, with nothing written."""
    # Here, and not above: numerics are large, and the web, which knows all commands, needs none.
    from ambassadors.services.assignment import computing

    return computing.foresee(db.session(), clock())


def carry_out() -> "Draft":
    """The plan, made and accepted; one that places nobody is cancelled."""
    session, runner = db.session(), assignment.Runner(str(uuid.uuid4()), clock())
    plan_id, draft = assignment.run_at_once(session, runner)
    if draft.placed:
        write(session, lambda s: assignment.accept(s, plan_id, clock()))
    else:
        write(session, lambda s: assignment.cancel(s, plan_id))
    return draft


def as_json_text(draft: "Draft") -> str:
    """The plan for programs."""
    placed = [
        {
            "request": one.request_id,
            "prospect": one.prospect,
            "ambassador": {"id": one.ambassador_id, "name": one.ambassador},
            "score": one.points,
            "choice": one.choice,
            "reasons": [
                {"interest": reason.interest, "points": reason.points, "text": reason.text}
                for reason in one.reasons
            ],
            "why": reasons_of(one),
        }
        for one in draft.lines
        if one.ambassador_id is not None
    ]
    unplaced = [
        {"request": one.request_id, "prospect": one.prospect, "why": reasons_of(one)}
        for one in draft.lines
        if one.ambassador_id is None
    ]
    report = {"proven": draft.proven, "placed": placed, "unplaced": unplaced}
    return json.dumps(report, ensure_ascii=False, indent=2)


def reasons_of(line: "Line") -> list[dict[str, str]]:
    """Why nobody, or nobody better."""
    return [{"code": why.code, "text": why.text} for why in line.why]


def as_lines(draft: "Draft", dry_run: bool) -> str:
    """The plan for people."""
    lines = [
        f"{one.prospect} → {one.ambassador} ({one.points})"
        for one in draft.lines
        if one.ambassador_id is not None
    ]
    lines += [
        f"{one.prospect} → nobody. {one.why[0].text}"
        for one in draft.lines
        if one.ambassador_id is None
    ]
    verb = "would be matched" if dry_run else "matched"
    proof = "no better plan exists" if draft.proven else "a better plan may exist"
    waiting = len(draft.lines) - draft.placed
    total = f"{draft.placed} {verb}, {waiting} still waiting; {proof}."
    return "\n".join([*lines, *draft.notes, total])


COMMANDS = (assign_waiting,)
