"""How the API reads single values: times, zones, texts, lists in an address."""

import re
import unicodedata
from datetime import UTC, datetime

from pydantic_core import PydanticCustomError

from ambassadors.core.zones import canonical

UNESCAPED_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)")


def read_moment(value: object) -> datetime:
    """ISO 8601 with a zone, as an aware moment in UTC; what no calendar can hold is its end."""
    if not isinstance(value, str) or len(value) > 40:
        raise PydanticCustomError("moment", "must be a time such as “2027-03-01T15:00:00Z”")
    try:
        # In an address, an unescaped “+05:30” arrives as “ 05:30”.
        moment = datetime.fromisoformat(UNESCAPED_PLUS.sub(r"\1+\2", value))
    except ValueError:
        raise PydanticCustomError(
            "moment", "must be a time that exists, such as “2027-03-01T15:00:00Z”"
        ) from None
    if moment.tzinfo is None:
        raise PydanticCustomError(
            "moment", "needs its time zone: end it with “Z” for UTC or an offset such as “-05:00”"
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def read_zone(value: str) -> str:
    """Today's name of a zone."""
    name = canonical(value)
    if name is None:
        raise PydanticCustomError("zone", "must be a time zone such as “America/New_York”")
    return name


def no_controls(text: str) -> str:
    """The text, when it has no control characters but line breaks and tabs."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in text):
        raise PydanticCustomError("controls", "must not contain control characters")
    return text


def family_once(key: str) -> str:
    """`track/thesis`, also for a client that has put the family before an item's whole key."""
    family, _, rest = key.partition("/")
    return rest if rest.startswith(f"{family}/") else key


def split_commas(value: object) -> object:
    """Values from an address: repeated, or joined by commas, or both."""
    parts = value if isinstance(value, list) else [value]
    return [
        name
        for part in parts
        for name in (part.split(",") if isinstance(part, str) else [part])
        if name
    ]


def none_when_empty(value: object) -> object:
    """`?from=` says as little as no `from` at all."""
    return None if value == "" else value
