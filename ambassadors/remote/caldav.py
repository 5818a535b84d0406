"""Calendars on a CalDAV server (RFC 4791): which there are, and what is in a window of one.

A small client of our own: the libraries for it follow redirects and links by themselves, past the
guard. XML comes through defusedxml, which refuses entities and document types.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from ambassadors.core.said import said
from ambassadors.remote.exchange import Answer, Credentials, Request, ask
from ambassadors.remote.fetching import Fetched, fault_of
from ambassadors.remote.guard import Deadline, Guard, Place, Unreachable, read_place
from ambassadors.remote.joining import join_calendars

DAV, CAL, SERVER = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
MOST_CALENDARS = 100
LONGEST_ADDRESS = 2000  # characters of a calendar's
_XMLNS = (
    'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
)
_PROPFIND = (
    f'<?xml version="1.0" encoding="utf-8"?><d:propfind {_XMLNS}><d:prop><d:resourcetype/>'
    "<d:displayname/><d:current-user-principal/><c:calendar-home-set/>"
    "<c:supported-calendar-component-set/><s:getctag/><d:sync-token/></d:prop></d:propfind>"
)
_QUERY = (
    f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query {_XMLNS}><d:prop>'
    '<c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
    '<c:comp-filter name="VEVENT"><c:time-range start="%s" end="%s"/></c:comp-filter>'
    "</c:comp-filter></c:filter></c:calendar-query>"
)
_NOT_HERE = (200, 204, 400, 403, 404, 405, 410, 501)  # what others than CalDAV servers answer
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Account:
    """What an ambassador typed: a server's or a calendar's address, a name, an app password."""

    address: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class CalendarAddress:
    """A calendar that can be read, and what its owner calls it."""

    url: str
    name: str


@dataclass(frozen=True)
class _Visit:
    """Everything asked of one account in one go: it shares the deadline and the password."""

    guard: Guard
    deadline: Deadline
    request: Request

    def ask(self, method: str, url: str, body: str, depth: int) -> Answer:
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": str(depth)}
        request = replace(self.request, method=method, headers=headers, body=body.encode())
        return ask(url, request, self.guard, self.deadline)


@dataclass(frozen=True)
class _Entry:
    """One resource of a multistatus answer, with the properties it has."""

    url: str
    found: tuple[Element, ...]

    def get(self, name: str) -> Element | None:
        return next((element for element in self.found if element.tag == name), None)

    def text(self, name: str) -> str:
        element = self.get(name)
        return (element.text or "").strip() if element is not None else ""

    @property
    def is_calendar(self) -> bool:
        """A calendar that may hold events: not a list of tasks, nor a subscription."""
        kinds = self.get(f"{DAV}resourcetype")
        if kinds is None or kinds.find(f"{CAL}calendar") is None:
            return False
        holds = self.get(f"{CAL}supported-calendar-component-set")
        names = [comp.get("name", "").upper() for comp in holds] if holds is not None else []
        return not names or "VEVENT" in names


def list_calendars(account: Account, guard: Guard) -> tuple[CalendarAddress, ...]:
    """The calendars of an account, by name; one alone when the address is a calendar's own.

    Looked for as RFC 6764 section 6 says: the address, its /.well-known/caldav, the host's root;
    there the principal, its homes, and what is in them. Unreachable when there is none.
    """
    visit = _start(account.user, account.password, guard)
    place = read_place(account.address, guard)
    fault = Unreachable(said("{host} has no calendars for this user name.", host=place.host), True)
    for address in dict.fromkeys((place.url, place.join("/.well-known/caldav"), place.join("/"))):
        try:
            found = _look_around(visit, address)
        except _Elsewhere as wrong:
            fault = wrong.fault
            continue
        if found:
            named = {entry.url: CalendarAddress(entry.url, _name(entry)) for entry in found}
            return tuple(sorted(named.values(), key=lambda one: (one.name.casefold(), one.url)))
    raise fault


def read_calendar(
    address: str,
    user: str,
    password: str,
    start: datetime,
    end: datetime,
    ctag: str,
    guard: Guard,
) -> Fetched:
    """The events of whole UTC days around [start, end), as one iCalendar stream.

    `ctag` is the `etag` of last time. Nothing is read again ("unchanged") while the server's own
    mark and the days are those of then. Unreachable, with a sentence, when it cannot be read.
    """
    visit = _start(user, password, guard)
    window = (_midnight(start), _midnight(end + timedelta(days=1)))
    mark = _mark(_properties(visit, address), window)
    if mark and mark == ctag:
        return Fetched("unchanged", b"", mark, "", "")
    first, last = (moment.strftime(_STAMP) for moment in window)
    answer = visit.ask("REPORT", address, _QUERY % (first, last), depth=1)
    objects = [entry.text(f"{CAL}calendar-data") for entry in _entries(answer)]
    return Fetched("changed", join_calendars(objects), mark, "", "text/calendar")


class _Elsewhere(Exception):
    """This address leads to no calendars; another may."""

    def __init__(self, fault: Unreachable) -> None:
        super().__init__(fault.text)
        self.fault = fault


def _start(user: str, password: str, guard: Guard) -> _Visit:
    return _Visit(guard, Deadline.of(guard), Request(credentials=Credentials(user, password)))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _properties(visit: _Visit, address: str) -> _Entry:
    """What a resource says of itself."""
    entries = _entries(visit.ask("PROPFIND", address, _PROPFIND, depth=0))
    return entries[0] if entries else _Entry(address, ())


def _mark(entry: _Entry, window: tuple[datetime, datetime]) -> str:
    """Changes with the calendar and with the days asked for; "" when the server has none."""
    version = entry.text(f"{SERVER}getctag") or entry.text(f"{DAV}sync-token")
    state = f"{version} {window[0].date()} {window[1].date()}"
    return hashlib.sha256(state.encode()).hexdigest() if version else ""


def _look_around(visit: _Visit, address: str) -> list[_Entry]:
    """The calendars to which an address leads."""
    answer = visit.ask("PROPFIND", address, _PROPFIND, depth=0)
    if answer.status in _NOT_HERE:
        raise _Elsewhere(_no_server(answer))
    here = next(iter(_entries(answer)), None)
    if here is None:
        return []
    if here.is_calendar:
        return _near(visit, answer, [here])
    homes = _links(visit, here, f"{CAL}calendar-home-set")
    if not homes:
        people = _links(visit, here, f"{DAV}current-user-principal")
        found = [_properties(visit, person) for person in people[:1]]
        homes = [home for one in found for home in _links(visit, one, f"{CAL}calendar-home-set")]
    return [entry for home in homes[:3] for entry in _calendars_in(visit, home)]


def _calendars_in(visit: _Visit, home: str) -> list[_Entry]:
    answer = visit.ask("PROPFIND", home, _PROPFIND, depth=1)
    found = [entry for entry in _entries(answer) if entry.is_calendar]
    return _near(visit, answer, found)[:MOST_CALENDARS]


def _near(visit: _Visit, answer: Answer, entries: list[_Entry]) -> list[_Entry]:
    """Those at the server that named them, or a sister of it: each is asked with the password."""
    return [entry for entry in entries if _may_follow(visit, answer.place, entry.url)]


def _may_follow(visit: _Visit, here: Place, url: str) -> bool:
    if len(url) > LONGEST_ADDRESS:
        return False
    try:
        return _is_near(here, read_place(url, visit.guard))
    except Unreachable:
        return False


def _is_near(here: Place, there: Place) -> bool:
    """Whether a server may send the password on to another: never to just any, nor without TLS."""
    return _same_house(here.host, there.host) and there.secure >= here.secure


def _links(visit: _Visit, entry: _Entry, name: str) -> list[str]:
    """Where a property points to. The password goes along, so not to just anywhere."""
    element = entry.get(name)
    hrefs = element.findall(f"{DAV}href") if element is not None else []
    here = read_place(entry.url, visit.guard)
    urls = [here.join((href.text or "").strip()) for href in hrefs]
    for url in urls:
        there = read_place(url, visit.guard)
        if not _is_near(here, there):
            raise Unreachable(
                said(
                    "{host} sends us on to {other}. Use that address.",
                    host=here.host,
                    other=there.host,
                ),
                True,
            )
    return urls


def _same_house(host: str, other: str) -> bool:
    """Whether two servers are of one service, as caldav.icloud.com and p42-caldav.icloud.com."""
    _, _, parent = host.partition(".")
    return other == host or ("." in parent and other.endswith(f".{parent}"))


def _no_server(answer: Answer) -> Unreachable:
    host = answer.place.host
    return Unreachable(
        said("There are no calendars at that address: {host} is no CalDAV server.", host=host), True
    )


def _name(entry: _Entry) -> str:
    """The calendar's name, or the last part of its address."""
    last = unquote(entry.url.rstrip("/").rpartition("/")[2])
    return " ".join((entry.text(f"{DAV}displayname") or last).split())[:100]


def _entries(answer: Answer) -> list[_Entry]:
    """The resources of a multistatus answer (RFC 4918 section 13)."""
    if answer.status != 207:
        raise fault_of(answer) if answer.status >= 400 else _no_server(answer)
    try:
        root = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unreachable(
            said("What {host} sent is not well-formed XML.", host=answer.place.host)
        ) from None
    return [_entry(answer, response) for response in root.iterfind(f"{DAV}response")]


def _entry(answer: Answer, response: Element) -> _Entry:
    href = (response.findtext(f"{DAV}href") or "").strip()
    found = [
        prop
        for status in response.iterfind(f"{DAV}propstat")
        if " 200" in (status.findtext(f"{DAV}status") or " 200")
        for prop in status.iterfind(f"{DAV}prop/*")
    ]
    return _Entry(answer.place.join(href), tuple(found))
