"""All that is wrong with a form at once, for the summary above it and beside each field."""

from collections.abc import Callable, Iterable

from ambassadors.core.refused import Refused


def refusals(checks: Iterable[Callable[[], object]]) -> Iterable[tuple[str, str]]:
    """Field and sentence of each check that refuses."""
    for check in checks:
        try:
            check()
        except Refused as refusal:
            yield refusal.field or "", refusal.text
