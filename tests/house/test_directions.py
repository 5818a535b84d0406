"""Stylesheets name starts and ends, not left and right: pages can be read from either side."""

import re

from config import ROOT

SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|inset|scroll-margin|scroll-padding|border)-(?:left|right)[\w-]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right)\s*:[^;]*"
    r"|(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
FOUR = re.compile(r"(?<![\w-])((?:margin|padding|inset|border-\w+|scroll-\w+)\s*:\s*([^;{}]+))")
REASONED = {
    "match.css": ["border-right-width: 0.15rem"],  # the long arm of a tick, in every script
}


def parts_of(value: str) -> list[str]:
    """The values of a shorthand."""
    return re.findall(r"(?:[^\s(]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", value)


def uneven(value: str) -> bool:
    """Whether four values give one side more than the other (or, of corners, one corner)."""
    four = parts_of(value)
    return len(four) == 4 and four[1] != four[3]


def physical(text: str) -> list[str]:
    """What a stylesheet says of left or right."""
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    named = [found.group().strip() for found in SIDES.finditer(rules)]
    return named + [whole for whole, value in FOUR.findall(rules) if uneven(value)]


def test_stylesheets_say_start_and_end_except_where_a_side_is_meant() -> None:
    files = sorted((ROOT / "static/css").rglob("*.css"))
    found = {file.name: physical(file.read_text("utf-8")) for file in files}
    assert {name: said for name, said in found.items() if said} == REASONED


def test_the_search_for_sides_finds_them() -> None:
    rules = "a{left:0;margin-left: 1px;text-align:right;padding:0 1px 0 calc(2px + 1px)}"
    assert physical(rules.replace("}", ";}")) == [
        "left:0",
        "margin-left: 1px",
        "text-align:right",
        "padding:0 1px 0 calc(2px + 1px)",
    ]
    assert (
        physical("a { padding: 0 1px; margin-inline-start: 0; border-width: 0 1px 0 1px; }") == []
    )
