"""A chat as iCalendar: request, cancellation, refusal, download, feed, and links to calendars.

Objects follow RFC 5545 (syntax) and RFC 5546 section 3.2 (what each method must and must not
carry). They hold UTC times only, so no VTIMEZONE, and depend on nothing but their arguments:
the same invite gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlencode

from icalendar import Calendar, Event, FreeBusy, vCalAddress, vDuration, vPeriod, vText, vUri

from ambassadors.core.said import said
from ambassadors.core.text import one_line, plain

PRODID = "-//AIM student ambassadors//Chats//EN"
# Browsers and proxies cut addresses at about 2,000 characters.
LINK_TEXT_LIMIT = 600
# What a mailto: address keeps unescaped (RFC 6068 section 2, RFC 3986 section 3.3).
ADDRESS_SAFE = "@!$&'*+/=-._~"
_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Invite:
    """One chat in one person's calendar.

    `start`, `end`, `stamp` and `changed` are aware. `stamp` is the moment this state of the chat
    was made (DTSTAMP), `changed` that of its last change (LAST-MODIFIED). `organizer` and
    `attendee` are addresses; `attendee` is the reader, nobody else. `declined` is what a
    refusal of another time says.
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
    declined: str = said("That time is not free.")


@dataclass(frozen=True)
class Busy:
    """When one person is busy from `start` to `end`: spans in order, none touching another.

    All moments are aware. `organizer` is an address, `name` that person's name.
    """

    uid: str
    name: str
    organizer: str
    stamp: datetime
    start: datetime
    end: datetime
    spans: tuple[tuple[datetime, datetime], ...]


class _Text(vText):
    """TEXT escaped in one pass (RFC 5545 section 3.3.11).

    The library's own escaping takes a typed backslash followed by N for a line break.
    """

    _ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

    def to_ical(self) -> bytes:
        return self.translate(self._ESCAPES).encode()


def request(invite: Invite) -> bytes:
    """The invitation, or its update when SEQUENCE has risen (RFC 5546 section 3.2.2)."""
    return _wrap([_event(invite, "REQUEST")], "REQUEST")


def cancel(invite: Invite) -> bytes:
    """Takes the chat out of the reader's calendar (RFC 5546 section 3.2.5)."""
    return _wrap([_event(invite, "CANCEL")], "CANCEL")


def decline_counter(invite: Invite) -> bytes:
    """Says no to a time that the attendee proposed; the entry stays (RFC 5546 section 3.2.8)."""
    event = Event()
    event.add("UID", _Text(one_line(invite.uid)))
    event.add("DTSTAMP", _utc(invite.stamp))
    event.add("SEQUENCE", invite.sequence)
    event.add("ORGANIZER", _address(invite.organizer, invite.organizer_name))
    event.add("COMMENT", _Text(one_line(invite.declined)))
    return _wrap([event.to_ical()], "DECLINECOUNTER")


def publish(invite: Invite) -> bytes:
    """A file to download: nobody is asked for an answer (RFC 5546 section 3.2.1)."""
    return _wrap([_event(invite, "PUBLISH")], "PUBLISH")


def feed(name: str, invites: Sequence[Invite], refresh: timedelta) -> bytes:
    """A calendar to subscribe to, events in the given order, asked for again every `refresh`.

    REFRESH-INTERVAL and NAME are RFC 7986 section 5; the X- names are what Outlook and Apple
    read in their place.
    """
    return _wrap([_event(invite, "PUBLISH") for invite in invites], "PUBLISH", name, refresh)


