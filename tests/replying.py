"""Answers as people's calendars send them, made from the invitation that was mailed to them."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from ambassadors.core.chats import Actor
from ambassadors.jobs import tick
from ambassadors.models import Chat, InboxMessage
from ambassadors.services import booking, replies
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat
from tests.mailbox import Letter, read_folder

numbers = itertools.count(1)
WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston, 20:30 in Kolkata
MINUTE = timedelta(minutes=1)
STAMP = datetime(2027, 3, 1, 14, 30, tzinfo=UTC)


def compact(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def reply_address(letter: Letter) -> str:
    """Where answers to an invitation go: its sender."""
    return str(letter.message["From"].addresses[0].addr_spec)


def answer_object(letter: Letter, answer: str = "ACCEPTED", **said: object) -> str:
    """What the reader's calendar says. `method`, `attendee`, `sequence`, `stamp`, `start`,
    `lines` (more lines) and `organizer` are the invitation's own unless given; None leaves out.
    """
    entry = letter.entry
    values = {
        "method": "REPLY",
        "uid": str(entry["UID"]),
        "attendee": letter.to,
        "sequence": int(entry["SEQUENCE"]),
        "stamp": STAMP,
        "start": entry["DTSTART"].dt,
        "organizer": reply_address(letter),
        "lines": "",
        **said,
    }
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Somebody//Calendar//EN",
        "VERSION:2.0",
        f"METHOD:{values['method']}",
        "BEGIN:VEVENT",
        f"UID:{values['uid']}",
        values["stamp"] and f"DTSTAMP:{compact(values['stamp'])}",  # type: ignore[arg-type]
        values["start"] and f"DTSTART:{compact(values['start'])}",  # type: ignore[arg-type]
        values["sequence"] is not None and f"SEQUENCE:{values['sequence']}",
        values["organizer"] and f"ORGANIZER:mailto:{values['organizer']}",
        values["attendee"] and f"ATTENDEE;PARTSTAT={answer}:mailto:{values['attendee']}",
        *str(values["lines"]).splitlines(),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(str(line) for line in lines if line) + "\r\n"


def answer_mail(
    letter: Letter,
    answer: str = "ACCEPTED",
    *,
    sender: str = "",
    to: str = "",
    headers: str = "",
    **said: object,
) -> bytes:
    """The mail around it, as most programs write one."""
    return wrap(
        answer_object(letter, answer, **said),
        sender or letter.to,
        to or reply_address(letter),
        headers,
        str(said.get("method", "REPLY")),
    )


def wrap(ics: str, sender: str, to: str, headers: str = "", method: str = "REPLY") -> bytes:
    text = f"""From: Somebody <{sender}>
To: {to}
Subject: An answer
Message-ID: <{next(numbers)}@mail.example.org>
{headers}MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="part"

--part
Content-Type: text/plain; charset=utf-8

An answer.
--part
Content-Type: text/calendar; charset=utf-8; method={method}

{ics}
--part--
"""
    return text.encode()


def words_mail(sender: str, to: str, subject: str, headers: str = "") -> bytes:
    """A mail without a calendar part."""
    number = next(numbers)
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{number}@example.org>\n"
        f"{headers}Content-Type: text/plain\n\nI am away.\n"
    ).encode()


def returned_mail(letter: Letter, action: str = "failed", to: str = "") -> bytes:
    """What a mail server sends back (RFC 3464) to the sender of a letter."""
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: {to or reply_address(letter)}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{next(numbers)}@mx.example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

I could not deliver it.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {letter.to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--part
Content-Type: text/rfc822-headers

From: {letter.message["From"]}
Message-ID: {letter.message_id}

--part--
""".encode()


def make_maildir(folder: Path) -> Path:
    """An empty Maildir."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


def drop(folder: Path, raw: bytes) -> None:
    """A mail arrives."""
    (folder / "new" / f"{next(numbers):010d}.example").write_bytes(raw)


class Desk:
    """A booked chat whose invitations are out, and a mailbox for the answers to them."""

    def __init__(self, app, session, folder, now):
        self.app, self.session, self.folder, self.now = app, session, folder, now
        self.chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
        self.sent = []
        tick(app, now)

    @property
    def letters(self):
        return read_folder(self.folder / "mail")

    def letter(self, who):
        """The last mail to "prospect" or "ambassador"."""
        chat = self.session.get(Chat, self.chat.id)
        to = chat.prospect.email if who == "prospect" else chat.ambassador.user.email
        return [one for one in self.letters if one.to == to][-1]

    def receive(self, *mails):
        """Mails arrive, and are read; what became of each, and the subjects that went out."""
        before = {one.message_id for one in self.letters}
        known = len(self.rows())
        for raw in mails:
            drop(self.folder / "inbox", raw)
        self.now += MINUTE
        tick(self.app, self.now)
        self.sent = [one for one in self.letters if one.message_id not in before]
        return [(row.outcome, row.sentence) for row in self.rows()[known:]]

    def rows(self):
        self.session.rollback()
        query = select(InboxMessage).order_by(InboxMessage.id)
        return list(self.session.scalars(query.execution_options(populate_existing=True)))

    def answers(self):
        self.session.rollback()
        self.session.expire_all()
        chat = self.session.get(Chat, self.chat.id)
        said = replies.said_about(self.session, chat)
        return [
            (one.who, one.sentence.removeprefix(f"{one.name} ").removesuffix(".")) for one in said
        ]

    def move(self, start):
        who = Actor("prospect")
        write(self.session, lambda s: booking.move(s, self.chat.uid, start, who, self.now))
        self.now += MINUTE
        tick(self.app, self.now)

    def status(self):
        self.session.expire_all()
        return self.session.get(Chat, self.chat.id).status
