import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.refused import Refused
from ambassadors.mail.compose import Mail
from ambassadors.mail.headers import Unsendable, header_text
from ambassadors.mail.messages import HEADERS, serialise, to_message
from tests.mail.samples import CHAT, MESSAGE_ID, RAVI, SENT, SERVICE, every_mail
from tests.mail.test_headers import INJECTIONS

MAILS = every_mail()


def bytes_of(mail: Mail) -> bytes:
    return serialise(to_message(mail, SERVICE, SENT))


def read(data: bytes) -> EmailMessage:
    """The message as a mail program reads it."""
    return message_from_bytes(data, policy=policy.default)


def types(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


@pytest.mark.parametrize("kind", MAILS)
def test_each_mail_is_read_again_as_it_was_written(kind: str) -> None:
    mail = MAILS[kind]
    message = read(bytes_of(mail))
    assert [part.defects for part in message.walk()] == [[] for _ in message.walk()]
    assert message["From"] == "AIM student ambassadors <chats@example.edu>"
    assert message["To"] == f"{mail.to.name} <{mail.to.address}>"
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == SENT
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content() == mail.text.replace("\n", "\r\n")
    assert html.get_content() == mail.html.replace("\n", "\r\n")


@pytest.mark.parametrize("kind", MAILS)
def test_parts_come_in_the_order_programs_expect(kind: str) -> None:
    mail = MAILS[kind]
    bodies = ["multipart/alternative", "text/plain", "text/html"]
    if mail.calendar is None:
        assert types(read(bytes_of(mail))) == bodies
        return
    message = read(bytes_of(mail))
    assert types(message) == ["multipart/mixed", *bodies, "text/calendar", "application/ics"]
    calendar, attachment = list(message.walk())[4:]
    assert calendar["Content-Type"].params == {"method": mail.method, "charset": "utf-8"}
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar.get_payload(decode=True) == mail.calendar
    assert attachment.get_payload(decode=True) == mail.calendar
    assert attachment.get_filename() == "invite.ics"
    assert attachment.get_content_disposition() == "attachment"


@pytest.mark.parametrize("kind", MAILS)
def test_any_server_can_carry_it(kind: str) -> None:
    data = bytes_of(MAILS[kind])
    assert data.isascii()
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
    assert max(len(line) for line in data.split(b"\r\n")) <= 100


@pytest.mark.parametrize("kind", MAILS)
def test_the_bytes_are_those_of_the_standard_library(kind: str) -> None:
    assert bytes_of(MAILS[kind]) == to_message(MAILS[kind], SERVICE, SENT).as_bytes()


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert [bytes_of(mail) for mail in MAILS.values()] == [
        bytes_of(mail) for mail in every_mail().values()
    ]


def test_another_attempt_differs_in_its_date_alone() -> None:
    mail = MAILS["invitation, prospect"]
    later = serialise(to_message(mail, SERVICE, SENT + timedelta(minutes=5)))
    date = re.compile(rb"Date: [^\r]+")
    assert later != bytes_of(mail)
    assert date.sub(b"", later) == date.sub(b"", bytes_of(mail))


def test_the_code_is_the_only_run_of_six_digits_even_in_the_source() -> None:
    assert set(re.findall(rb"\d{6,}", bytes_of(MAILS["code"]))) == {b"482913"}


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_typed_text_adds_a_header_or_a_recipient(text: str) -> None:
    mail = replace(
        MAILS["invitation, prospect"], to=replace(RAVI, name=text), subject=f"Chat with {text}"
    )
    message = read(bytes_of(mail))
    assert message.keys() == list(HEADERS)
    assert [address.addr_spec for address in message["To"].addresses] == ["ravi@example.org"]
    assert message["Subject"].replace(" ", "") == header_text(mail.subject).replace(" ", "")


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_chat_full_of_injections_is_a_mail_like_any_other(text: str) -> None:
    chat = replace(
        CHAT,
        prospect=replace(CHAT.prospect, name=text),
        ambassador=replace(CHAT.ambassador, name=text),
        question=text,
        reason=text,
        place=text,
    )
    taken_over = replace(chat, previous_ambassador=chat.ambassador)
    for kind, mail in every_mail(chat, taken_over).items():
        message = read(bytes_of(mail))
        assert message.keys() == list(HEADERS)
        assert types(message) == types(read(bytes_of(MAILS[kind])))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_body_survives(text: str, html: str) -> None:
    text, html = (part.encode("utf-8", "replace").decode() for part in (text, html))
    message = read(bytes_of(replace(MAILS["thanks"], text=text, html=html)))
    assert types(message) == ["multipart/alternative", "text/plain", "text/html"]
    plain = message.get_body(("plain",))
    assert plain is not None
    kept = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == kept


@pytest.mark.parametrize(
    "message_id",
    ["", "no brackets@example.edu", "<a@b>\r\nBcc: eve@x", "<a b@example.edu>", "<a@é>"],
)
def test_a_message_id_is_one_or_nothing_leaves(message_id: str) -> None:
    with pytest.raises(ValueError, match="well-formed Message-ID"):
        bytes_of(replace(MAILS["thanks"], message_id=message_id))


def test_a_date_has_a_zone() -> None:
    with pytest.raises(ValueError, match="a date with a zone"):
        to_message(MAILS["thanks"], SERVICE, datetime(2026, 12, 1))  # noqa: DTZ001 - the point


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        bytes_of(replace(MAILS["thanks"], to=replace(RAVI, address="ravi@example.org\r\nBcc: x")))
    with pytest.raises(Refused):
        to_message(MAILS["thanks"], replace(SERVICE, address="chats"), SENT)


def test_a_calendar_part_names_its_method() -> None:
    with pytest.raises(ValueError, match="a REQUEST, a CANCEL or a DECLINECOUNTER"):
        bytes_of(replace(MAILS["invitation, prospect"], method="REQUEST; x=y"))


def test_a_header_that_nobody_wrote_does_not_leave() -> None:
    message = to_message(MAILS["thanks"], SERVICE, SENT)
    message["X-Extra"] = "one more"
    with pytest.raises(Unsendable):
        serialise(message)
    broken = to_message(MAILS["thanks"], SERVICE, SENT)
    broken.replace_header("Subject", "x\r\nBcc: eve@example.org")
    with pytest.raises(Unsendable):
        serialise(broken)
