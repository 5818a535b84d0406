"""How long ambassadors may work in a week of classes, and what happens beyond it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said

LEAST_HOURS, MOST_HOURS = 1, 60
GUARDS = {
    "refuse": said("Refuse chats that would go over it"),
    "warn": said("Only warn when somebody goes over it"),
}


@dataclass(frozen=True)
class Working:
    """The weekly limit in hours, and whether it refuses chats or only warns."""

    hours: int = 20
    refuses: bool = True


def read_working(value: Mapping[str, Any]) -> Working:
    """What was saved, or typed, checked; Refused with the field at fault."""
    typed = str(value["hours"]).strip()
    fits = typed.isascii() and typed.isdigit() and len(typed) < 4
    if not (fits and LEAST_HOURS <= int(typed) <= MOST_HOURS):
        raise Refused(
            said(
                "Say whole hours a week, from {least} to {most}.",
                least=LEAST_HOURS,
                most=MOST_HOURS,
            ),
            field="hours",
        )
    if value["guard"] not in GUARDS:
        raise Refused(said("Choose what happens beyond the limit."), field="guard")
    return Working(int(typed), value["guard"] == "refuse")


def working_value(working: Working) -> dict[str, Any]:
    """The same as it is saved."""
    return {"hours": working.hours, "guard": "refuse" if working.refuses else "warn"}


def tell_working(before: Working, after: Working) -> Iterator[str]:
    """What is different, a sentence each."""
    if before.hours != after.hours:
        yield said(
            "The weekly limit is {hours} hours instead of {before}.",
            hours=after.hours,
            before=before.hours,
        )
    if before.refuses != after.refuses:
        yield (
            said("Chats that would go over the limit are refused, and such times are not offered.")
            if after.refuses
            else said("Nothing is refused because of the limit; going over it is only shown.")
        )
