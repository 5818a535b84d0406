from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ambassadors.core.invites import (
    Busy,
    Invite,
    cancel,
    feed,
    free_busy,
    google_link,
    outlook_link,
    publish,
    request,
)
from ambassadors.core.text import one_line, plain
from tests import icaljs
from tests.core import itip

START = datetime(2026, 12, 9, 10, 0, tzinfo=UTC)
INVITE = Invite(
    uid="5f1c7d0e-8a55-4f0e-9d0c-1f3b0f0f9a11",
    sequence=2,
    start=START,
    end=START + timedelta(minutes=30),
    stamp=datetime(2026, 12, 1, 8, 30, 15, 250, tzinfo=UTC),
    summary="Chat with Ana Lima (student ambassador)",
    description="To view, move or cancel: https://chats.example.edu/c/abc\n\nYour question:\nHow?",
    location="https://meet.example.edu/ana",
    organizer="chats@example.edu",
    organizer_name="AIM student ambassadors",
    attendee="ravi@example.org",
    attendee_name="Ravi Kumar",
    url="https://chats.example.edu/c/abc",
)
NASTY = [
    "a line\r\nATTENDEE:mailto:eve@example.org",
    "a line\nEND:VEVENT\nBEGIN:VEVENT",
    "next\u0085line\u2028separator\u2029paragraph\x0bvertical\x0cfeed",
    "bell\x07 escape\x1b nul\x00 delete\x7f c1\x9b",
    "quotes \" semicolon ; comma , colon : backslash \\ caret ^n ^'",
    "typed escapes \\n \\N \\, \\; C:\\New\\names",
    "turned \u202e around \u2066 and back\ufeff",
    "половина 一二三四五六七八九十 🎓👩🏽‍🔬 " * 6,
    "\ud800 half a pair",
    "x" * 400,
    " ",
]
BUILDERS = [request, cancel, publish]


def read_event(ics: bytes) -> Any:
    """The first event as the icalendar package understands it."""
    return Calendar.from_ical(ics).events[0]


@pytest.mark.parametrize("build", BUILDERS)
def test_each_object_keeps_to_the_table_of_its_method(build: Callable[[Invite], bytes]) -> None:
    assert itip.problems(build(INVITE)) == []
    bare = replace(INVITE, description="", location="", url="", attendee_name="", sequence=0)
    assert itip.problems(build(bare)) == []
    assert itip.problems(build(replace(INVITE, changed=START))) == []


@pytest.mark.parametrize("build", BUILDERS)
def test_ical_js_reads_each_object_with_its_times_in_utc(build: Callable[[Invite], bytes]) -> None:
    ics = build(INVITE)
    calendar = icaljs.read(ics)
    (event,) = calendar.inside
    read = {name: event.one(name).value for name in ("UID", "SUMMARY", "DESCRIPTION", "LOCATION")}
    assert read == {
        "UID": INVITE.uid,
        "SUMMARY": INVITE.summary,
        "DESCRIPTION": INVITE.description,
        "LOCATION": INVITE.location,
    }
    times = [event.one(name).value["seconds"] for name in ("DTSTART", "DTEND", "DTSTAMP")]
    assert times == [int(one.timestamp()) for one in (INVITE.start, INVITE.end, INVITE.stamp)]
    assert (calendar.zones(), b"TZID" in ics, b"VTIMEZONE" in ics) == ({"UTC"}, False, False)


@pytest.mark.parametrize("text", NASTY)
def test_ical_js_reads_typed_text_as_it_was_typed(text: str) -> None:
    event = icaljs.read(request(replace(INVITE, summary=text, description=text))).inside[0]
    said = [value for one in event.all("DESCRIPTION") for value in one.values]
    assert said == [plain(text)]
    assert event.one("SUMMARY").value == one_line(text)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("text", NASTY)
def test_typed_text_stays_text(build: Callable[[Invite], bytes], text: str) -> None:
    ics = build(
        replace(
            INVITE,
            summary=text,
            description=text,
            location=text,
            organizer_name=text,
            attendee_name=text,
            url=f"https://example.edu/{text}",
        )
    )
    assert itip.problems(ics) == []
    event = read_event(ics)
    assert str(event["SUMMARY"]) == one_line(text)
    assert str(event.get("DESCRIPTION", "")) == plain(text)
    assert len(itip.parse(ics).events) == 1


@given(st.text(max_size=200))
def test_any_text_comes_back_as_it_was_once_made_plain(text: str) -> None:
    ics = request(replace(INVITE, summary=text, description=text, attendee_name=text))
    assert itip.problems(ics) == []
    assert str(read_event(ics)["SUMMARY"]) == one_line(text)
    assert str(read_event(ics).get("DESCRIPTION", "")) == plain(text)


def test_a_request_asks_its_reader_and_nobody_else() -> None:
    parsed = itip.parse(request(INVITE))
    attendee = parsed.one("ATTENDEE")
    assert attendee.value == "mailto:ravi@example.org"
    assert attendee.params == {
        "CN": "Ravi Kumar",
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "TRUE",
    }
    assert parsed.one("ORGANIZER").value == "mailto:chats@example.edu"
    assert parsed.one("ORGANIZER").params == {"CN": "AIM student ambassadors"}


