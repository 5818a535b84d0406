"""Text typed by people, made plain before it goes anywhere: the first step of every destination.

What a destination needs beyond this (escaping, encoding, folding) is added by the one function
of that destination: `invites` for iCalendar, `mail.headers` for mail headers.
"""

import re

# Everything a reader or a program somewhere takes for the end of a line, Unicode's included.
_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
# Other control characters, what reverses the direction of text, lone surrogates, non-characters.
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def plain(text: str) -> str:
    """The text with every kind of line break as "\\n" and without control characters."""
    return _NEVER.sub("", _BREAKS.sub("\n", text)).strip()


def one_line(text: str, limit: int | None = None) -> str:
    """The text on one line with single spaces; longer than `limit` characters it ends in "…"."""
    line = " ".join(plain(text).split())
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"
