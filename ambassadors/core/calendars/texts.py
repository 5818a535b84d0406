"""The bytes of an iCalendar → its text: decoded, unfolded, one content line a line.

RFC 5545 section 3.1 asks for UTF-8, CRLF and folds of CRLF and a blank. Calendars come with byte
order marks, in UTF-16 or Latin-1, with any line ends, and folded in the middle of a character.
"""

import codecs
import re

from ambassadors.core.calendars.faults import NotACalendar
from ambassadors.core.said import said

LONGEST = 2 * 1024 * 1024  # bytes
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"B\0E\0", "utf-16-le"),
    (b"\0B\0E", "utf-16-be"),
)
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_LINE_ENDS = re.compile(rb"\r+\n|\r")
_FOLDS = re.compile(rb"\n[ \t]")


def read_text(ics: bytes) -> tuple[str, list[str]]:
    """The unfolded text, its lines ended by a line feed, and a sentence for each oddity.

    NotACalendar when it is none: empty, too long, compressed, a web page.
    """
    _refuse_other_things(ics)
    notes: list[str] = []
    ics = _as_utf8(ics)
    if b"\0" in ics:
        ics = ics.replace(b"\0", b"")
        notes.append(said("The calendar holds NUL characters; they were left out."))
    ics = _FOLDS.sub(b"", _LINE_ENDS.sub(b"\n", ics))
    try:
        return ics.decode("utf-8"), notes
    except UnicodeDecodeError:
        notes.append(said("The calendar is not in UTF-8; it was read as Western European text."))
        return ics.decode("latin-1"), notes


def _refuse_other_things(ics: bytes) -> None:
    if len(ics) > LONGEST:
        raise NotACalendar(said("The calendar is larger than 2 MB."))
    if ics.startswith(_COMPRESSED):
        raise NotACalendar(said("This is a compressed file, not a calendar; unpack it first."))
    begin = ics.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:256].lower()
    if not begin:
        raise NotACalendar(said("The calendar is empty."))
    if begin.startswith(b"<"):
        raise NotACalendar(
            said(
                "This is a web page, not a calendar; use the calendar’s secret address in "
                "iCal format."
            )
        )


def _as_utf8(ics: bytes) -> bytes:
    for mark, encoding in _MARKS:
        if ics.startswith(mark):
            text = ics.decode(encoding, "replace").removeprefix("\ufeff")
            return text.encode("utf-8", "replace")
    return ics
