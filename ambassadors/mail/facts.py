"""What a mail is made of, and what comes out: values between the services and this floor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ambassadors.core.settings.wordings import Wording


@dataclass(frozen=True)
class Person:
    """Somebody who reads mail: their address as `parse_address` gave it, their IANA zone and the
    locale of the language they read.
    """

    name: str
    address: str
    zone: str
    locale: str = "en"


@dataclass(frozen=True)
class Service:
    """Who the mail comes from.

    `address` is MAIL_FROM, or the chat's own reply address; `base_url` what links start with.
    `wordings` are the texts of coordinators, by the name of the mail's templates.
    """

    name: str
    programme: str
    address: str
    base_url: str
    wordings: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True)
class ChatFacts:
    """A chat as it is at the moment of writing. Moments are aware, UTC.

    `interests` are labels. `manage_url` is the prospect's signed link, `staff_url` the
    ambassador's page of this chat, `feedback_url` where the question afterwards is answered,
    `ask_url` where another chat is asked for, `drop_out_url` where the ambassador says that they
    cannot make it. `reason` and `changed_by` (prospect, ambassador,
    coordinator or service) are those of the last change; `previous_start` and
    `previous_ambassador` stand only when that change replaced them. `code` and
    `hold_expires_at` belong to a hold. `stamp` is when the last change was made.
    """

    uid: str
    sequence: int
    status: str
    start: datetime
    end: datetime
    prospect: Person
    ambassador: Person
    question: str
    place: str
    interests: tuple[str, ...]
    manage_url: str
    staff_url: str
    feedback_url: str
    ask_url: str
    reason: str
    changed_by: str
    previous_start: datetime | None
    previous_ambassador: Person | None
    hold_expires_at: datetime | None
    code: str | None
    stamp: datetime
    drop_out_url: str = ""


@dataclass(frozen=True)
class Newcomer:
    """A prospect whom an ambassador got, as the ambassador reads of them: `interests` are labels.

    No address: a chat is chosen by the prospect, and nobody's address is shown to the other.
    """

    name: str
    zone: str
    interests: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class OtherTime:
    """A time that a prospect could have instead, with whom, and where it is booked."""

    name: str
    start: datetime
    url: str


@dataclass(frozen=True)
class StaleCalendar:
    """A calendar that cannot be read: why, in a sentence, and when it was read last, if ever."""

    name: str
    fault: str
    read_at: datetime | None


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent: `calendar` is one iCalendar object and `method` its method."""

    to: Person
    subject: str
    text: str
    html: str
    calendar: bytes | None
    method: str | None
    message_id: str
