"""Mail that no person wrote: automatic answers, and mail that comes back."""

import re
from dataclasses import dataclass
from email.message import Message
from typing import TypeAlias

from ambassadors.core.said import said
from ambassadors.core.text import one_line

# How our own Message-IDs begin: see services.notices.message_id.
OURS = re.compile(r"<([0-9a-f]{32})@", re.IGNORECASE)
MOST_IDS = 5
_DAEMONS = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_PRECEDENCE = ("bulk", "junk", "list", "auto_reply", "auto-reply")
# As the programs that people use begin the subject of their automatic answers.
_SUBJECT = re.compile(
    r"\s*(automatic reply|auto(matic)?[ -]?(reply|response)|autoreply|out of (the )?office|ooo\b"
    r"|automatische antwort|abwesenheit|r[ée]ponse automatique|respuesta autom[áa]tica"
    r"|resposta autom[áa]tica|risposta automatica|自动回复|自動返信|undeliverable|delivery status)",
    re.IGNORECASE,
)

Mail: TypeAlias = "Message[str, str]"


@dataclass(frozen=True)
class Returned:
    """A mail that came back: the left parts of Message-IDs it may be, and the server's words."""

    message_ids: tuple[str, ...]
    words: str


def own_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a text that look like ours, their left parts, each once."""
    return tuple(dict.fromkeys(one.lower() for one in OURS.findall(text)))[:MOST_IDS]


def is_report(mail: Mail) -> bool:
    """Whether a mail server reports on a delivery (RFC 3462), or its operator does."""
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type", "")).lower() == "delivery-status"
    return "X-Failed-Recipients" in mail


def read_returned(mail: Mail, sender: str, text: str) -> Returned | None:
    """What came back, and why; None when this is no such mail, or delivery is still tried."""
    if not is_report(mail) and not sender.startswith(_DAEMONS):
        return None
    action, words = read_status(mail)
    if action and action != "failed":
        return None
    return Returned(own_ids(text), words or said("It could not be delivered."))


def read_status(mail: Mail) -> tuple[str, str]:
    """A report's action and the server's words (RFC 3464 section 2.3); empty when not given."""
    for part in mail.walk():
        action = str(part.get("Action", "")).strip().lower()
        if action:
            words = part.get("Diagnostic-Code") or part.get("Status") or ""
            return action.split()[0], one_line(str(words), 300)
    return "", ""


def is_automatic(mail: Mail, subject: str) -> bool:
    """Whether a program answered by itself (RFC 3834 section 5, and what programs do instead)."""
    submitted = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(mail.get("Precedence", "")).strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in _PRECEDENCE
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-AutoReply-From"))
        or mail.get_content_type() == "multipart/report"
        or str(mail.get("Return-Path", "")).strip() == "<>"
        or bool(_SUBJECT.match(subject))
    )
