"""The colours can be read, in light and in dark, and are named in one place."""

import re

import pytest

from config import ROOT

CSS = ROOT / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
LIGHT, _, REST = TOKENS.partition("@media (prefers-color-scheme: dark)")
DARK, _, PAPER = REST.partition("@media print")
GROUNDS = ("ground", "surface", "sunken", "brand-tint", "mark-tint")
# WCAG 2.2: 1.4.3 asks 4.5 of text, 1.4.11 asks 3 of the edges of controls and of focus.
PAIRS = [
    *(("ink", ground, 4.5) for ground in (*GROUNDS, "danger-tint")),
    *(("ink-soft", ground, 4.5) for ground in GROUNDS),
    *(("brand", ground, 4.5) for ground in ("ground", "surface", "brand-tint")),
    *(("brand-strong", ground, 4.5) for ground in ("surface", "brand-tint")),
    *(("danger", ground, 4.5) for ground in ("ground", "surface", "danger-tint")),
    *(("on-portrait", f"portrait-{number}", 4.5) for number in range(1, 7)),
    *(("line-strong", ground, 3) for ground in ("ground", "surface")),
    *(("focus", ground, 3) for ground in ("ground", "surface")),
    ("on-brand", "brand", 4.5),
    ("on-brand", "brand-strong", 4.5),
    ("on-danger", "danger", 4.5),
    ("mark-ink", "mark-tint", 4.5),
    ("hero-ink", "hero", 4.5),
    ("hero-soft", "hero", 4.5),
    ("ring", "surface", 3),
    ("ring", "brand-tint", 3),
]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, LIGHT + PAPER], ids=["light", "dark", "paper"])
def test_every_pair_of_colours_that_meets_has_enough_contrast(scheme: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", scheme))
    low = [
        (front, ground)
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    ]
    assert low == []


def test_colours_are_named_in_one_file_only() -> None:
    others = [file for file in CSS.rglob("*.css") if file.name != "tokens.css"]
    named = {
        file.name: found
        for file in others
        if (found := re.findall(r"[^%&]#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", file.read_text()))
    }
    assert named == {}


def test_every_token_that_is_used_exists_or_is_the_components_own() -> None:
    property = re.compile(r"(--[\w-]+):")
    unknown = {
        name
        for file in CSS.rglob("*.css")
        for name in re.findall(r"var\((--[\w-]+)", file.read_text())
        if name not in property.findall(TOKENS + file.read_text())
    }
    assert unknown == set()


def test_mails_have_the_colours_of_the_pages() -> None:
    mails = "".join(file.read_text("utf-8") for file in (ROOT / "templates/mail").glob("*.html"))
    pages = set(re.findall(r"#[0-9a-f]{6}\b", LIGHT)) | set(re.findall(r"#[0-9a-f]{6}\b", DARK))
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", mails)) - pages == set()