def test_times_are_in_utc_to_the_second() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    parsed = itip.parse(request(replace(INVITE, start=START.astimezone(kolkata))))
    times = {name: parsed.one(name).value for name in ("DTSTART", "DTEND", "DTSTAMP")}
    assert times == {
        "DTSTART": "20261209T100000Z",
        "DTEND": "20261209T103000Z",
        "DTSTAMP": "20261201T083015Z",
    }


def test_a_cancellation_has_the_uid_of_its_request_and_says_so() -> None:
    asked, cancelled = itip.parse(request(INVITE)), itip.parse(cancel(replace(INVITE, sequence=3)))
    assert cancelled.one("UID") == asked.one("UID")
    assert cancelled.one("STATUS").value == "CANCELLED"
    assert cancelled.one("SEQUENCE").value == "3"


def test_a_file_to_download_asks_for_no_answer() -> None:
    names = [line.name for line in itip.parse(publish(INVITE)).events[0]]
    assert "ATTENDEE" not in names
    assert itip.parse(publish(replace(INVITE, status="CANCELLED"))).one("STATUS").value == (
        "CANCELLED"
    )


@pytest.mark.parametrize("build", [request, cancel])
def test_nobody_is_asked_when_nobody_is_named(build: Callable[[Invite], bytes]) -> None:
    with pytest.raises(ValueError, match="needs an attendee"):
        build(replace(INVITE, attendee=None))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        request(replace(INVITE, start=START.replace(tzinfo=None)))


def test_a_character_of_an_address_that_means_something_in_a_link_is_escaped() -> None:
    ics = request(replace(INVITE, attendee="a%b?c+d@example.org"))
    assert itip.parse(ics).one("ATTENDEE").value == "mailto:a%25b%3Fc+d@example.org"


@pytest.mark.parametrize("build", BUILDERS)
def test_the_same_invite_gives_the_same_bytes(build: Callable[[Invite], bytes]) -> None:
    assert build(INVITE) == build(replace(INVITE))


def test_a_feed_is_stable_named_and_says_when_to_ask_again() -> None:
    invites = [replace(INVITE, uid=f"chat-{n}", sequence=n) for n in range(3)]
    ics = feed("Ana, chats", invites, timedelta(hours=1))
    assert itip.problems(ics) == []
    assert ics == feed("Ana, chats", invites, timedelta(hours=1))
    head = {line.name: (line.params, line.value) for line in itip.parse(ics).head}
    assert head["X-WR-CALNAME"] == ({}, "Ana\\, chats")
    assert head["REFRESH-INTERVAL"] == ({"VALUE": "DURATION"}, "PT1H")
    assert head["X-PUBLISHED-TTL"] == ({}, "PT1H")
    assert [str(event["UID"]) for event in Calendar.from_ical(ics).events] == [
        "chat-0",
        "chat-1",
        "chat-2",
    ]


def test_an_empty_feed_is_a_calendar_too() -> None:
    ics = feed("Ana", [], timedelta(hours=1))
    assert itip.problems(ics) == []
    assert Calendar.from_ical(ics).events == []


def test_links_open_web_calendars_with_the_chat_filled_in() -> None:
    google = parse_qs(urlsplit(google_link(INVITE)).query)
    assert google["dates"] == ["20261209T100000Z/20261209T103000Z"]
    assert google["text"] == [INVITE.summary]
    outlook = parse_qs(urlsplit(outlook_link(INVITE)).query)
    assert outlook["startdt"] == ["2026-12-09T10:00:00Z"]
    assert outlook["enddt"] == ["2026-12-09T10:30:00Z"]
    assert outlook["location"] == [INVITE.location]


def test_a_long_description_is_cut_in_a_link_between_lines() -> None:
    long = replace(INVITE, description="https://chats.example.edu/c/abc\n" + "question " * 200)
    assert parse_qs(urlsplit(google_link(long)).query)["details"] == [
        "https://chats.example.edu/c/abc"
    ]
    assert len(google_link(long)) < 2000


def test_busy_times_keep_to_the_table_and_ical_js_reads_them() -> None:
    hour = timedelta(hours=1)
    spans = tuple((START + n * hour, START + n * hour + hour / 2) for n in (1, 3))
    busy = Busy("u", "Ana; Lima", "chats@example.edu", START, START, START + 9 * hour, spans)
    ics = free_busy(busy, hour)
    assert (itip.problems(ics), ics) == ([], free_busy(busy, hour))
    (component,) = icaljs.read(ics).inside
    read = [one.value for one in component.all("FREEBUSY")]
    assert [(one["start"]["seconds"], one["end"]["seconds"]) for one in read] == [
        (int(start.timestamp()), int(end.timestamp())) for start, end in spans
    ]


def test_who_is_never_busy_is_free_all_of_the_time() -> None:
    end = START + timedelta(days=1)
    busy = Busy("u", "Ana", "chats@example.edu", START, START, end, ())
    ics = free_busy(busy, timedelta(hours=1))
    assert itip.problems(ics) == []
    (free,) = icaljs.read(ics).inside[0].all("FREEBUSY")
    assert (free.params["fbtype"], free.value["start"]["text"]) == ("FREE", "2026-12-09T10:00:00Z")
    assert free.value["end"]["seconds"] == int(end.timestamp())
