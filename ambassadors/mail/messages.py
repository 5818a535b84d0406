"""A `Mail` as a message: parts in the order programs expect, headers as `headers` writes them.

multipart/mixed [ multipart/alternative [ text, HTML, calendar ], invite.ics ]: mail programs take
the last alternative they understand, so the calendar object comes last (RFC 6047 section 2.4);
the same bytes as an attachment serve those that understand none.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from datetime import datetime
from email.message import EmailMessage, Message, MIMEPart
from email.policy import Policy
from email.utils import format_datetime
from hashlib import blake2b
from typing import TypeAlias

from ambassadors.mail.addresses import parse_address
from ambassadors.mail.facts import Mail, Service
from ambassadors.mail.headers import Unsendable, check, mailbox, unstructured

HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,200}>")
_METHODS = ("REQUEST", "CANCEL", "DECLINECOUNTER")
_Piece: TypeAlias = "Message[str, str] | str"
_LETTERS = bytes.maketrans(b"0123456789", b"ghijklmnop")


class AsWritten(Policy):
    """Stores and writes header values as they are, since `headers` has encoded and folded them.

    Python's own policies parse and fold them again, which costs most of the time a mail takes.
    """

    linesep = "\r\n"

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A header as it was read."""
        name, value = "".join(sourcelines).split(":", 1)
        return name, value.strip(" \r\n")

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """A header as the program gave it."""
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:
        """A header as it was stored."""
        return value

    def fold(self, name: str, value: str) -> str:
        """A header as it stands in the message."""
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it stands in the message, in bytes."""
        return self.fold(name, value).encode("ascii")


_AS_WRITTEN = AsWritten()


def to_message(mail: Mail, service: Service, date: datetime) -> EmailMessage:
    """The message, the same for the same arguments; `serialise` makes bytes of it.

    Refused when an address is none; ValueError for a Message-ID that is none, or a `date` without
    a zone.
    """
    if date.tzinfo is None or not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError("A message needs a date with a zone and a well-formed Message-ID.")
    message = EmailMessage(_AS_WRITTEN)
    values = (
        mailbox("From", service.name, parse_address(service.address)),
        mailbox("To", mail.to.name, parse_address(mail.to.address)),
        unstructured("Subject", mail.subject),
        format_datetime(date),
        mail.message_id,
        "auto-generated",
        "OOF, AutoReply",
        "1.0",
    )
    for name, value in zip(HEADERS, values, strict=False):
        message[name] = value
    _fill(message, mail)
    return message


def serialise(message: EmailMessage) -> bytes:
    """The bytes to send, those of `as_bytes` in half the time.

    Raises Unsendable when they hold a header that nobody wrote.
    """
    data = _flatten(message).encode()
    check(data.split(b"\r\n\r\n", 1)[0], HEADERS)
    if not data.count(b"\r\n") == data.count(b"\r") == data.count(b"\n"):
        raise Unsendable("A line ends in something other than CR LF.")
    return data


def _flatten(part: MIMEPart) -> str:
    """A part with all it holds (RFC 2046 section 5.1.1). Payloads are finished already."""
    head = "".join(f"{name}: {value}\r\n" for name, value in part.items())
    if not part.is_multipart():
        return head + "\r\n" + str(part.get_payload()).replace("\n", "\r\n")
    boundary = part.get_boundary()
    inner = "".join(f"--{boundary}\r\n{_flatten(piece)}\r\n" for piece in part.iter_parts())
    return f"{head}\r\n{inner}--{boundary}--\r\n"


def _fill(message: EmailMessage, mail: Mail) -> None:
    """The parts, below the headers."""
    alternatives: list[_Piece] = [_text(mail.text, "plain"), _text(mail.html, "html")]
    boundary = "=_" + _letters(mail.message_id)
    if mail.calendar is None:
        _join(message, "alternative", boundary, alternatives)
        return
    alternatives.append(_calendar(mail.calendar, mail.method))
    body = MIMEPart(_AS_WRITTEN)
    _join(body, "alternative", boundary + "-alternative", alternatives)
    _join(message, "mixed", boundary + "-mixed", [body, _attachment(mail.calendar)])


def _join(whole: MIMEPart, kind: str, boundary: str, parts: list[_Piece]) -> None:
    whole["Content-Type"] = f'multipart/{kind}; boundary="{boundary}"'
    whole.set_payload(parts)


def _text(text: str, kind: str) -> MIMEPart:
    """Quoted-printable: any server carries it, and people can read its source."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = b2a_qp(lines.encode(), istext=True).decode("ascii")
    return _part(f'text/{kind}; charset="utf-8"', "quoted-printable", encoded)


def _calendar(ics: bytes, method: str | None) -> MIMEPart:
    if method not in _METHODS:
        raise ValueError("A calendar part is a REQUEST, a CANCEL or a DECLINECOUNTER.")
    content_type = f'text/calendar; method={method}; charset="utf-8"'
    return _part(content_type, "base64", encodebytes(ics).decode("ascii"))


def _attachment(ics: bytes) -> MIMEPart:
    part = _part('application/ics; name="invite.ics"', "base64", encodebytes(ics).decode("ascii"))
    part["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return part


def _part(content_type: str, encoding: str, payload: str) -> MIMEPart:
    part = MIMEPart(_AS_WRITTEN)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(payload)
    return part


def _letters(message_id: str) -> str:
    """A boundary's own part: always the same for a mail, and never digits that look like a code."""
    digest = blake2b(message_id.encode(), digest_size=10).hexdigest().encode()
    return digest.translate(_LETTERS).decode("ascii")
