"""Sentences that were stored in English, said again: a row keeps the sentence, not its pattern, so
the pattern that made it is found by its text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

FILLED_IN = re.compile(r"\{(\w+)[^{}]*\}")
LEAST_LETTERS = 5  # of a pattern's own: one with fewer could have made nearly anything
MOST_KEPT = 4096  # sentences; the same few are shown again and again
DEEPEST = 3  # sentences within each other


def retelling(messages: Mapping[str, str]) -> Callable[[str], str]:
    """What says stored sentences in the language of these messages; others stay as they are."""
    patterns = [*_patterns(messages)]

    @lru_cache(maxsize=MOST_KEPT)
    def retell(text: str, depth: int = 0) -> str:
        if text and messages.get(text):
            return messages[text]
        for pattern, translation in patterns if depth < DEEPEST else ():
            if found := pattern.fullmatch(text):
                parts = {name: retell(part, depth + 1) for name, part in found.groupdict().items()}
                return _fill(translation, parts)
        return text

    return retell


def _fill(translation: str, parts: Mapping[str, str]) -> str:
    return FILLED_IN.sub(lambda place: parts[place[1]], translation)


def _patterns(messages: Mapping[str, str]) -> Iterable[tuple[re.Pattern[str], str]]:
    """Those that can be known by their own letters, the ones with most of them first."""
    found = [
        (sum(map(str.isalpha, FILLED_IN.sub("", message))), message, translation)
        for message, translation in messages.items()
        if FILLED_IN.search(message) and translation
    ]
    for letters, message, translation in sorted(found, reverse=True):
        if letters >= LEAST_LETTERS:
            yield _read(message), translation


def _read(message: str) -> re.Pattern[str]:
    """A pattern as an expression, each `{name}` a group."""
    parts, seen, end = [], set[str](), 0
    for place in FILLED_IN.finditer(message):
        parts.append(re.escape(message[end : place.start()]))
        name, end = place[1], place.end()
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
        seen.add(name)
    return re.compile("".join(parts) + re.escape(message[end:]), re.DOTALL)
