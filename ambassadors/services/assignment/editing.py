"""Changing single lines of a plan by hand, before it is accepted.

What is changed here holds at once, within what the ambassadors can still take; everything else
stays as it was until the plan is made again.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.matching import Match, explain
from ambassadors.core.moments import city
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, shown
from ambassadors.core.slots import Diary, runs
from ambassadors.core.spans import DAY, minute_of
from ambassadors.models import Plan, PlanLine
from ambassadors.services.assignment import ledger
from ambassadors.services.assignment.waiting import wish_of
from ambassadors.services.diary import load_diaries
from ambassadors.services.standing import STANDING, line_up

ACTS = ("choose", "pin", "unpin", "exclude", "allow", "leave-out", "take-back")
MOST_CANDIDATES = 25


@dataclass(frozen=True)
class Candidate:
    """An ambassador who could be given instead; `but` says what speaks against it, if anything.

    `possible`: the pair could be computed, if there were hours enough.
    """

    match: Match
    left: int
    but: str
    possible: bool

    @property
    def name(self) -> str:
        """Their name."""
        return self.match.profile.name


@dataclass(frozen=True)
class Change:
    """What to do with a line; `ambassador_id` for "choose" and "allow"."""

    act: str
    ambassador_id: int | None = None


def edit(session: Session, plan_id: int, line_id: int, change: Change, now: datetime) -> bool:
    """Changes a line; False when the ambassador chosen is full and a plan must be made around it.

    Refused: 404 for no such line, 409 when the plan is not ready, 422 when it makes no sense.
    """
    plan = session.scalar(select(Plan).where(Plan.id == plan_id).with_for_update())
    line = ledger.find_line(session, plan_id, line_id)
    if plan is None or plan.status != "ready":
        raise Refused(said("Only a plan that is ready can be changed."), status=409)
    there_is_room = True
    if change.act == "choose":
        there_is_room = choose(session, plan, line, change.ambassador_id, now)
    elif change.act in SIMPLE:
        SIMPLE[change.act](line, change.ambassador_id)
    else:
        raise Refused(said("Choose what to do with this line."), field="act")
    session.flush()
    recount(session, plan)
    return there_is_room


def edit_or_again(
    session: Session, plan_id: int, line_id: int, change: Change, now: datetime, user_id: int
) -> Plan:
    """Changes a line; the plan that is in force then: the same, or one made around the choice."""
    if edit(session, plan_id, line_id, change, now):
        return ledger.find_plan(session, plan_id)
    return ledger.again(session, plan_id, now, user_id)


def choose(
    session: Session, plan: Plan, line: PlanLine, ambassador_id: int | None, now: datetime
) -> bool:
    """Gives a prospect another ambassador, and keeps the pair; whether there was room for it."""
    if ambassador_id is None:
        raise Refused(said("Choose an ambassador."), field="ambassador")
    known = candidates(session, plan, line, now)
    found = next((one for one in known if one.match.profile.id == ambassador_id), None)
    if found is None:
        raise Refused(
            said("This ambassador is not in the plan. Make it again."), field="ambassador"
        )
    room = found.left > 0 or line.ambassador_id == ambassador_id
    if not room and kept_for(session, plan, ambassador_id) >= capacity_of(plan, ambassador_id):
        raise Refused(
            said("All that {name} can take is kept by hand already.", name=found.name), status=409
        )
    points = found.match.score
    better = [one for one in known if one.match.score > points]
    line.ambassador_id, line.points, line.pinned, line.left_out = ambassador_id, points, True, False
    line.choice = 1 + sum(one.possible for one in better)
    line.excluded = [one for one in line.excluded if one != ambassador_id]
    line.code = ""
    line.reasons = [
        {"interest": reason.interest, "points": reason.points, "text": reason.text}
        for reason in found.match.reasons
    ]
    line.why = [
        {"code": "pinned", "text": said(
            "{name} scores {score}, but you chose {chosen} by hand.",
            name=one.name, score=one.match.score, chosen=found.name,
        )}
        for one in better[:3]
    ]  # fmt: skip
    return room


def capacity_of(plan: Plan, ambassador_id: int) -> int:
    """How many chats an ambassador could take when the plan was made."""
    found = (one["capacity"] for one in plan.outlooks if one["ambassador_id"] == ambassador_id)
    return int(next(found, 0))


def kept_for(session: Session, plan: Plan, ambassador_id: int) -> int:
    """How many prospects are kept for an ambassador by hand."""
    rows = select(func.count()).where(
        PlanLine.plan_id == plan.id, PlanLine.ambassador_id == ambassador_id, PlanLine.pinned
    )
    return session.scalar(rows) or 0


def pin(line: PlanLine, ambassador_id: int | None) -> None:
    """Keeps the pair, whatever is computed."""
    if line.ambassador_id is None:
        raise Refused(said("There is nobody to keep: choose an ambassador."), field="act")
    line.pinned = True


def unpin(line: PlanLine, ambassador_id: int | None) -> None:
    """The pair may be changed again when the plan is made again."""
    line.pinned = False


def exclude(line: PlanLine, ambassador_id: int | None) -> None:
    """Not this pair."""
    if line.ambassador_id is None:
        raise Refused(said("There is no pair to rule out."), field="act")
    line.excluded = sorted({*line.excluded, line.ambassador_id})
    empty(
        line,
        "excluded",
        said("You ruled this pair out; make the plan again to find somebody else."),
    )


def allow(line: PlanLine, ambassador_id: int | None) -> None:
    """A pair that was ruled out may be made again."""
    line.excluded = [one for one in line.excluded if one != ambassador_id]
    if line.code == "excluded":
        empty(line, "open", said("They get somebody when the plan is made again."))


def leave_out(line: PlanLine, ambassador_id: int | None) -> None:
    """The prospect goes on waiting, and takes nobody's place."""
    empty(line, "left-out", said("You left them out of this plan."))
    line.left_out = True


