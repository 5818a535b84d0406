"""The batch assignment: plans that are made, looked at, changed by hand, accepted.

What computes a plan needs numerics and is imported where a plan is run: `computing`.
"""

from ambassadors.services.assignment.accepting import Accepted, accept
from ambassadors.services.assignment.editing import Change, candidates, edit, edit_or_again
from ambassadors.services.assignment.forgetting import any_old, forget_old
from ambassadors.services.assignment.giving import fitting, give
from ambassadors.services.assignment.ledger import (
    Changes,
    LineFilter,
    Start,
    again,
    cancel,
    changes,
    find_line,
    find_lines,
    find_plan,
    look,
    outlooks,
    recent,
    start,
)
from ambassadors.services.assignment.running import Runner, run_at_once, run_queued
from ambassadors.services.assignment.waiting import count_waiting

__all__ = [
    "Accepted",
    "Change",
    "Changes",
    "LineFilter",
    "Runner",
    "Start",
    "accept",
    "again",
    "any_old",
    "cancel",
    "candidates",
    "changes",
    "count_waiting",
    "edit",
    "edit_or_again",
    "find_line",
    "find_lines",
    "find_plan",
    "fitting",
    "forget_old",
    "give",
    "look",
    "outlooks",
    "recent",
    "run_at_once",
    "run_queued",
    "start",
]
