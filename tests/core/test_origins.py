"""Which pages may show the service: one spelling of each, and nothing that is no web origin."""

import pytest

from ambassadors.core.refused import Refused
from ambassadors.core.settings.origins import is_local, read_origin, read_origins, tell_origins


def why(text: str) -> str:
    """The sentence with which a line is refused, or what it was read as."""
    try:
        return f"read as {read_origin(text)}"
    except Refused as refusal:
        return refusal.text.partition("”: ")[2]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://aim.example.edu", "https://aim.example.edu"),
        (" HTTPS://AIM.Example.EDU/ ", "https://aim.example.edu"),
        ("https://aim.example.edu:443", "https://aim.example.edu"),
        ("https://aim.example.edu:8443", "https://aim.example.edu:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost", "http://localhost"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_is_kept_as_browsers_spell_it(typed: str, read: str) -> None:
    assert read_origin(typed) == read


SHAPE = "write it as https://www.example.edu."
BEGINNING = "write only the beginning, up to the name: every page there may show us."
HOSTILE = {
    "https://aim.example.edu/students": BEGINNING,
    "https://aim.example.edu?a=b": BEGINNING,
    "https://aim.example.edu#top": BEGINNING,
    "https://aim.example.edu//": BEGINNING,
    "https://*.example.edu": "write each page’s own name, without a star.",
    "*": "write each page’s own name, without a star.",
    "https://user@aim.example.edu": "leave out the user before the @.",
    "https://aim.example.edu@evil.example": "leave out the user before the @.",
    "http://aim.example.edu": "it must begin with https://.",
    "http://localhost.evil.example": "it must begin with https://.",
    "https://bücher.example": "write the name as it is registered, in its xn-- form.",
    "https://ａim.example.edu": "write the name as it is registered, in its xn-- form.",
    "https://aim.example.edu\N{NO-BREAK SPACE}": (
        "write the name as it is registered, in its xn-- form."
    ),
    "null": SHAPE,
    "'self'": SHAPE,
    "'none'": SHAPE,
    "https:": SHAPE,
    "https://": SHAPE,
    "data:text/html,x": SHAPE,
    "javascript:alert(1)": SHAPE,
    "//aim.example.edu": SHAPE,
    "aim.example.edu": SHAPE,
    "https://intranet": SHAPE,
    "https://10.0.0.1": SHAPE,
    "https://[::1]": SHAPE,
    "https://aim.example.edu:0": SHAPE,
    "https://aim.example.edu:65536": SHAPE,
    "https://aim.example.edu:080": SHAPE,
    "https://aim.example.edu:": SHAPE,
    "https://aim..example.edu": SHAPE,
    "https://-aim.example.edu": SHAPE,
    "https://aim.example.edu.": SHAPE,
    "https://aim_x.example.edu": SHAPE,
    "https://aim.example.edu; script-src *": "write each page’s own name, without a star.",
    "https://aim.example.edu; script-src https://evil.example": SHAPE,
    "https://aim.example.edu https://evil.example": SHAPE,
    "https://aim.example.edu,https://evil.example": SHAPE,
    "https://aim.example.edu\r\nSet-Cookie: a=b": SHAPE,
    "https://aim.example.edu\nhttps://evil.example": SHAPE,
    "https://aim.example.edu\\evil.example": SHAPE,
    "https://aim.example.edu\x00": SHAPE,
    "https://" + "a" * 64 + ".example.edu": SHAPE,
    "https://" + "a.b" * 100 + ".example.edu": SHAPE,
}


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_what_is_no_origin_is_refused_and_says_why(typed: str) -> None:
    assert why(typed) == HOSTILE[typed]


def test_each_origin_is_kept_once_and_empty_lines_are_left_out() -> None:
    lines = ["https://b.example.edu", "", "  ", "https://a.example.edu/", "https://B.example.edu"]
    assert read_origins(lines) == ("https://b.example.edu", "https://a.example.edu")


def test_there_is_room_for_twenty() -> None:
    lines = [f"https://a{number}.example.edu" for number in range(21)]
    assert len(read_origins(lines[:20])) == 20
    with pytest.raises(Refused) as caught:
        read_origins(lines)
    assert caught.value.text == "There is room for 20 pages."


def test_only_a_machine_of_ones_own_is_local() -> None:
    origins = ("http://localhost", "http://127.0.0.1:8000", "https://localhost.example.edu")
    assert [is_local(one) for one in origins] == [True, True, False]


def test_a_change_is_told_by_what_comes_and_what_goes() -> None:
    assert list(
        tell_origins(["https://a.edu", "https://b.edu"], ["https://b.edu", "https://c.edu"])
    ) == [
        "https://c.edu may show us.",
        "https://a.edu may not show us any more.",
    ]
