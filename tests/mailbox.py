"""Reading the mail folder as its readers' programs would."""

import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path

from icalendar import Calendar

from tests.core import itip


@dataclass(frozen=True)
class Letter:
    """One message, parsed again."""

    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"].addresses[0].addr_spec)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def code(self) -> str:
        """The six digits: the only such run in the text."""
        found = re.findall(r"(?<!\d)\d{6}(?!\d)", self.text)
        assert len(found) == 1, found
        return found[0]

    @property
    def links(self) -> list[str]:
        return re.findall(r"https?://[^\s>)\"]+", self.text)

    @property
    def calendar(self) -> Calendar | None:
        """The calendar part: as RFC 5546's tables want it, and the same bytes as the attachment."""
        parts = [p for p in self.message.walk() if p.get_content_type() == "text/calendar"]
        files = [p for p in self.message.walk() if p.get_content_type() == "application/ics"]
        if not parts:
            assert not files
            return None
        assert [p.get_payload(decode=True) for p in parts] == [
            p.get_payload(decode=True) for p in files
        ]
        raw = parts[0].get_payload(decode=True)
        assert itip.problems(raw) == []
        return Calendar.from_ical(raw)

    @property
    def method(self) -> str | None:
        calendar = self.calendar
        return str(calendar["METHOD"]) if calendar else None

    @property
    def entry(self):
        """The one VEVENT."""
        (event,) = self.calendar.walk("VEVENT")
        return event


@lru_cache(maxsize=5000)
def parse(raw: bytes) -> Letter:
    """A message from its bytes; of the same ones only once."""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return Letter(message)


def read_folder(folder: Path) -> list[Letter]:
    """All messages in the order in which they were sent."""
    return [parse(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
