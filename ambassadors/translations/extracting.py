"""Finds the words of a programme file for translation; `babel.cfg` names it to Babel."""

import tomllib
from collections.abc import Iterator
from typing import IO, Any

from ambassadors.core.interests import first_part

Found = tuple[int, None, str, list[str]]
FACTS = ("name", "delivery", "open_to")


def extract_programme(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Found]:
    """The programme's facts, and the labels and short names of families and interests."""
    text = file.read().decode()
    document = tomllib.loads(text)
    for words, about in _words(document):
        place = text[: text.index(words)].count("\n") + 1 if words in text else 1
        yield place, None, words, [about]


def _words(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    programme = document.get("programme", {})
    for key in FACTS:
        if key in programme:
            yield programme[key], f"The programme: {key}"
    if "school" in programme:
        yield first_part(programme["school"]), "The programme: its department and university"
    for words in programme.get("also", ()):
        yield words, "The programme: what it also offers"
    for family in document.get("family", ()):
        yield family["label"], "A family of interests"
        for item in family["items"]:
            yield item["label"], f"Of the family “{family['label']}”"
            if "short" in item:
                yield item["short"], f"Short for “{item['label']}”"
