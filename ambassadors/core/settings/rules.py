"""The rules that a new ambassador starts with, and the bounds that hold for everybody's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said, shown
from ambassadors.core.slots import Rules
from ambassadors.core.wording import listed

LENGTHS = (20, 30, 45)
NUMBERS = ("before", "after", "notice", "horizon", "daily_cap", "weekly_cap")


@dataclass(frozen=True)
class Rule:
    """A number among the rules: how it is called, its unit, and the limits of its column."""

    label: str
    unit: str
    least: int
    most: int


RULES: Mapping[str, Rule] = {
    "before": Rule(said("Break before a chat"), said("minutes"), 0, 240),
    "after": Rule(said("Break after a chat"), said("minutes"), 0, 240),
    "notice": Rule(said("Notice"), said("minutes"), 0, 20160),
    "horizon": Rule(said("How far ahead"), said("days"), 1, 180),
    "daily_cap": Rule(said("Chats a day"), said("chats"), 0, 24),
    "weekly_cap": Rule(said("Chats a week"), said("chats"), 0, 100),
}
WIDEST = {name: (rule.least, rule.most) for name, rule in RULES.items()}


@dataclass(frozen=True)
class House:
    """The rules of a new ambassador, and from where to where each number may be set."""

    rules: Rules = field(default_factory=Rules)
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=lambda: WIDEST)


def read_house(value: Mapping[str, Any]) -> House:
    """What was saved, or typed, as checked rules; Refused with the field at fault."""
    lengths = tuple(sorted({int(minutes) for minutes in value["lengths"]}))
    if not lengths or not set(lengths) <= set(LENGTHS):
        raise Refused(said("Choose at least one length: 20, 30 or 45 minutes."), field="lengths")
    numbers, bounds = {}, {}
    for name, rule in RULES.items():
        least, most = (int(edge) for edge in value["bounds"][name])
        if not rule.least <= least <= most <= rule.most:
            raise Refused(
                said(
                    "{label}: the bounds must lie from {least} to {most} {unit}, the least first.",
                    label=rule.label,
                    least=rule.least,
                    most=rule.most,
                    unit=rule.unit,
                ),
                field=f"least-{name}",
            )
        numbers[name], bounds[name] = int(value[name]), (least, most)
        if not least <= numbers[name] <= most:
            raise Refused(
                said(
                    "{label}: the default must lie within its bounds, {least} to {most}.",
                    label=rule.label,
                    least=least,
                    most=most,
                ),
                field=name,
            )
    return House(Rules(lengths, **numbers), bounds)


def house_value(house: House) -> dict[str, Any]:
    """The rules as they are saved."""
    numbers = {name: getattr(house.rules, name) for name in NUMBERS}
    bounds = {name: list(edges) for name, edges in house.bounds.items()}
    return {"lengths": list(house.rules.lengths), **numbers, "bounds": bounds}


def check_bounds(rules: Rules, house: House) -> None:
    """Refuses (422) rules outside of the bounds for all, naming the field."""
    for name, rule in RULES.items():
        least, most = house.bounds[name]
        if not least <= getattr(rules, name) <= most:
            raise Refused(
                said(
                    "{label}: from {least} to {most} {unit}, as the programme has set it.",
                    label=rule.label,
                    least=least,
                    most=most,
                    unit=rule.unit,
                ),
                field=name,
            )


def follow(rules: Rules, before: House, after: House) -> Rules:
    """Somebody's rules once the house's are others: what is still a default is the new default,
    and what lies outside of the bounds is brought to the nearer one.
    """
    changes: dict[str, Any] = {}
    if rules.lengths == before.rules.lengths:
        changes["lengths"] = after.rules.lengths
    for name in NUMBERS:
        mine, default = getattr(rules, name), getattr(before.rules, name)
        wanted = getattr(after.rules, name) if mine == default else mine
        least, most = after.bounds[name]
        changes[name] = min(max(wanted, least), most)
    return replace(rules, **changes)


def tell_house(before: House, after: House) -> Iterator[str]:
    """What is different, a sentence each."""
    if before.rules.lengths != after.rules.lengths:
        old, new = (
            shown(listed, [str(n) for n in one.rules.lengths], "and") for one in (before, after)
        )
        yield said("Lengths of chats: {new} minutes instead of {old}.", new=new, old=old)
    for name, rule in RULES.items():
        old, new = getattr(before.rules, name), getattr(after.rules, name)
        if old != new:
            yield said(
                "{label}: {new} {unit} instead of {old}.",
                label=rule.label,
                new=new,
                unit=rule.unit,
                old=old,
            )
        if before.bounds[name] != after.bounds[name]:
            (a, b), (c, d) = before.bounds[name], after.bounds[name]
            yield said(
                "{label}: everybody’s from {least} to {most} {unit}, before from {was_least} to "
                "{was_most}.",
                label=rule.label,
                least=c,
                most=d,
                unit=rule.unit,
                was_least=a,
                was_most=b,
            )
