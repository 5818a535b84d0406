import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.entries import entry
from tests.core import itip
from tests.mail.samples import (
    ANA,
    BO,
    CHAT,
    MESSAGE_ID,
    RAVI,
    SERVICE,
    START,
    TAKEN_OVER,
    every_mail,
)

MAILS = every_mail()
ABOUT_CHATS = [
    kind
    for kind in MAILS
    if kind.split()[0] not in {"thanks", "account", "password", "request", "plan", "profile"}
    and kind != "calendar stale"
]
WITH_CALENDAR = {
    "cancellation, nobody else": "CANCEL",
    "invitation, prospect": "REQUEST",
    "invitation, ambassador": "REQUEST",
    "update, prospect": "REQUEST",
    "update, ambassador": "REQUEST",
    "taken over, prospect": "REQUEST",
    "taken over, ambassador": "REQUEST",
    "cancellation, prospect": "CANCEL",
    "cancellation, ambassador": "CANCEL",
    "cancellation, replaced": "CANCEL",
    "counter declined": "DECLINECOUNTER",
}
WITHOUT_A_LINK = {"code", "cancellation, replaced"}
KOLKATA = "3:30 am – 4:00 am in Kolkata (Asia/Kolkata, UTC+5:30)"
BOSTON = "5:00 pm – 5:30 pm in Boston (America/New_York, UTC−5)"


