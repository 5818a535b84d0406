import pytest

from ambassadors.core.refused import Refused
from ambassadors.mail.addresses import parse_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Lima+aim@Example.ORG\r\n", "Ana.Lima+aim@example.org"),
        ("chats@localhost", "chats@localhost"),
        ("ana@bücher.example.org", "ana@xn--bcher-kva.example.org"),
        ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("o'hara@sub.example.edu", "o'hara@sub.example.edu"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_lower_case_ascii(typed: str, kept: str) -> None:
    assert parse_address(typed) == kept
    assert parse_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please give a mail address."),
        ("ana", "A mail address has exactly one @, as in ana@example.org."),
        ("ana@b@example.org", "A mail address has exactly one @, as in ana@example.org."),
        ("ana lima@example.org", "A mail address has no spaces or control characters."),
        (
            "ana@example.org\r\nRCPT TO:<eve@x.example>",
            "A mail address has no spaces or control characters.",
        ),
        ("ana\x00@example.org", "A mail address has no spaces or control characters."),
        ("ana\u2028@example.org", "A mail address has no spaces or control characters."),
        ("ana\u202e@example.org", "A mail address has no spaces or control characters."),
        ("a" * 243 + "@example.org", "A mail address has at most 254 characters."),
        ("@example.org", "The part before the @ is not one that mail can be sent to."),
        (".ana@example.org", "The part before the @ is not one that mail can be sent to."),
        ("a..b@example.org", "The part before the @ is not one that mail can be sent to."),
        ('"ana"@example.org', "The part before the @ is not one that mail can be sent to."),
        ("<ana>@example.org", "The part before the @ is not one that mail can be sent to."),
        ("a" * 65 + "@example.org", "The part before the @ is not one that mail can be sent to."),
        (
            "änne@example.org",
            "The part before the @ holds letters that our mail server cannot send to yet. "
            "Please use an address in plain letters.",
        ),
        ("ana@example", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@.org", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@example.org.", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@-a.org", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@exa_mple.org", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@[192.0.2.1]", "The part after the @ is not a mail domain, such as example.org."),
        ("ana@192.0.2.1", "The part after the @ is not a mail domain, such as example.org."),
        (
            "ana@" + "a" * 64 + ".org",
            "The part after the @ is not a mail domain, such as example.org.",
        ),
        ("ana@faß.example", "Please write the part after the @ in its ASCII form (xn--…)."),
        (
            "ana@" + "ü" * 70 + ".org",
            "Please write the part after the @ in its ASCII form (xn--…).",
        ),
        ("ana@ü..org", "Please write the part after the @ in its ASCII form (xn--…)."),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_address(typed)
    assert refused.value.text == sentence
    assert refused.value.status == 422
    assert refused.value.field == "email"
