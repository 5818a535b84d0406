"""The bytes of a mail → who sent it, what kind of mail it is, and the wish it carries.

Whatever the bytes are, `read_mail` returns: mail from outside must not stop the mail behind it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from enum import StrEnum

from ambassadors.core.replies.machines import (
    Mail,
    Returned,
    is_automatic,
    own_ids,
    read_returned,
)
from ambassadors.core.replies.objects import Answer, Wish, read_object
from ambassadors.core.said import said
from ambassadors.core.text import one_line

MOST_PARTS = 60
MOST_BORDERS = 2000  # lines that may part a mail: parsing takes time for each
LONGEST_HEADER = 4000  # characters
MOST_HEADERS = 20  # of one name
MOST_OBJECTS = 8
LARGEST_OBJECT = 128 * 1024
RECIPIENTS = (
    *("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"),
    *("X-Delivered-To", "X-Forwarded-To", "Resent-To", "X-RcptTo"),
)
# Where the encoding is not the UTF-8 that RFC 5545 asks for, these are tried and no others.
_CHARSETS = re.compile(
    r"utf-?16(le|be)?|iso-8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5"
    r"|shift_jis|iso-2022-jp|euc-(jp|kr)",
    re.IGNORECASE,
)
_SECRET = re.compile(r"\+([0-9a-f]{40})@", re.IGNORECASE)
_NESTED = re.compile(rb"boundary|message/", re.IGNORECASE)


class ShortHeaders(policy.Compat32):
    """Reads the beginning of each header only.

    The library takes minutes for the parameters of a single one that fills a mail.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A header's name and value."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_SHORT = ShortHeaders()


class Kind(StrEnum):
    """What a mail is: an answer, a proposal of another time, or neither."""

    REPLY = "reply"
    COUNTER = "counter"
    RETURNED = "returned"
    AUTOMATIC = "automatic"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Arrived:
    """A mail as it was read. `secrets` are the secret parts of addresses that it was sent to.

    `about` are left parts of Message-IDs of ours that it answers; `problem` says why there is no
    wish in it.
    """

    kind: Kind
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    secrets: frozenset[str] = frozenset()
    about: tuple[str, ...] = ()
    wish: Wish | None = None
    returned: Returned | None = None
    problem: str = ""


def read_mail(raw: bytes) -> Arrived:
    """What a mail is and wants. Never raises; an unreadable one says so."""
    if len(_NESTED.findall(raw)) > MOST_PARTS or raw.count(b"\n--") > MOST_BORDERS:
        return Arrived(Kind.UNREADABLE, problem=said("The mail has too many parts to be read."))
    try:
        return classify(message_from_bytes(raw, policy=_SHORT), raw)
    except Exception:  # the library's parsers raise nearly anything on mail made to break them
        return Arrived(Kind.UNREADABLE, problem=said("The mail could not be read."))


def classify(mail: Mail, raw: bytes) -> Arrived:
    """A calendar answer first: Google's carry Auto-Submitted, though a person pressed a button."""
    secrets = {one.lower() for one in _SECRET.findall(" ".join(all_of(mail, RECIPIENTS)))}
    read = Arrived(
        Kind.OTHER,
        sender=read_sender(mail),
        subject=read_text(mail, "Subject", 200),
        message_id=read_text(mail, "Message-ID", 200),
        secrets=frozenset(secrets),
        about=own_ids(" ".join(all_of(mail, ("In-Reply-To", "References")))),
    )
    returned = read_returned(mail, read.sender, raw.decode("latin-1"))
    if returned is not None:
        return replace(read, kind=Kind.RETURNED, returned=returned)
    answer = find_answer(mail)
    if (wish := answer.wish) is not None:
        kind = Kind(wish.method.lower())
        return replace(read, kind=kind, wish=wish, secrets=read.secrets | answer.secrets)
    automatic = is_automatic(mail, read.subject)
    kind = Kind.AUTOMATIC if automatic else Kind.OTHER
    return replace(read, kind=kind, problem=answer.problem)


def find_answer(mail: Mail) -> Answer:
    """The first object that answers an invitation, wherever in the mail it stands."""
    found = Answer(None, said("It has no calendar part."))
    for number, part in enumerate(calendar_parts(mail)):
        if number == MOST_OBJECTS:
            break
        found = read_object(decode(part), str(part.get_param("method", "")))
        if found.wish is not None:
            break
    return found


def calendar_parts(mail: Mail) -> Iterator[Mail]:
    """The parts that hold an iCalendar object, by their type or by their name."""
    for part in mail.walk():
        named = (part.get_filename() or "").lower().endswith(".ics")
        if part.get_content_type() in ("text/calendar", "application/ics") or named:
            yield part


def decode(part: Mail) -> str:
    """A part as text: UTF-8 when it is that, whatever it says; else what it says; else Latin-1."""
    data = part.get_payload(decode=True)
    data = data[:LARGEST_OBJECT] if isinstance(data, bytes) else b""
    named = str(part.get_param("charset", "")).strip().lower()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = "utf-16"
    for charset in ("utf-16",) if named == "utf-16" else ("utf-8-sig", named):
        if charset == "utf-8-sig" or _CHARSETS.fullmatch(charset):
            try:
                return data.decode(charset)
            except (UnicodeError, LookupError):
                continue
    return data.decode("latin-1")


def read_sender(mail: Mail) -> str:
    """The one address in From, in lower case; empty when there is none, or more than one."""
    found = [address for _, address in getaddresses(all_of(mail, ("From",))) if address]
    return one_line(found[0], 254).lower() if len(found) == 1 else ""


def all_of(mail: Mail, names: tuple[str, ...]) -> list[str]:
    """The headers of these names, as they stand."""
    found = (mail.get_all(name, [])[:MOST_HEADERS] for name in names)
    return [str(value)[:LONGEST_HEADER] for values in found for value in values]


def read_text(mail: Mail, name: str, limit: int) -> str:
    """A header in words."""
    raw = str(mail.get(name, ""))[:LONGEST_HEADER]
    try:
        return one_line(str(make_header(decode_header(raw))), limit)
    except Exception:  # wrongly encoded: as it stands
        return one_line(raw, limit)
