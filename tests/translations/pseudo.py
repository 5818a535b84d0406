"""A language in which each message stands between ⟦ and ⟧: what stands outside is no message."""

import re
from html.parser import HTMLParser

from babel import Locale

from ambassadors.translations import Catalog

LOCALE = "eo"  # one that Babel knows and the service does not offer
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = ("aria-label", "alt", "title", "placeholder", "data-said", "data-copied", "data-done")


class Pseudo(Catalog):
    """Says every message as it is, in brackets."""

    def __init__(self) -> None:
        super().__init__(LOCALE)

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"⟦{singular if number == 1 else plural}⟧"


def calendar_words() -> set[str]:
    """How Babel writes dates, times and lists in that language."""
    known = Locale.parse(LOCALE)
    widths = [
        names
        for table in (known.months, known.days, known.day_periods)
        for one in table.values()
        for names in one.values()
    ]
    names = " ".join(name for names in widths for name in names.values())
    return set(words(names)) | {"a", "de", "kaj", "aŭ", "la", "horo", "horoj", "minutoj", "tago"}


def words(text: str) -> list[str]:
    """What of a text is a word: letters, in a row."""
    return re.findall(r"[^\W\d_]+", text)


def outside(text: str) -> str:
    """What of a text no brackets stand around."""
    depth, found = 0, []
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        if not depth and sign != "⟧":
            found.append(sign)
    return "".join(found)


class Visible(HTMLParser):
    """All that a page says, to see or to hear; without drawings and lists of zones."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.hidden, self.attributes = "", list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes += [given[name] or "" for name in SPOKEN if name in given]
        zones = tag == "select" and given.get("name") == "zone"
        unseen = self.hidden or tag in ("script", "style", "svg", "textarea") or zones
        if unseen and tag not in VOID and tag not in ("option", "optgroup"):
            self.hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text += data + " "


def unmarked(html: str) -> set[str]:
    """The words of a page that stand in no message."""
    page = Visible(html)
    return {word for one in (page.text, *page.attributes) for word in words(outside(one))}
