"""The reasons that people give for changes of a chat."""

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain

LONGEST_REASON = 1000  # characters


def read_reason(reason: str, field: str = "reason") -> str:
    """A reason as it will be shown: at most 1,000 characters, without control characters.

    Refused (422) beside its field.
    """
    if len(reason) > LONGEST_REASON:
        raise Refused(
            said(
                "The reason is longer than {longest_reason} characters.",
                longest_reason=LONGEST_REASON,
            ),
            field=field,
        )
    return plain(reason)
