"""Where mail goes: a folder of files in development, an SMTP server otherwise."""

import os
import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from ambassadors.core.said import said
from ambassadors.mail.faults import PermanentFault, TransientFault
from ambassadors.mail.smtp import Server, SmtpTransport

HEAD = 8192  # bytes in which a message's own headers end

__all__ = [
    "FolderTransport",
    "PermanentFault",
    "SmtpTransport",
    "TransientFault",
    "Transport",
    "open_transport",
    "parse_mail_url",
    "remove_copies",
]


class Transport(Protocol):
    """Takes finished messages."""

    def send(self, message: bytes, sender: str, recipient: str) -> str:
        """Hands over one message; returns the other side's words once it has accepted it."""

    def check(self) -> str:
        """Whether mail could be sent now, without sending any; returns the other side's words."""

    def close(self) -> None:
        """Says goodbye. The transport may be used again."""


@dataclass(frozen=True)
class FolderTransport:
    """One `.eml` file a message, which appears whole; names sort by the time of sending.

    For development only, so nothing is forced to the disk: a crash of the machine may lose files.
    """

    folder: Path

    def send(self, message: bytes, sender: str, recipient: str) -> str:
        """Writes the file beside its final name, then renames it."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"
        part = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(message)
            part.rename(self.folder / name)
        except OSError as error:
            with suppress(OSError):  # the fault to tell of is the first one
                part.unlink(missing_ok=True)
            raise TransientFault(
                said("The mail folder cannot be written: {strerror}.", strerror=error.strerror)
            ) from None
        return said("written as {name}", name=name)

    def check(self) -> str:
        """Whether the folder is there, or can be made, and may be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TransientFault(
                said("The mail folder cannot be made: {strerror}.", strerror=error.strerror)
            ) from None
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise TransientFault(said("The mail folder cannot be written."))
        return said("the mail folder can be written")

    def close(self) -> None:
        """Nothing is kept open."""


def remove_copies(mail_url: str, message_ids: Container[str]) -> int:
    """Removes messages from a mail folder, by the left parts of their Message-IDs; how many.

    A server's mail is out of reach: it is in people's mailboxes.
    """
    place = parse_mail_url(mail_url)
    removed = 0
    for path in place.glob("*.eml") if isinstance(place, Path) else ():
        with suppress(OSError):  # somebody else has removed it
            head = BytesHeaderParser().parsebytes(path.read_bytes()[:HEAD])
            if str(head["Message-ID"]).strip("<> ").partition("@")[0] in message_ids:
                path.unlink()
                removed += 1
    return removed


@contextmanager
def open_transport(mail_url: str, *, extra_ca: str | None = None) -> Iterator[Transport]:
    """The transport of a MAIL_URL, closed at the end. It connects when it first sends.

    `extra_ca` is PEM text of a certificate authority to trust beside the system's.
    ValueError, without the password, for an address that is none.
    """
    place = parse_mail_url(mail_url)
    if isinstance(place, Path):
        yield FolderTransport(place)
        return
    transport = SmtpTransport(place, extra_ca=extra_ca)
    try:
        yield transport
    finally:
        transport.close()


def parse_mail_url(mail_url: str) -> Path | Server:
    """A folder or a server. ValueError, without the password, for an address that is none."""
    parts = urlsplit(mail_url)
    if parts.scheme == "file":
        return _folder(parts)
    if parts.scheme in ("smtp", "smtps"):
        return _server(parts)
    raise ValueError("MAIL_URL begins with file://, smtp:// or smtps://.")


def _folder(parts: SplitResult) -> Path:
    path = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_absolute():
        raise ValueError("MAIL_URL names a folder as file:///absolute/folder.")
    return path


def _server(parts: SplitResult) -> Server:
    """Without a port: 465 for smtps, 587 with a password (RFC 6409), else 25."""
    try:
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:  # UnicodeError is one too
        raise ValueError("MAIL_URL has a host that is no name, or a port that is none.") from None
    if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("MAIL_URL names a server as smtp://user:password@host:587.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("MAIL_URL has a user without a password, or a password without a user.")
    tls = parts.scheme == "smtps"
    default = 465 if tls else 587 if user else 25
    return Server(host, port or default, tls, user, password)
