from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.core.text import one_line
from ambassadors.mail.headers import Unsendable, check, header_text, mailbox, unstructured

# The families of header injection that are known: line ends of every kind, encoded words that
# decode to line ends, folding that lets what follows stand on a line of its own, and names that
# break out of their quotes or their address.
INJECTIONS = [
    "x\r\nBcc: eve@example.org",
    "x\nBcc: eve@example.org",
    "x\rBcc: eve@example.org",
    "x\r\n\r\n<p>a body of my own",
    "x\u2028Bcc: eve@example.org\u2029\x85\x0b\x0c\x1c\x1d\x1e",
    "=?utf-8?q?x=0D=0ABcc:_eve@example.org?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXhhbXBsZS5vcmc=?=",
    "==?utf-8?q?x?=?utf-8?q?=0ABcc:_eve?=",
    "=\x00?utf-8?q?=0ABcc:_eve?=",
    "x" * 70 + " Bcc:eve@example.org " + "y" * 70,
    "é" * 40 + "\r\nBcc: eve@example.org",
    'Eve" <eve@example.org>, "Ravi',
    "Eve <eve@example.org>,",
    "Eve\\",
    "eve@example.org, ",
    "Ravi (a comment",
    ":;<>@[],.",
    "",
]


def read(name: str, value: str) -> EmailMessage:
    """The header as the standard library reads it."""
    head = f"{name}: {value}"
    check(head.encode("ascii"), (name,))
    return message_from_bytes(head.encode("ascii") + b"\r\n\r\nbody", policy=policy.default)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_typed_stays_inside_its_header(text: str) -> None:
    message = read("Subject", unstructured("Subject", "Chat with " + text))
    assert message.keys() == ["Subject"]
    assert message["Subject"].replace(" ", "") == header_text("Chat with " + text).replace(" ", "")


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_name_stays_a_name(text: str) -> None:
    message = read("To", mailbox("To", text, "ravi@example.org"))
    assert message.keys() == ["To"]
    (address,) = message["To"].addresses
    assert address.addr_spec == "ravi@example.org"
    assert address.display_name.replace(" ", "") == header_text(text, 100).replace(" ", "")


@given(st.text(max_size=300))
def test_any_text_can_be_a_subject_or_a_name(text: str) -> None:
    subject = read("Subject", unstructured("Subject", f"Chat with {text}"))
    assert subject["Subject"] == header_text(f"Chat with {text}")
    to = read("To", mailbox("To", text, "ravi@example.org"))
    assert [address.addr_spec for address in to["To"].addresses] == ["ravi@example.org"]


def test_lines_keep_within_76_characters_where_words_allow() -> None:
    for text in ("word " * 39, "слово " * 30, "字" * 200):
        value = f"Subject: {unstructured('Subject', text)}"
        assert max(len(line) for line in value.split("\r\n")) <= 76


def test_plain_text_stays_readable_in_the_source() -> None:
    assert unstructured("Subject", "Chat with Ana: 3:30 pm") == "Chat with Ana: 3:30 pm"
    assert mailbox("To", "Ana Lima", "ana@example.edu") == "Ana Lima <ana@example.edu>"
    assert mailbox("To", "Lima, Ana", "ana@example.edu") == '"Lima, Ana" <ana@example.edu>'
    assert mailbox("To", "", "ana@example.edu") == "ana@example.edu"


def test_an_opener_of_an_encoded_word_never_comes_together_again() -> None:
    for text in ("==?", "=\x07?", "=" * 9 + "?", "= ?", "=\u202e=?"):
        assert "=?" not in header_text(text)


def test_a_header_says_what_was_typed_otherwise() -> None:
    assert header_text("Is 1+1=2? Да") == one_line("Is 1+1=2? Да")


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: a\r\nBcc: eve@example.org",
        b"Subject: a\nBcc: eve@example.org",
        b"Subject: a\r\n\r\nbody",
        b"Subject: a\r\n \r\n b",
        b"Subject: caf\xc3\xa9",
        b"Subject: a\x00b",
        b"Subject: " + b"a" * 1000,
        b"Subject a",
        b"",
    ],
)
def test_what_was_not_written_does_not_leave(head: bytes) -> None:
    with pytest.raises(Unsendable):
        check(head, ("Subject",))
