"""How long people are kept after their last chat."""

from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.wording import count_text

MONTHS = 12
LEAST, MOST = 1, 84


def read_months(value: Mapping[str, Any]) -> int:
    """A number of months; Refused when it is none, or too few or many."""
    months = value["months"]
    if not isinstance(months, int) or not LEAST <= months <= MOST:
        sentence = said("Choose from {least} to {most} months.", least=str(LEAST), most=str(MOST))
        raise Refused(sentence, field="months")
    return months


def tell_keeping(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What is different."""
    was, becomes = (count_text(value["months"], "month") for value in (before, after))
    yield said(
        "People are erased {time} after their last chat, not {before}.", time=becomes, before=was
    )
