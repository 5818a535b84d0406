"""The best plan on chosen arcs: OR-tools' minimum cost flow (cost scaling, push-relabel)."""

import numpy as np
from ortools.graph.python import min_cost_flow

from ambassadors.core.transport.seats import Ints

SPREAD = 64  # the most that balance adds to a cost or takes off it
NEAR = 32  # so many places on either side of a column's fair load have a cost each


def best_flow(
    rows: Ints, cols: Ints, costs: Ints, shape: tuple[int, int], caps: Ints, count: int
) -> Ints:
    """The plan of least cost that places `count` rows on the arcs (rows[a], cols[a]).

    There must be one. Costs are integers: the solver would cut off fractions without a word. To
    the costs it adds that of fuller columns, rising with their share, which balances them.
    """
    solver = min_cost_flow.SimpleMinCostFlow()
    present = np.unique(rows)
    sink, nowhere = sum(shape), sum(shape) + 1
    solver.add_arcs_with_capacity_and_unit_cost(
        rows, shape[0] + cols, np.ones(len(rows), np.int64), costs
    )
    column, size, cost = _pieces(caps, count)
    solver.add_arcs_with_capacity_and_unit_cost(
        shape[0] + column, np.full(len(column), sink), size, cost
    )
    idle = len(present) - count
    if idle:
        each = np.ones(len(present), np.int64)
        solver.add_arcs_with_capacity_and_unit_cost(
            present, np.full(len(present), nowhere), each, 0 * each
        )
        solver.set_node_supply(nowhere, -idle)
    solver.set_nodes_supplies(present, np.ones(len(present), np.int64))
    solver.set_node_supply(sink, -count)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"The flow solver ended with {status!r}.")
    chosen = solver.flows(np.arange(len(rows))) > 0
    choice = np.full(shape[0], -1)
    choice[rows[chosen]] = cols[chosen]
    return choice


def _pieces(caps: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Each column's places in pieces of one cost: their columns, sizes and costs.

    A place costs more the more of the cap is taken before it. Places far from the fair load are
    lumped together: all below in one piece, all above in another.
    """
    fair, most = count * (caps / caps.sum()), np.minimum(caps, count)[:, None]
    near = np.floor(fair)[:, None] + np.arange(-NEAR, NEAR + 1)
    edges = np.hstack((np.zeros_like(most), near.clip(0, most), most)).astype(np.int64)
    column, piece = np.nonzero(np.diff(edges))
    begin, end = edges[column, piece], edges[column, piece + 1]
    scale = 2 * float(np.median(caps[caps > 0]))
    cost = np.rint(((begin + end) / 2 - fair[column]) * (scale / caps[column]))
    return column, end - begin, cost.clip(-SPREAD, SPREAD).astype(np.int64)
