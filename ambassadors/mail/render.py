"""Templates to text and HTML, without a request: the scheduler composes mail too."""

from functools import cache
from pathlib import Path
from textwrap import fill
from unicodedata import combining, east_asian_width

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ambassadors.core.said import Stored, say
from ambassadors.translations import catalog

SOLID = "\N{NO-BREAK SPACE}"
WIDTH = 76  # columns of plain text
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def render(name: str, locale: str, /, **values: object) -> tuple[str, str]:
    """The mail called `name` in a language, as plain text and as HTML. A missing value is an
    error.
    """
    environment = _environment(locale)
    text = environment.get_template(f"mail/{name}.txt").render(values)
    return text.strip() + "\n", environment.get_template(f"mail/{name}.html").render(values)


@cache
def _environment(locale: str) -> Environment:
    """Compiled once a process for each language; HTML is escaped, plain text is not."""
    language = catalog(locale)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda value: say(value, language),
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True
    )
    environment.filters["said"] = lambda text: say(text, language)
    environment.filters["stored"] = lambda text: say(Stored(text), language)
    environment.globals["language"] = language
    environment.filters |= {"quoted": _quoted, "width": _width, "padded": _padded}
    environment.filters |= {"wrapped": _wrapped, "solid": _solid}
    environment.tests["linkable"] = _linkable
    return environment


def _quoted(text: str) -> str:
    """Each line behind "> ", as people quote in plain text."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _wrapped(text: str) -> str:
    """A paragraph in lines as people write them; what is written without spaces stays whole."""
    lines = fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return lines.replace(SOLID, " ")


def _solid(text: str) -> str:
    """What stays on one line inside a wrapped paragraph, such as a time."""
    return text.replace(" ", SOLID)


def _width(text: str) -> int:
    """How many columns a text takes: Chinese signs take two each."""
    return sum(2 if east_asian_width(sign) in "WF" else not combining(sign) for sign in text)


def _padded(text: str, width: int) -> str:
    """The text with spaces up to so many columns."""
    return text + " " * (width - _width(text))


def _linkable(text: str) -> bool:
    """Whether a place is an address a browser can open."""
    return text.startswith(("https://", "http://")) and " " not in text