class Reader(HTMLParser):
    """What somebody sees of an HTML mail, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("kind", MAILS)
def test_each_mail_goes_to_its_reader_with_a_subject_and_both_bodies(kind: str) -> None:
    mail = MAILS[kind]
    assert mail.message_id == MESSAGE_ID
    assert mail.subject
    assert mail.text.startswith(f"Hello {mail.to.name},\n\n")
    assert f"Hello {mail.to.name}," in Reader(mail.html).text
    assert mail.text.split("\n-- \n")[1].startswith("AIM student ambassadors\n")


@pytest.mark.parametrize("kind", ABOUT_CHATS)
def test_both_zones_are_shown_the_readers_first(kind: str) -> None:
    mail = MAILS[kind]
    if kind == "cancellation, replaced":
        first, second = "6:00 am – 6:30 am in Shanghai (Asia/Shanghai, UTC+8)", KOLKATA
    else:
        first, second = (KOLKATA, BOSTON) if mail.to == RAVI else (BOSTON, KOLKATA)
    for body in (mail.text, Reader(mail.html).text):
        assert 0 < body.index(first) < body.index(second)


@pytest.mark.parametrize("kind", ABOUT_CHATS)
def test_a_date_is_long_and_the_others_is_said_where_it_differs(kind: str) -> None:
    mail = MAILS[kind]
    for body in (mail.text, Reader(mail.html).text):
        assert "Thursday, December 10, 2026" in body
        assert ("Wednesday, December 9, 2026" in body) == (kind != "cancellation, replaced")


@pytest.mark.parametrize("kind", MAILS)
def test_nobodys_address_is_shown_to_anybody_else(kind: str) -> None:
    mail = MAILS[kind]
    others = {RAVI.address, ANA.address, BO.address} - {mail.to.address}
    calendar = (mail.calendar or b"").decode().replace("\r\n ", "")
    for address in others:
        assert address not in mail.text + mail.html + mail.subject + calendar


@pytest.mark.parametrize("kind", MAILS)
def test_html_is_safe_in_any_mail_program(kind: str) -> None:
    html = MAILS[kind].html
    tags = Reader(html).tags
    assert not {"img", "script", "link", "form", "iframe", "svg"} & set(tags)
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "url(" not in html
    assert html.startswith('<!doctype html>\n<html lang="en">')


@pytest.mark.parametrize("kind", [kind for kind in MAILS if kind not in WITHOUT_A_LINK])
def test_there_is_one_clear_thing_to_do_and_its_link_is_in_the_text_too(kind: str) -> None:
    mail = MAILS[kind]
    assert mail.html.count('class="go"') == 1
    button = mail.html.split('class="go"')[1]
    (target,) = re.findall(r'href="([^"]+)"', button.split("</td>")[0])
    assert target in mail.text.split()


@pytest.mark.parametrize("kind", MAILS)
def test_calendars_change_exactly_when_the_chat_does(kind: str) -> None:
    mail = MAILS[kind]
    assert mail.method == WITH_CALENDAR.get(kind)
    assert (mail.calendar is None) == (mail.method is None)
    if mail.calendar is not None:
        assert itip.problems(mail.calendar) == []
        parsed = itip.parse(mail.calendar)
        assert [line.value for line in parsed.head if line.name == "METHOD"] == [mail.method]
        assert parsed.one("UID").value == CHAT.uid
        assert parsed.one("SEQUENCE").value == "3"
        if mail.method != "DECLINECOUNTER":
            assert parsed.one("ATTENDEE").value == f"mailto:{mail.to.address}"
        assert parsed.one("ORGANIZER").value == "mailto:chats@example.edu"


def test_the_code_is_the_only_run_of_six_digits() -> None:
    mail = MAILS["code"]
    assert re.findall(r"\d{6,}", mail.text) == ["482913"]
    assert mail.to == RAVI
    assert "3:30 am (Kolkata)" in mail.text
    assert Reader(mail.html).links == []


@given(
    st.text(max_size=60), st.text(max_size=60), st.text(alphabet="0123456789 ٣٤٥٦٧٨٩", max_size=40)
)
def test_no_name_adds_another_run_of_digits_to_the_code(one: str, other: str, digits: str) -> None:
    chat = replace(
        CHAT,
        prospect=replace(RAVI, name=one + digits),
        ambassador=replace(ANA, name=digits + other),
        question=digits,
        place=f"https://meet.example.edu/{digits}",
    )
    service = replace(SERVICE, name=f"AIM {digits}", programme=digits)
    text = compose.code(chat, service, MESSAGE_ID).text
    assert re.findall(r"\d{6,}", text) == ["482913"]


@pytest.mark.parametrize("name", ["Buy at http://x.example", "win.example", "Ana @eve", "Call 555"])
def test_nobody_can_advertise_to_an_address_that_is_not_theirs(name: str) -> None:
    stranger = replace(RAVI, name=name)
    chat = replace(CHAT, prospect=stranger, question="http://spam.example")
    code = compose.code(chat, SERVICE, MESSAGE_ID)
    received = compose.request_received(stranger, ("Thesis",), SERVICE, MESSAGE_ID)
    for mail in (code, received):
        assert mail.text.startswith("Hello,\n")
        assert name not in mail.text + mail.html + mail.to.name
        assert "spam" not in mail.text + mail.html


def test_a_code_needs_a_hold() -> None:
    with pytest.raises(ValueError, match="Only a held chat has a code"):
        compose.code(replace(CHAT, code=None), SERVICE, MESSAGE_ID)


def test_an_invitation_says_what_would_be_asked_and_of_interest() -> None:
    text = MAILS["invitation, ambassador"].text
    assert "Ravi Kumar would like to know:\n\n> How much lab time is there?\n> And who" in text
    assert "Interested in: Thesis, Robotics" in text
    assert "You would like to know:\n\n> How much lab" in MAILS["invitation, prospect"].text


def test_an_update_says_what_changed_who_changed_it_and_why() -> None:
    text = MAILS["update, ambassador"].text
    assert "It was on Tuesday, December 8, 2026, 5:00 pm (Boston)." in text
    assert "Changed by Ravi Kumar." in text
    assert "> My exam moved." in text
    assert "Changed by you." in MAILS["update, prospect"].text


def test_an_update_of_the_person_names_both() -> None:
    text = MAILS["taken over, prospect"].text
    assert "Ana Lima talks with you in place of Bo Chen." in text
    assert "Changed by a coordinator of the programme." in text
    assert "You take over this chat from Bo Chen." in MAILS["taken over, ambassador"].text


def test_an_update_of_the_place_says_so() -> None:
    moved = replace(CHAT, previous_start=None, reason="", changed_by="ambassador")
    assert "The place is new." in compose.update(moved, "prospect", SERVICE, MESSAGE_ID).text
    gone = compose.update(replace(moved, place=""), "prospect", SERVICE, MESSAGE_ID)
    assert "It has no place at the moment." in gone.text
    assert "Where" not in gone.text


def test_the_replaced_ambassador_is_told_of_the_time_they_had() -> None:
    moved = replace(TAKEN_OVER, previous_start=START - timedelta(hours=5))
    mail = compose.cancellation(moved, "replaced", SERVICE, MESSAGE_ID)
    assert mail.to == BO
    assert "1:00 am – 1:30 am in Shanghai" in mail.text
    assert mail.calendar is not None
    assert itip.parse(mail.calendar).one("DTSTART").value == "20261209T170000Z"
    assert "How much lab time" not in mail.text + mail.calendar.decode()


def test_nobody_is_told_of_being_replaced_who_was_not() -> None:
    with pytest.raises(ValueError, match="Nobody was replaced"):
        compose.cancellation(CHAT, "replaced", SERVICE, MESSAGE_ID)


def test_the_place_of_a_cancelled_chat_is_not_repeated() -> None:
    for kind in ("cancellation, prospect", "cancellation, ambassador", "cancellation, replaced"):
        assert CHAT.place not in MAILS[kind].text + MAILS[kind].html


def test_an_hour_before_the_button_joins_when_the_place_is_a_link() -> None:
    assert "Join the chat" in MAILS["reminder an hour before"].html
    room = replace(CHAT, place="Snell Library, room 049")
    mail = compose.reminder(room, "ambassador", Kind.REMINDER_HOUR, SERVICE, MESSAGE_ID)
    assert "Join the chat" not in mail.html
    assert "Snell Library, room 049" in mail.text


@pytest.mark.parametrize("place", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//x"])
def test_only_an_address_of_the_web_becomes_a_link(place: str) -> None:
    mail = compose.reminder(
        replace(CHAT, place=place), "prospect", Kind.REMINDER_HOUR, SERVICE, MESSAGE_ID
    )
    assert place not in Reader(mail.html).links


def test_markup_that_people_type_is_shown_and_not_obeyed() -> None:
    typed = '<script>alert("x")</script><a href="http://eve.example">&amp;'
    chat = replace(CHAT, question=typed, reason=typed, place=typed)
    people = replace(chat, prospect=replace(RAVI, name=typed), ambassador=replace(ANA, name=typed))
    for facts in (chat, people):
        mail = compose.update(facts, "prospect", SERVICE, MESSAGE_ID)
        reader = Reader(mail.html)
        assert "script" not in reader.tags
        assert "http://eve.example" not in reader.links
        assert "&amp;" in reader.text


def test_two_people_in_one_zone_read_one_time() -> None:
    near = replace(CHAT, prospect=replace(RAVI, zone="US/Eastern"))
    mail = compose.invitation(near, "prospect", SERVICE, MESSAGE_ID)
    assert f"{BOSTON}\n         The same for Ana Lima" in mail.text


def test_each_side_of_the_clock_change_has_its_own_offset() -> None:
    summer = replace(CHAT, start=START.replace(month=7), end=START.replace(month=7, minute=30))
    text = compose.invitation(summer, "prospect", SERVICE, MESSAGE_ID).text
    assert "6:00 pm – 6:30 pm in Boston (America/New_York, UTC−4)" in text


def test_a_link_says_how_long_it_works() -> None:
    assert "works for 7 days" in MAILS["account"].text
    assert "works for 1 hour" in MAILS["password"].text
    half = compose.password_reset(ANA, "http://x", timedelta(minutes=30), SERVICE, MESSAGE_ID)
    assert "works for 30 minutes" in half.text


def test_a_very_long_name_is_cut() -> None:
    mail = compose.invitation(
        replace(CHAT, ambassador=replace(ANA, name="A" * 500)), "prospect", SERVICE, MESSAGE_ID
    )
    assert "A" * 79 + "…" in mail.subject
    assert "A" * 81 not in mail.text


def test_composing_twice_gives_the_same_mail() -> None:
    assert every_mail() == MAILS


def test_the_entry_of_a_cancelled_chat_says_so() -> None:
    assert entry(replace(CHAT, status="cancelled"), "prospect", SERVICE).status == "CANCELLED"


def test_an_entry_leads_to_its_readers_own_page() -> None:
    assert entry(CHAT, "prospect", SERVICE).url == CHAT.manage_url
    assert entry(CHAT, "ambassador", SERVICE).url == CHAT.staff_url
    assert CHAT.manage_url not in entry(CHAT, "ambassador", SERVICE).description
