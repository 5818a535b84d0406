"""The mailbox where calendar replies arrive: a Maildir folder, or a folder on an IMAP server.

Reading changes nothing; a mail is marked (`settle`) once what it meant is in the database. Should
the mark fail, the mail is found again, and its `key` says that it was handled already.
"""

import imaplib
import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 10  # seconds
LARGEST = 2 * 1024 * 1024  # bytes; an answer of a calendar has a few thousand
BATCH = 40  # mails of one round
_VALIDITY = re.compile(rb"\d+")


class InboxFault(Exception):
    """The mailbox cannot be read now; the text says why."""


@dataclass(frozen=True)
class Found:
    """One mail: `key` names it for good, `place` finds it; `raw` is None when it cannot be read,
    or is too large to be.
    """

    key: str
    place: str
    raw: bytes | None


class Inbox(Protocol):
    """A mailbox that is open."""

    def find(self, limit: int = BATCH) -> Iterator[Found]:
        """Mails that nobody has settled, the oldest first."""

    def settle(self, found: Found) -> None:
        """Marks a mail as handled."""


@contextmanager
def open_inbox(url: str, extra_ca: str | None = None) -> Iterator[Inbox]:
    """The mailbox at an INBOX_URL. InboxFault when it is out of reach, or goes while in use."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "maildir":
            yield MaildirInbox(maildir_at(parts))
        elif parts.scheme in ("imap", "imaps") and parts.hostname:
            with connect(parts, extra_ca) as server:
                yield ImapInbox(server, parts)
        else:
            raise ValueError("INBOX_URL must begin with imap://, imaps:// or maildir:")
    except imaplib.IMAP4.error as fault:
        raise InboxFault(f"{parts.hostname} says: {words_of(fault, parts)}") from None
    except (OSError, ValueError) as fault:
        raise InboxFault(words_of(fault, parts)) from None


def check_inbox(url: str) -> str:
    """Opens the mailbox without changing it, and says how it went. InboxFault if not."""
    parts = urlsplit(url)
    with open_inbox(url):
        if parts.scheme == "maildir":
            return f"The Maildir {unquote(parts.path)} is there."
        return f"{parts.hostname} answers."


def words_of(fault: Exception, parts: SplitResult) -> str:
    """A fault on one line, without the password should the server repeat it."""
    text = " ".join(str(fault).split())[:300]
    password = unquote(parts.password or "")
    return text.replace(password, "•••") if password else text


def key_of(*parts: object) -> str:
    """What names a mail for good; the end of a name is what tells one from another."""
    return ":".join(str(part or "") for part in parts)[-200:]


# Maildir: mail stands in new/ until it is handled, then in cur/ with the flag S.


def maildir_at(parts: SplitResult) -> Path:
    """The folder that an address names. ValueError when there is no Maildir."""
    folder = Path(unquote(parts.path))
    if not (folder / "new").is_dir():
        raise ValueError(f"there is no Maildir at {folder}")
    return folder


@dataclass(frozen=True)
class MaildirInbox:
    """A folder with new/ and cur/."""

    folder: Path

    def find(self, limit: int = BATCH) -> Iterator[Found]:
        """The files in new/; the names that mail servers give begin with the time."""
        for name in sorted(os.listdir(self.folder / "new"))[:limit]:
            path = self.folder / "new" / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                with suppress(FileNotFoundError):  # another scheduler was quicker
                    yield Found(key_of("maildir", name), name, read_bounded(path))

    def settle(self, found: Found) -> None:
        """Moves the file to cur/."""
        (self.folder / "cur").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another scheduler was quicker
            (self.folder / "new" / found.place).rename(
                self.folder / "cur" / f"{found.place.partition(':')[0]}:2,S"
            )


def read_bounded(path: Path) -> bytes | None:
    """A file's bytes, None when there are too many."""
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    return raw if len(raw) <= LARGEST else None


# IMAP: mail counts as not handled while it lacks the flag \Seen.


@contextmanager
def connect(parts: SplitResult, extra_ca: str | None) -> Iterator[imaplib.IMAP4]:
    """A server, encrypted and signed in, the folder opened; left as it was found."""
    context = ssl.create_default_context()
    if extra_ca:
        context.load_verify_locations(cadata=extra_ca)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        port = parts.port or 993
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=PATIENCE)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
    try:
        encrypt(server, parts, context)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        expect(server.select(folder_of(parts)))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):  # it has gone: what happened before is told
            server.logout()


def encrypt(server: imaplib.IMAP4, parts: SplitResult, context: ssl.SSLContext) -> None:
    """STARTTLS where it is offered; the password goes in the clear to this machine alone."""
    if parts.scheme == "imaps":
        return
    if "STARTTLS" in server.capabilities:
        server.starttls(context)
    elif not is_local(parts.hostname or ""):
        raise ValueError("the server offers no STARTTLS: the password was not sent")


def is_local(host: str) -> bool:
    """Whether a name means this machine."""
    with suppress(ValueError):  # a name, not an address
        return ip_address(host).is_loopback
    return host == "localhost"


def folder_of(parts: SplitResult) -> str:
    """The folder in an address's path, quoted; INBOX when there is none."""
    name = unquote(parts.path).strip("/") or "INBOX"
    escaped = re.sub(r"[\x00-\x1f\x7f]", "", name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def expect(answer: tuple[str, Sequence[object]]) -> list[object]:
    """What a server answered. IMAP4.error when it was no OK."""
    status, data = answer
    if status != "OK":
        said = data[0] if data and isinstance(data[0], bytes) else b""
        raise imaplib.IMAP4.error(said.decode("utf-8", "replace") or status)
    return list(data)


@dataclass(frozen=True)
class ImapInbox:
    """A folder on a server."""

    server: imaplib.IMAP4
    parts: SplitResult

    def find(self, limit: int = BATCH) -> Iterator[Found]:
        """The mails without the flag; their UIDs rise in the order in which they came."""
        validity = self._validity()
        answer = expect(self.server.uid("SEARCH", "UNSEEN"))
        numbers = answer[0].split() if answer and isinstance(answer[0], bytes) else []
        for number in sorted(numbers, key=int)[:limit]:
            uid = number.decode("ascii")
            key = key_of("imap", self.parts.hostname, self.parts.username, validity, uid)
            yield Found(key, uid, self._fetch(uid))

    def settle(self, found: Found) -> None:
        """Sets the flag."""
        expect(self.server.uid("STORE", found.place, "+FLAGS.SILENT", "(\\Seen)"))

    def _validity(self) -> str:
        """UIDVALIDITY: with it a UID names one mail for good (RFC 9051 section 2.3.1.1)."""
        _, data = self.server.response("UIDVALIDITY")
        found = _VALIDITY.search(data[0]) if data and isinstance(data[0], bytes) else None
        return found[0].decode("ascii") if found else "0"

    def _fetch(self, uid: str) -> bytes | None:
        """A mail's bytes without marking it; None when there are too many."""
        _, answer = self.server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
        for piece in answer:
            if isinstance(piece, tuple):
                raw = bytes(piece[1])
                return raw if len(raw) <= LARGEST else None
        return None
