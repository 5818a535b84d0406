"""Mails can be read in light and in dark, with pictures off, and ask for one thing at most."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.mail.samples import every_mail

MAILS = every_mail()
LEAST = 4.5  # WCAG 2.2, 1.4.3
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOURS = re.compile(r"(?:^|[;\s])(color|background):\s*(#[0-9a-f]{3,6})")
Rules = list[tuple[list[str], dict[str, str]]]


def tree_of(name: str) -> Element:
    """The mail's HTML as a browser reads it."""
    tree: Element = html5lib.parse(MAILS[name].html, namespaceHTMLElements=False)
    return tree


def dark_rules(tree: Element) -> Rules:
    """What changes on dark screens: (compound selectors, colours), the weaker rules first."""
    style = "".join(tree.find("head/style").itertext()).partition("(prefers-color-scheme: dark)")[2]  # type: ignore[union-attr]
    found = [
        (one.split(), dict(COLOURS.findall(body)))
        for selectors, body in RULE.findall(style.partition("{")[2])
        for one in selectors.split(",")
    ]
    return sorted(found, key=lambda rule: (sum("." in part for part in rule[0]), len(rule[0])))


def fits(part: str, element: Element) -> bool:
    """Whether ".class" or "tag" names the element."""
    if part.startswith("."):
        return part[1:] in element.get("class", "").split()
    return element.tag == part


def is_meant(selector: list[str], path: list[Element]) -> bool:
    """Whether a descendant selector names the last of these elements."""
    *above, own = selector
    rest = iter(path[:-1])
    return fits(own, path[-1]) and all(any(fits(part, one) for one in rest) for part in above)


def texts(
    path: list[Element], colours: dict[str, str], rules: Rules
) -> Iterator[tuple[str, str, str]]:
    """Each text that is shown, with the colours of its letters and of what lies behind them."""
    element, style = path[-1], path[-1].get("style", "")
    if "display:none" in style:
        return
    colours = colours | dict(COLOURS.findall(style))
    for selector, changed in rules:
        if is_meant(selector, path):
            colours = colours | changed
    shown = [element.text, *(child.tail for child in element)]
    yield from (
        (text, colours["color"], colours["background"]) for text in shown if (text or "").strip()
    )
    for child in element:
        yield from texts([*path, child], colours, rules)


def brightness(colour: str) -> float:
    """The relative luminance (WCAG 2.2) of "#rgb" or "#rrggbb"."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Between two colours, from 1 to 21."""
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def faint(name: str, rules: Rules) -> list[tuple[str, str, str]]:
    """The texts of a mail that are hard to read."""
    body = tree_of(name).find("body")
    found = list(texts([body], {"color": "#000000"}, rules))  # type: ignore[list-item]
    assert found != []
    return [one for one in found if contrast(one[1], one[2]) < LEAST]


@pytest.mark.parametrize("name", MAILS)
def test_every_text_of_a_mail_stands_out_in_light_and_dark(name: str):
    rules = dark_rules(tree_of(name))
    assert len(rules) > 4
    assert (faint(name, []), faint(name, rules)) == ([], [])


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_says_it_knows_dark_and_has_no_pictures_and_one_button_at_most(name: str):
    tree = tree_of(name)
    schemes = [
        meta.get("content") for meta in tree.iter("meta") if meta.get("name") == "color-scheme"
    ]
    pictures = [one for one in tree.iter() if one.tag in ("img", "svg", "picture")]
    buttons = [one for one in tree.iter("td") if fits(".go", one)]
    assert (schemes, pictures, "url(" in MAILS[name].html) == (["light dark"], [], False)
    assert [name] * (len(buttons) > 1) == []


def test_black_on_white_is_as_much_contrast_as_there_is():
    assert (contrast("#000", "#ffffff"), round(contrast("#767676", "#fff"), 2)) == (21.0, 4.54)
