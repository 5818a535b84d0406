"""A chat as iCalendar: request, cancellation, download, feed, and links for web calendars.

Objects follow RFC 5545 (syntax) and RFC 5546 section 3.2 (what each method must and must not
carry). They hold UTC times only, so no VTIMEZONE, and depend on nothing but their arguments:
the same invite gives the same bytes.

The lines are written here and not by the icalendar package, which reads them in the tests: it
takes ten times as long (half a millisecond, a third of what a mail takes), and its escaping
turns a typed backslash followed by N into a line break.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlencode

from ambassadors.core.text import one_line, plain

PRODID = "-//AIM student ambassadors//Chats//EN"
# Browsers and proxies cut addresses at about 2,000 characters.
LINK_TEXT_LIMIT = 600
# Octets of a content line without its end (RFC 5545 section 3.1).
LINE_LIMIT = 75
# Of TEXT values (RFC 5545 section 3.3.11).
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# What a mailto: address keeps unescaped (RFC 6068 section 2, RFC 3986 section 3.3).
ADDRESS_SAFE = "@!$&'*+/=-._~"


Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True)
class Invite:
    """One chat in one person's calendar.

    `start`, `end`, `stamp` and `changed` are aware. `stamp` is the moment this state of the chat
    was made (DTSTAMP), `changed` that of its last change (LAST-MODIFIED). `organizer` and
    `attendee` are addresses; `attendee` is the reader, nobody else.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    description: str
    location: str
    organizer: str
    organizer_name: str
    attendee: str | None
    attendee_name: str = ""
    url: str = ""
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"
    changed: datetime | None = None


def request(invite: Invite) -> bytes:
    """The invitation, or its update when SEQUENCE has risen (RFC 5546 section 3.2.2)."""
    return _wrap("REQUEST", [_event(invite, "REQUEST")])


def cancel(invite: Invite) -> bytes:
    """Takes the chat out of the reader's calendar (RFC 5546 section 3.2.5)."""
    return _wrap("CANCEL", [_event(invite, "CANCEL")])


def publish(invite: Invite) -> bytes:
    """A file to download: nobody is asked for an answer (RFC 5546 section 3.2.1)."""
    return _wrap("PUBLISH", [_event(invite, "PUBLISH")])


def feed(name: str, invites: Sequence[Invite], refresh: timedelta) -> bytes:
    """A calendar to subscribe to, events in the given order, asked for again every `refresh`.

    REFRESH-INTERVAL and NAME are RFC 7986 section 5; the X- names are what Outlook and Apple
    read in their place.
    """
    title, interval = _text(one_line(name)), f"PT{int(refresh.total_seconds() // 60)}M"
    about = (
        f"NAME:{title}",
        f"X-WR-CALNAME:{title}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{interval}",
        f"X-PUBLISHED-TTL:{interval}",
    )
    return _wrap("PUBLISH", [_event(invite, "PUBLISH") for invite in invites], about)


def google_link(invite: Invite) -> str:
    """An address that opens Google Calendar with the chat filled in."""
    times = f"{_compact(invite.start)}/{_compact(invite.end)}"
    query = {
        "action": "TEMPLATE",
        "text": one_line(invite.summary),
        "dates": times,
        "details": _first_lines(invite.description),
        "location": one_line(invite.location, LINK_TEXT_LIMIT),
    }
    return "https://calendar.google.com/calendar/render?" + urlencode(query, quote_via=quote)


def outlook_link(invite: Invite) -> str:
    """An address that opens Outlook on the web with the chat filled in."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": one_line(invite.summary),
        "startdt": _extended(invite.start),
        "enddt": _extended(invite.end),
        "body": _first_lines(invite.description),
        "location": one_line(invite.location, LINK_TEXT_LIMIT),
    }
    return "https://outlook.live.com/calendar/0/deeplink/compose?" + urlencode(
        query, quote_via=quote
    )


def _first_lines(text: str) -> str:
    """Whole lines only, so that no address in them is cut."""
    kept: list[str] = []
    for line in plain(text).split("\n"):
        if len("\n".join([*kept, line])) > LINK_TEXT_LIMIT:
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _wrap(method: Method, events: Sequence[bytes], about: Sequence[str] = ()) -> bytes:
    """One VCALENDAR around events that are serialised already."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", f"METHOD:{method}", *about)
    return _lines(head) + b"".join(events) + b"END:VCALENDAR\r\n"


@lru_cache(maxsize=2048)  # a feed asked for again has mostly the same events
def _event(invite: Invite, method: Method) -> bytes:
    """The VEVENT as `method` wants it: no ATTENDEE in PUBLISH, CANCELLED in CANCEL."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(one_line(invite.uid))}",
        f"SEQUENCE:{invite.sequence}",
        f"DTSTAMP:{_compact(invite.stamp)}",
        f"DTSTART:{_compact(invite.start)}",
        f"DTEND:{_compact(invite.end)}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else invite.status}",
        f"SUMMARY:{_text(one_line(invite.summary))}",
        f"ORGANIZER{_address(invite.organizer, invite.organizer_name)}",
    ]
    if method != "PUBLISH":
        lines.append(_attendee(invite))
    return _lines([*lines, *_details(invite), "END:VEVENT"])


def _details(invite: Invite) -> Iterator[str]:
    """What may be left out is left out when empty."""
    if invite.description:
        yield f"DESCRIPTION:{_text(plain(invite.description))}"
    if invite.location:
        yield f"LOCATION:{_text(one_line(invite.location))}"
    if invite.url:
        yield f"URL:{one_line(invite.url).replace(' ', '%20')}"
    if invite.changed:
        yield f"LAST-MODIFIED:{_compact(invite.changed)}"


def _attendee(invite: Invite) -> str:
    """The reader, asked for an answer. Raises ValueError when the invite names no attendee."""
    if invite.attendee is None:
        raise ValueError("A request or a cancellation needs an attendee.")
    asked = ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
    return f"ATTENDEE{asked}{_address(invite.attendee, invite.attendee_name)}"


def _address(address: str, name: str) -> str:
    """The rest of a line that names a person.

    A quoted name cannot hold a double quote, and not every program reads the carets of RFC 6868.
    """
    shown = one_line(name).replace('"', "'").replace("^", "")
    named = f';CN="{shown}"' if shown else ""
    return f"{named}:mailto:{quote(one_line(address), safe=ADDRESS_SAFE)}"


def _text(text: str) -> str:
    """A TEXT value of text that is plain already."""
    return text.translate(ESCAPES)


def _lines(lines: Iterable[str]) -> bytes:
    """Content lines, folded and ended by CR LF."""
    return b"".join(_fold(line.encode()) for line in lines)


def _fold(line: bytes) -> bytes:
    """Folded at 75 octets, never inside a character (RFC 5545 section 3.1)."""
    pieces, room = [], LINE_LIMIT
    while len(line) > room:
        end = room
        while line[end] & 0xC0 == 0x80:  # a later octet of a UTF-8 character
            end -= 1
        pieces.append(line[:end])
        line, room = line[end:], LINE_LIMIT - 1  # after the space that continues it
    return b"\r\n ".join([*pieces, line]) + b"\r\n"


def _utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment in a calendar needs a zone.")
    return moment.astimezone(UTC)


def _compact(moment: datetime) -> str:
    return _utc(moment).strftime("%Y%m%dT%H%M%SZ")


def _extended(moment: datetime) -> str:
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
