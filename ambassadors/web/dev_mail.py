"""Development only: the mails in the folder, so that a code can be read without a mail program.

There is no such page in production, nor where mail goes to a server.
"""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, render_template

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.web.security import MAIL_POLICY
from config import Settings

NEWEST = 50

pages = Blueprint("dev", __name__, url_prefix="/dev")


def register(app: Flask) -> None:
    """Adds the pages where they may be: a mail folder, on a developer's own machine."""
    settings: Settings = app.extensions["settings"]
    if settings.mail_url.startswith("file:") and settings.local and not settings.production:
        app.register_blueprint(pages)


@dataclass(frozen=True)
class Read:
    """A mail of the folder, as a reader's program shows it."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str
    calendar: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/dev/mail/{self.name}"


@pages.get("/mail")
def mails() -> str:
    """The newest mails, newest first."""
    found = sorted(folder().glob("*.eml"), reverse=True)[:NEWEST]
    return render_template("dev/mails.html", mails=[read(path) for path in found])


@pages.get("/mail/<name>")
def mail(name: str) -> str:
    """One mail: its plain text and its calendar part."""
    return render_template("dev/mail.html", mail=read(path_of(name)))


@pages.get("/mail/<name>/html")
def html(name: str) -> Response:
    """Its HTML, as it is, shut in."""
    part = parse(path_of(name)).get_body(("html",))
    response = Response(str(part.get_content()) if part else "")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def folder() -> Path:
    """Where the mails are."""
    settings: Settings = current_app.extensions["settings"]
    return Path(settings.mail_url.removeprefix("file://"))


def path_of(name: str) -> Path:
    """The file of that name in the folder; refused (404) when there is none."""
    found = next((path for path in folder().glob("*.eml") if path.stem == name), None)
    if found is None:
        raise Refused(said("There is no such mail."), status=404)
    return found


def parse(path: Path) -> EmailMessage:
    """A message of the folder."""
    return email.message_from_bytes(path.read_bytes(), policy=default)


def read(path: Path) -> Read:
    """What a page shows of a mail."""
    message = parse(path)
    text = message.get_body(("plain",))
    calendar = next(
        (part for part in message.walk() if part.get_content_type() == "text/calendar"), None
    )
    return Read(
        name=path.stem,
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(text.get_content()) if text else "",
        calendar=str(calendar.get_content()) if calendar else "",
    )
