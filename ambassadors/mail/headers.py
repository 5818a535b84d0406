"""Header lines, made whole here: Python's own folding lets some line breaks and names through.

Every header that leaves the service is written by this file as finished ASCII lines and checked
again after serialising (`check`). RFC 5322 section 2.2 (lines), RFC 2047 (encoded words).
"""

import re
from base64 import b64encode

from ambassadors.core.text import one_line

LINE_LIMIT = 76  # that of a line with an encoded word
TEXT_LIMIT = 200
# In base64 and with "=?utf-8?b?" and "?=" around it, short enough to follow "Subject: ".
_WORD_BYTES = 39
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LINE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*: |[ \t])[\x20-\x7e]*[\x21-\x7e]")


class Unsendable(Exception):
    """A serialised mail holds something that could be read as another header."""


def header_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """Typed text as a header may hold it: one line, and nothing that opens an encoded word."""
    return one_line(re.sub(r"=+(?=\?)", "", one_line(text)), limit)


def unstructured(name: str, text: str) -> str:
    """The value of a text header such as Subject, encoded where needed, folded."""
    text = header_text(text)
    words = text.split(" ") if text.isascii() else _encoded_words(text)
    return _fold(name, words)


def mailbox(name: str, display_name: str, address: str) -> str:
    """The value of an address header with one address, which `parse_address` has checked."""
    shown = header_text(display_name, 100)
    if not shown:
        return address
    if not shown.isascii():
        words = _encoded_words(shown)
    elif _PLAIN_NAME.fullmatch(shown):
        words = shown.split(" ")
    else:
        words = ['"' + re.sub(r'(["\\])', r"\\\1", shown) + '"']
    return _fold(name, [*words, f"<{address}>"])


def check(head: bytes, names: tuple[str, ...]) -> None:
    """Raises Unsendable unless `head` holds exactly these headers, in well-formed ASCII lines."""
    lines = head.split(b"\r\n")
    if any(_LINE.fullmatch(line) is None or len(line) > 998 for line in lines):
        raise Unsendable("A header line holds what no header may hold.")
    found = [line.split(b":")[0].decode("ascii") for line in lines if line[:1] not in b" \t"]
    if found != list(names):
        raise Unsendable("The headers are not those that were written.")


def _encoded_words(text: str) -> list[str]:
    """The text as encoded words of whole characters, base64 of UTF-8."""
    chunks, size = [""], 0
    for character in text:
        length = len(character.encode())
        if size + length > _WORD_BYTES:
            chunks.append("")
            size = 0
        chunks[-1] += character
        size += length
    return [f"=?utf-8?b?{b64encode(chunk.encode()).decode('ascii')}?=" for chunk in chunks]


def _fold(name: str, words: list[str]) -> str:
    """Words over as many lines as keep each within 76 characters, where words allow."""
    value, column = "", len(name) + 1
    for word in words:
        if value and column + 1 + len(word) > LINE_LIMIT:
            value += "\r\n"
            column = 0
        value += f" {word}" if value else word
        column += 1 + len(word)
    return value
