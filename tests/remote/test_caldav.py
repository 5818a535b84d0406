from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, use_zoneinfo

from ambassadors.remote.caldav import Account, CalendarAddress, list_calendars, read_calendar
from ambassadors.remote.fetching import Fetched, Guard, Unreachable
from tests.mail.servers import odd_server
from tests.remote.caldav_servers import PASSWORD, USER, Server, event, radicale, xandikos, zone
from tests.remote.servers import NAME, Reply, drip, guard_by_name, guard_here, site

SERVERS = {"radicale": radicale, "xandikos": xandikos}
START, END = datetime(2027, 3, 1, 9, 0, tzinfo=UTC), datetime(2027, 3, 31, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Each real server in turn, with two calendars and a list of tasks."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        running.add_calendar("work", "Work &amp; classes")
        running.add_calendar("home", "At home")
        running.add_calendar("todo", "Things to do", holds="VTODO")
        yield running


def read(server: Server, slug: str, ctag: str = "") -> Fetched:
    """What is in a calendar in March."""
    address = server.url(f"{server.home}{slug}/")
    return read_calendar(address, USER, PASSWORD, START, END, ctag, guard_here())


def uids(fetched: Fetched) -> list[str]:
    """The events of a stream that the icalendar package can read."""
    return sorted(str(one["UID"]) for one in Calendar.from_ical(fetched.body).events)


def names(found: tuple[CalendarAddress, ...]) -> list[str]:
    """What the calendars are called, without one that a server may bring itself."""
    return [one.name for one in found if one.name != "calendar"]


@pytest.mark.parametrize("path", ["/", "", "/no/such/page", "/.well-known/caldav"])
def test_the_calendars_of_an_account_are_found_from_the_address_of_its_server(
    server: Server, path: str
) -> None:
    found = list_calendars(server.account(path), guard_here())
    assert names(found) == ["At home", "Work & classes"]
    assert server.url(f"{server.home}work/") in [one.url for one in found]


def test_the_calendars_are_found_from_the_address_of_their_user(server: Server) -> None:
    found = list_calendars(server.account(f"/{USER}/"), guard_here())
    assert names(found) == ["At home", "Work & classes"]


def test_an_address_of_a_calendar_is_that_calendar(server: Server) -> None:
    found = list_calendars(server.account(f"{server.home}work/"), guard_here())
    assert found == (CalendarAddress(server.url(f"{server.home}work/"), "Work & classes"),)


def test_the_events_of_a_window_are_read_as_one_calendar(server: Server) -> None:
    server.add_calendar("term", "Term")
    server.put("term", "in", event("in", ":20270310T100000Z", ":20270310T110000Z"))
    server.put("term", "far", event("far", ":20280310T100000Z", ":20280310T110000Z"))
    weekly = event("weekly", ":20260105T100000Z", ":20260105T110000Z", "RRULE:FREQ=WEEKLY")
    server.put("term", "weekly", weekly)
    fetched = read(server, "term")
    assert (fetched.status, fetched.content_type) == ("changed", "text/calendar")
    assert uids(fetched) == ["in", "weekly"]


def test_zones_of_one_name_that_differ_stay_apart(server: Server) -> None:
    server.add_calendar("zones", "Zones")
    times = (";TZID=Campus:20270310T100000", ";TZID=Campus:20270310T110000")
    for uid, offset in (("a", "-0500"), ("b", "-0500"), ("c", "+0100")):
        server.put("zones", uid, zone("Campus", offset), event(uid, *times))
    use_zoneinfo()  # icalendar remembers zones by name: those of the other server's, too
    calendar: Any = Calendar.from_ical(read(server, "zones").body)
    assert len(calendar.walk("VTIMEZONE")) == 2
    hours = {str(one["UID"]): one["DTSTART"].dt.astimezone(UTC).hour for one in calendar.events}
    assert hours == {"a": 15, "b": 15, "c": 9}


def test_a_calendar_is_read_again_only_when_it_or_the_days_changed(server: Server) -> None:
    address = server.add_calendar("marks", "Marks")
    server.put("marks", "one", event("one", ":20270310T100000Z", ":20270310T110000Z"))
    first = read(server, "marks")
    assert read(server, "marks", first.etag) == Fetched("unchanged", b"", first.etag, "", "")
    server.put("marks", "two", event("two", ":20270311T100000Z", ":20270311T110000Z"))
    second = read(server, "marks", first.etag)
    assert uids(second) == ["one", "two"]
    server.remove("marks", "one")
    third = read(server, "marks", second.etag)
    assert uids(third) == ["two"]
    later = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
    again = read_calendar(address, USER, PASSWORD, START, later, third.etag, guard_here())
    assert again.status == "changed"


def test_an_empty_calendar_is_a_calendar(server: Server) -> None:
    assert uids(read(server, "home")) == []


def test_a_removed_calendar_is_gone(server: Server) -> None:
    with pytest.raises(Unreachable) as caught:
        read(server, "none-6a1f9c")
    assert (caught.value.gone, "6a1f9c" in caught.value.text) == (True, False)


def test_a_wrong_password_is_said_and_not_shown(tmp_path: Path) -> None:
    with radicale(tmp_path) as server:
        with pytest.raises(Unreachable) as caught:
            list_calendars(server.account(password="word-7c1"), guard_here())
        assert server.asked == ["PROPFIND"]
    assert caught.value.text == (
        "localhost does not let us in: the address, user name or password is not right, or the "
        "calendar is no longer shared."
    )
    assert caught.value.gone
    assert "word-7c1" not in repr(server.account(password="word-7c1"))


def listed(behave: Any, guard: Guard | None = None) -> tuple[str, list[str]]:
    """The sentence with which a server is refused, and what it was asked."""
    with site(behave) as server, pytest.raises(Unreachable) as caught:
        list_calendars(Account(server.url("/"), USER, PASSWORD), guard or guard_here())
    return caught.value.text, [path for path, _ in server.seen]


def multistatus(href: str, *props: str) -> Reply:
    """An answer about one resource."""
    body = (
        '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:response>'
        f"<d:href>{href}</d:href><d:propstat><d:prop>{''.join(props)}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"
    )
    return Reply(207, body.encode())


def home(url: str) -> str:
    """The property that says where calendars are."""
    return f"<c:calendar-home-set><d:href>{url}</d:href></c:calendar-home-set>"


def test_an_ordinary_web_server_has_no_calendars() -> None:
    text = f"There are no calendars at that address: {NAME} is no CalDAV server."
    assert listed(Reply(200, b"<html>")) == (text, ["/", "/.well-known/caldav"])
    assert listed(Reply(405, b""))[0] == text


def test_a_server_without_calendars_says_so() -> None:
    text = f"{NAME} has no calendars for this user name."
    assert listed(multistatus("/"))[0] == text


@pytest.mark.parametrize("elsewhere", ["http://evil.example.com/", "//10.0.0.1/"])
def test_a_password_is_not_carried_to_another_house(elsewhere: str) -> None:
    text, asked = listed(multistatus("/", home(elsewhere)))
    host = elsewhere.strip("/").rpartition("/")[2]
    assert (text, asked) == (f"{NAME} sends us on to {host}. Use that address.", ["/"])


def test_the_calendars_may_be_on_a_sister_server() -> None:
    """As those of caldav.icloud.com are on p42-caldav.icloud.com."""
    calendar = "<d:resourcetype><c:calendar/></d:resourcetype><d:displayname>Me</d:displayname>"

    def behave(path: str, headers: dict[str, str]) -> Reply:
        port = headers["host"].rpartition(":")[2]
        sister = f"http://p42-calendar.example.org:{port}/1/"
        return multistatus("/1/me/", calendar) if path == "/1/" else multistatus("/", home(sister))

    with site(behave) as server:
        found = list_calendars(Account(server.url("/"), USER, PASSWORD), guard_here())
        assert found == (
            CalendarAddress(f"http://p42-calendar.example.org:{server.port}/1/me/", "Me"),
        )
    assert ["authorization" in headers for _, headers in server.seen] == [True, True]


@pytest.mark.parametrize(
    "elsewhere", ["http://evil.example.com/me/", "//10.0.0.1/me/", "mailto:me@example.com"]
)
def test_a_calendar_at_another_house_is_not_offered(elsewhere: str) -> None:
    """Whoever wrote it into a list would get the password."""
    calendar = "<d:resourcetype><c:calendar/></d:resourcetype>"

    def behave(path: str, headers: dict[str, str]) -> Reply:
        inside = path == "/1/"
        return multistatus(elsewhere, calendar) if inside else multistatus("/", home("/1/"))

    assert listed(behave)[0] == f"{NAME} has no calendars for this user name."
    direct = multistatus(elsewhere, calendar)
    assert listed(direct)[0] == f"{NAME} has no calendars for this user name."


def test_redirects_of_a_caldav_server_are_guarded_too() -> None:
    def behave(path: str, headers: dict[str, str]) -> Reply:
        return Reply(301, b"", {"Location": "http://169.254.169.254/"})

    text = "There is no public server named 169.254.169.254."
    assert listed(behave, guard_by_name()) == (text, ["/"])


@pytest.mark.parametrize(
    "body",
    [
        b"<d:multistatus",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ],
)
def test_hostile_xml_is_refused(body: bytes) -> None:
    text = f"What {NAME} sent is not well-formed XML."
    assert listed(Reply(207, body))[0] == text


def test_everything_asked_of_a_server_shares_one_deadline() -> None:
    slow = drip(b"HTTP/1.1 207 OK\r\n" + b"X: y\r\n" * 1000, 0.01)
    with odd_server(slow) as port, pytest.raises(Unreachable) as caught:
        list_calendars(Account(f"http://{NAME}:{port}/", USER, PASSWORD), guard_here(0.25))
    assert caught.value.text == f"{NAME} did not finish answering within 0.25 seconds."