def free_busy(busy: Busy, refresh: timedelta) -> bytes:
    """When somebody is busy, for programs that look for a time (RFC 5546 section 3.3.1).

    There must be one FREEBUSY at least: who is never busy says that all of the time is free.
    """
    component = FreeBusy()
    component.add("UID", _Text(one_line(busy.uid)))
    component.add("DTSTAMP", _utc(busy.stamp))
    component.add("DTSTART", _utc(busy.start))
    component.add("DTEND", _utc(busy.end))
    component.add("ORGANIZER", _address(busy.organizer, busy.name))
    kind = "BUSY" if busy.spans else "FREE"
    for start, end in busy.spans or [(busy.start, busy.end)]:
        period = vPeriod((_utc(start), _utc(end)))
        component.add("FREEBUSY", period, parameters={"FBTYPE": kind})
    return _wrap([component.to_ical()], "PUBLISH", busy.name, refresh)


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


def _wrap(
    events: Sequence[bytes], method: str, name: str = "", refresh: timedelta | None = None
) -> bytes:
    """One VCALENDAR around events that are serialised already."""
    return _head(method, name, refresh) + b"".join(events) + _END


# Every invitation has the same.
@lru_cache(maxsize=256)
def _head(method: str, name: str, refresh: timedelta | None) -> bytes:
    """What a calendar says of itself; with `refresh`, one to subscribe to."""
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    if refresh is not None:
        title = _Text(one_line(name))
        calendar.add("NAME", title)
        calendar.add("X-WR-CALNAME", title)
        calendar.add("REFRESH-INTERVAL", vDuration(refresh, params={"VALUE": "DURATION"}))
        calendar.add("X-PUBLISHED-TTL", vDuration(refresh))
    head: bytes = calendar.to_ical()
    return head.removesuffix(_END)


# Serialising costs half a millisecond; a feed asked for again has mostly the same events.
@lru_cache(maxsize=2048)
def _event(invite: Invite, method: Literal["REQUEST", "CANCEL", "PUBLISH"]) -> bytes:
    """The VEVENT as `method` wants it: no ATTENDEE in PUBLISH, CANCELLED in CANCEL."""
    event = Event()
    event.add("UID", _Text(one_line(invite.uid)))
    event.add("DTSTAMP", _utc(invite.stamp))
    event.add("DTSTART", _utc(invite.start))
    event.add("DTEND", _utc(invite.end))
    event.add("SEQUENCE", invite.sequence)
    event.add("STATUS", "CANCELLED" if method == "CANCEL" else invite.status)
    event.add("SUMMARY", _Text(one_line(invite.summary)))
    event.add("ORGANIZER", _address(invite.organizer, invite.organizer_name))
    if method != "PUBLISH":
        event.add("ATTENDEE", _attendee(invite))
    _add_details(event, invite)
    serialised: bytes = event.to_ical()
    return serialised


def _add_details(event: Event, invite: Invite) -> None:
    """What may be left out is left out when empty."""
    if invite.description:
        event.add("DESCRIPTION", _Text(plain(invite.description)))
    if invite.location:
        event.add("LOCATION", _Text(one_line(invite.location)))
    if invite.url:
        event.add("URL", vUri(one_line(invite.url).replace(" ", "%20")))
    if invite.changed:
        event.add("LAST-MODIFIED", _utc(invite.changed))


def _attendee(invite: Invite) -> vCalAddress:
    """The reader, asked for an answer. Raises ValueError when the invite names no attendee."""
    if invite.attendee is None:
        raise ValueError("A request or a cancellation needs an attendee.")
    attendee = _address(invite.attendee, invite.attendee_name)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    return attendee


def _address(address: str, name: str) -> vCalAddress:
    """A calendar address. Its name cannot hold a double quote; not every program reads RFC 6868."""
    value = vCalAddress("mailto:" + quote(one_line(address), safe=ADDRESS_SAFE))
    if shown := one_line(name).replace('"', "'").replace("^", ""):
        value.params["CN"] = shown
    return value


def _utc(moment: datetime) -> datetime:
    """The moment in UTC, to the second. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment in a calendar needs a zone.")
    return moment.astimezone(UTC).replace(microsecond=0)


def _compact(moment: datetime) -> str:
    return _utc(moment).strftime("%Y%m%dT%H%M%SZ")


def _extended(moment: datetime) -> str:
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
