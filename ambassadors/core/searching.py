"""What somebody types to search, as words: the same whichever database looks for them.

A word of three letters and more finds all that begins with it, a shorter one only itself; with
"…" around it a word finds only itself, with * behind it all that begins with it. All words must be
there. Capitals, accents and punctuation do not count, so nothing that is typed can be a command.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 8
BEGINNING = 3  # letters
_PIECES = re.compile(r'"([^"]*)"?|([^\s"]+)')
_WORDS = re.compile(r"[^\W_]+(\*?)")


@dataclass(frozen=True)
class Word:
    """One word, in small letters without accents; `begins`: anything that begins with it counts."""

    text: str
    begins: bool


def words_of(typed: str) -> tuple[Word, ...]:
    """The first few words of what was typed; none when there is nothing to look for."""
    found = []
    for quoted, plain in _PIECES.findall(fold(typed)):
        for match in _WORDS.finditer(quoted or plain):
            text = match.group(0).rstrip("*")
            begins = bool(match.group(1)) or (not quoted and len(text) >= BEGINNING)
            found.append(Word(text, begins))
    return tuple(found[:MOST_WORDS])


def fold(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).lower()


def tag_of(interest: str) -> str:
    """An interest as one word of the tags, as migration 0009 writes it."""
    return "x" + interest.replace("/", "z").replace("-", "z")


def for_sqlite(words: tuple[Word, ...], tags: tuple[str, ...] = ()) -> str:
    """The question in FTS5's language: letters and digits in quotes, nothing else of anybody's."""
    parts = [f'words : "{one.text}"{" *" if one.begins else ""}' for one in words]
    return " AND ".join([*parts, *(f'tags : "{tag}"' for tag in map(only_letters, tags))])


def for_postgresql(words: tuple[Word, ...], tags: tuple[str, ...] = ()) -> str:
    """The question as a tsquery: letters and digits in quotes, nothing else of anybody's.

    Tags begin with #, which no word does.
    """
    parts = [f"'{one.text}'{':*' if one.begins else ''}" for one in words]
    return " & ".join([*parts, *(f"'#{tag}'" for tag in map(only_letters, tags))])


def only_letters(tag: str) -> str:
    """A tag without anything that a question could be made of."""
    return "".join(one for one in tag if one.isalnum())
