"""No template says anything that is not marked: what one sees and what one hears is in gettext."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

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
# Text in what Jinja fills in: in a list of headings, put together with ~, given to a macro.
MARKS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
READ = re.compile(
    r"^[A-Z][a-z]+(\W|$)"  # a word on a button or above a column
    r"|[a-z]{2,} [a-z]{2,}|[a-z]{2} $"  # some words, and what something follows
    r"|^[,.;:]? [A-Za-z]{2}"  # what goes on with a sentence
)
ATTRIBUTES = {' value=""', ' accept=".ics,text/calendar"', " required", " field--wrong", "-hint "}
ATTRIBUTES |= {"light dark", "America/New_York"}
ENGINE = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - renders nothing


def bare(source: str) -> str:
    """The template without what Jinja fills in."""
    source = MACHINES.sub("", MARKED.sub("", source))
    return ADDRESS.sub(" ", JINJA.sub("", source.replace("<{{", "<x{{")))


def unmarked(source: str) -> list[str]:
    """Words that stand bare, to see or to hear."""
    page = Visible(bare(source))
    said = words(" ".join((page.text, *page.attributes)))
    return [word for word in said if len(word) > 1 and word not in NAMES]


def literals(source: str) -> list[str]:
    """Text within Jinja's own marks that no message holds."""
    found = [text for text in _literals(ENGINE.parse(source)) if READ.search(text)]
    return [text for text in found if text not in NAMES | ATTRIBUTES]


def _literals(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
        return
    said = isinstance(node, nodes.Call) and getattr(node.node, "name", "") in MARKS
    for child in node.iter_child_nodes(["ops"] if isinstance(node, nodes.Compare) else None):
        if not (said and isinstance(child, nodes.Const)):
            yield from _literals(child)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_that_is_not_marked(name: str):
    assert unmarked((TEMPLATES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_nothing_that_is_not_marked(name: str):
    assert words(bare((TEMPLATES / name).read_text("utf-8"))) == []


@pytest.mark.parametrize("name", PAGES + LETTERS)
def test_what_a_template_fills_in_is_marked(name: str):
    assert literals((TEMPLATES / name).read_text("utf-8")) == []


def test_literals_would_be_found():
    source = """{{ table(_("Marked"), ["Bare", _("marked")], count ~ " of them") }}
    {{ _("Marked %(what)s", what="some words") }}{% trans %}Marked{% endtrans %}"""
    assert literals(source) == ["Bare", " of them", "some words"]


def test_bare_text_would_be_found():
    source = '<p title="Hidden">{{ _("Marked") }} Bare {% trans %}also marked{% endtrans %}</p>'
    assert unmarked(source) == ["Bare", "Hidden"]
