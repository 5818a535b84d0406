"""The mailbox where calendar replies arrive: a Maildir folder, or an IMAP server's INBOX."""

import imaplib
from pathlib import Path
from urllib.parse import unquote, urlsplit

PATIENCE = 10  # seconds


def check_inbox(url: str) -> str:
    """Opens the mailbox without changing it, and says how it went. OSError or ValueError if not."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        return _check_maildir(Path(unquote(parts.path)))
    if parts.scheme in ("imap", "imaps") and parts.hostname:
        return _check_imap(url)
    raise ValueError("INBOX_URL must begin with imap://, imaps:// or maildir:")


def _check_maildir(folder: Path) -> str:
    if not (folder / "new").is_dir():
        raise ValueError(f"there is no Maildir at {folder}")
    return f"The Maildir {folder} is there."


def _check_imap(url: str) -> str:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "imaps"
    open_server = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    port = parts.port or (993 if secure else 143)
    try:
        with open_server(host, port, timeout=PATIENCE) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
                server.select("INBOX", readonly=True)
            return f"{host} answers."
    except imaplib.IMAP4.error as fault:
        raise ValueError(f"{host} says: {fault}") from fault
