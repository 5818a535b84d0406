"""How unevenly something is spread."""

from collections.abc import Iterable


def gini(amounts: Iterable[int]) -> float:
    """The Gini coefficient of amounts ≥ 0: 0 when all are equal, towards 1 when one has all.

    Half the mean difference of all pairs over the mean; 0 for nobody or for nothing.
    """
    ordered = sorted(amounts)
    total, count = sum(ordered), len(ordered)
    if not total:
        return 0.0
    weighed = sum((2 * place - count + 1) * amount for place, amount in enumerate(ordered))
    return weighed / (count * total)