def take_back(line: PlanLine, ambassador_id: int | None) -> None:
    """The prospect is in again."""
    line.left_out = False
    empty(line, "open", said("They get somebody when the plan is made again."))


SIMPLE = {
    "pin": pin, "unpin": unpin, "exclude": exclude, "allow": allow, "leave-out": leave_out,
    "take-back": take_back,
}  # fmt: skip


def empty(line: PlanLine, code: str, text: str) -> None:
    """Nobody for now, and why."""
    line.ambassador_id, line.points, line.choice, line.pinned = None, None, None, False
    line.code, line.reasons, line.why = code, [], [{"code": code, "text": text}]


def recount(session: Session, plan: Plan) -> None:
    """The plan's counts, and that it is not as it was computed."""
    rows = select(func.count()).where(PlanLine.plan_id == plan.id)
    total = session.scalar(rows) or 0
    plan.placed = session.scalar(rows.where(PlanLine.ambassador_id.is_not(None))) or 0
    plan.unplaced = total - plan.placed
    plan.edits = {**plan.edits, "touched": True}
    session.flush()


def candidates(session: Session, plan: Plan, line: PlanLine, now: datetime) -> list[Candidate]:
    """The ambassadors of a plan who share an interest and a language, the best ones, best first.

    With the one the line has now, whatever they share.
    """
    standing = STANDING.read(session)
    wish = wish_of(line.request, standing.vocabulary)
    takers = {one.ambassador_id: one for one in ledger.outlooks(session, plan)}
    lined_up = line_up(session, standing, wish, now, MOST_CANDIDATES)
    people = [one for _, one in islice(lined_up, MOST_CANDIDATES) if one.id in takers]
    if line.ambassador_id in takers.keys() - {one.id for one in people}:
        people += [one for one in standing.pool.profiles if one.id == line.ambassador_id]
    diaries = load_diaries(session, [one.id for one in people], now, now + standing.horizon, now)
    found = []
    for match in explain(wish, people, standing.vocabulary):
        id = match.profile.id
        barrier = barrier_to(line, id, diaries[id], now)
        full = not takers[id].left and line.ambassador_id != id
        but = barrier or (said("no hours left in this plan") if full else "")
        found.append(Candidate(match, takers[id].left, but, not barrier))
    return found


def barrier_to(line: PlanLine, ambassador_id: int, diary: Diary, now: datetime) -> str:
    """What keeps a pair from being computed, in words; empty when nothing does."""
    if ambassador_id in line.excluded:
        return said("ruled out by you")
    minutes, first = min(diary.rules.lengths, default=0), minute_of(now)
    free = runs(diary, first, first + (diary.rules.horizon + 1) * DAY, minutes, now)
    awake = line.request.awake
    if not awake.covers_any(free, minutes):
        return said("no free time in waking hours in {place}", place=shown(city, awake.zone))
    return ""
