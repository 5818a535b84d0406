"""No template says anything that is not marked: what one sees and what one hears is in gettext."""

import re

import pytest

from config import ROOT
from tests.translations.pseudo import Visible, words

TEMPLATES = ROOT / "templates"
PAGES = sorted(
    str(one.relative_to(TEMPLATES))
    for one in TEMPLATES.rglob("*.html")
    if one.parent.name != "styleguide"
)
LETTERS = sorted(str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.txt"))
MARKED = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
# Blocks that hold classes, attributes and addresses.
MACHINES = re.compile(
    r"\{%-?\s*block (?:wrap|own)\s*-?%\}.*?\{%-?\s*endblock\s*-?%\}"
    r"|\{%-?\s*set \w+\s*-?%\}.*?\{%-?\s*endset\s*-?%\}",
    re.DOTALL,
)
ADDRESS = re.compile(r"(?<![\w<])/[a-z]\w*")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Names, and what is written for machines or as an example of what to type.
NAMES = {"Google", "Outlook", "Zoom", "UTC", "CSV", "JSON", "ics", "csv", "x", "example", "org"}


def bare(source: str) -> str:
    """The template without what Jinja fills in."""
    source = MACHINES.sub("", MARKED.sub("", source))
    return ADDRESS.sub(" ", JINJA.sub("", source.replace("<{{", "<x{{")))


def unmarked(source: str) -> list[str]:
    """Words that stand bare, to see or to hear."""
    page = Visible(bare(source))
    said = words(" ".join((page.text, *page.attributes)))
    return [word for word in said if len(word) > 1 and word not in NAMES]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_that_is_not_marked(name: str):
    assert unmarked((TEMPLATES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_nothing_that_is_not_marked(name: str):
    assert words(bare((TEMPLATES / name).read_text("utf-8"))) == []


def test_bare_text_would_be_found():
    source = '<p title="Hidden">{{ _("Marked") }} Bare {% trans %}also marked{% endtrans %}</p>'
    assert unmarked(source) == ["Bare", "Hidden"]
