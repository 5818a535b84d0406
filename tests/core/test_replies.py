"""Reading answers: as each program writes them, and as nobody should."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.core.replies import Arrived, Kind, read_mail
from ambassadors.core.replies.objects import read_object

SAMPLES = Path(__file__).parent / "answers"
SECRET = "5f1c7d0e8a554f0e9d0c1f3b0f0f9a115f1c7d0e"
TEN = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston


def read(name: str) -> Arrived:
    return read_mail((SAMPLES / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("name", "method", "answer", "sequence", "start"),
    [
        ("outlook", "REPLY", "ACCEPTED", 2, TEN),
        ("google", "REPLY", "DECLINED", 2, TEN),
        ("proton", "REPLY", "TENTATIVE", 2, TEN),
        ("apple", "REPLY", "ACCEPTED", 2, TEN),
        ("exchange-counter", "COUNTER", "TENTATIVE", 2, TEN),
        ("latin-1", "REPLY", "DECLINED", None, None),
        ("attached", "REPLY", "ACCEPTED", 2, TEN),
    ],
)
def test_each_programs_answer_is_understood(name, method, answer, sequence, start):
    mail = read(name)
    wish = mail.wish
    assert wish is not None
    assert (wish.method, wish.answer, wish.sequence, wish.start) == (
        method,
        answer,
        sequence,
        start,
    )
    assert wish.uid == "5f1c7d0e-8a55-4f0e-9d0c-1f3b0f0f9a11"
    assert (mail.sender, wish.attendee) == ("ravi@example.org", "ravi@example.org")
    assert mail.secrets == {SECRET}


def test_a_comment_in_a_wrong_charset_keeps_its_letters():
    wish = read("latin-1").wish
    assert wish is not None
    assert wish.comment == "Grüße, bis später"


def test_an_answer_that_was_forwarded_has_the_address_of_who_forwarded_it():
    mail = read("forwarded")
    assert mail.wish is not None
    assert (mail.sender, mail.wish.attendee) == ("friend@example.com", "ravi@example.org")


def test_a_mail_that_comes_back_says_which_it_was_and_why():
    mail = read("returned")
    assert (mail.kind, mail.secrets) == (Kind.RETURNED, {SECRET})
    assert mail.returned is not None
    assert mail.returned.message_ids == ("0123456789abcdef0123456789abcdef",)
    assert mail.returned.words == "smtp; 550 5.1.1 <ravi@example.org>: user unknown"


def test_an_automatic_answer_is_told_from_a_persons():
    assert read("away").kind == Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("line", "start", "unclear"),
    [
        ("DTSTART:20270303T150000Z", TEN, ""),
        ("DTSTART;TZID=America/New_York:20270303T100000", TEN, ""),
        ("DTSTART;TZID=Eastern Standard Time:20270303T100000", TEN, ""),
        ("DTSTART;TZID=/mozilla.org/20070129_1/America/New_York:20270303T100000", TEN, ""),
        ("DTSTART;TZID=Asia/Calcutta:20270303T203000", TEN, ""),
        ("DTSTART;TZID=Middle/Earth:20270303T100000", None, "zone that is not known"),
        ("DTSTART:20270303T100000", None, "zone that is not known"),
        ("DTSTART;VALUE=DATE:20270303", None, "a day without a time"),
        ("DTSTART:20270230T100000Z", None, "does not exist"),
        ("DTSTART;TZID=Asia/Kolkata:00010101T000000", None, "does not exist"),
    ],
)
def test_a_start_is_read_in_its_zone_or_said_to_be_unclear(line, start, unclear):
    text = (
        f"BEGIN:VCALENDAR\nMETHOD:COUNTER\nBEGIN:VEVENT\nUID:a\n{line}\nEND:VEVENT\nEND:VCALENDAR"
    )
    wish = read_object(text).wish
    assert wish is not None
    assert wish.start == start
    assert unclear in wish.unclear


def test_an_alarm_inside_the_event_says_nothing_about_it():
    text = (
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nBEGIN:VALARM\nUID:alarm\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:x@example.org\nEND:VALARM\nUID:chat\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ravi@example.org\nEND:VEVENT\nEND:VCALENDAR"
    )
    wish = read_object(text).wish
    assert wish is not None
    assert (wish.uid, wish.answer) == ("chat", "ACCEPTED")


def test_what_is_no_answer_says_so():
    text = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR"
    assert read_object(text).problem == "Its calendar part is no answer (method REQUEST)."


def test_a_mail_of_many_parts_is_not_taken_apart():
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000)
    )
    assert read_mail(deep).kind == Kind.UNREADABLE


@pytest.mark.parametrize("kind", ["text/calendar", "multipart/mixed"])
def test_one_header_that_fills_a_mail_is_not_taken_apart(kind):
    """That takes the library minutes."""
    flood = b"Content-Type: %s; " % kind.encode() + b';"\r\n ' * 400_000 + b"\r\n\r\nhi"
    assert read_mail(flood).kind == Kind.OTHER


def test_a_mail_that_parts_everywhere_is_not_taken_apart():
    flood = b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 5000
    assert read_mail(flood).kind == Kind.UNREADABLE


def test_the_first_of_too_many_headers_are_read():
    flood = b"From: ana@example.edu\n" + b"To: x+%s@example.edu\n" % SECRET.encode()
    read = read_mail(flood + b"To: a@example.edu\n" * 50_000 + b"\nhi")
    assert (read.sender, read.secrets) == ("ana@example.edu", {SECRET})


MAILS = st.sampled_from(sorted(path.read_bytes() for path in SAMPLES.glob("*.eml")))
EDITS = st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), max_size=12)


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@settings(max_examples=150, deadline=None)
def test_random_bytes_never_raise(raw):
    assert isinstance(read_mail(raw), Arrived)


@given(MAILS, EDITS)
@settings(max_examples=150, deadline=None)
def test_a_damaged_answer_never_raises(raw, edits):
    for place, piece in edits:
        at = place % len(raw)
        raw = raw[:at] + piece + raw[at + len(piece) // 2 :]
    assert isinstance(read_mail(raw), Arrived)
