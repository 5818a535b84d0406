"""Bodies that are packed, too large, endless or slow."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from ambassadors.remote.fetching import Guard, fetch
from tests.mail.servers import odd_server
from tests.remote.servers import CALENDAR, NAME, Reply, drip, guard_here, pour, refusal, site

SECRET = "/private-6a1f9c/basic.ics"


def odd_refusal(talk: Callable[..., None], guard: Guard | None = None) -> str:
    """The sentence with which a server that talks like that is refused."""
    with odd_server(talk) as port:
        return refusal(f"http://{NAME}:{port}{SECRET}", guard)[0]


@pytest.mark.parametrize(
    ("packed", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("x-gzip", gzip.compress)],
)
def test_what_is_packed_is_unpacked(packed: str, pack: Callable[[bytes], bytes]) -> None:
    with site(Reply(200, pack(CALENDAR), {"Content-Encoding": packed})) as server:
        assert fetch(server.url(), guard=guard_here()).body == CALENDAR


@pytest.mark.parametrize("packed", ["gzip", "deflate", "gzip, gzip, gzip, gzip, gzip, gzip"])
def test_what_is_not_packed_as_it_says_is_refused(packed: str) -> None:
    with site(Reply(200, CALENDAR, {"Content-Encoding": packed})) as server:
        assert refusal(server.url())[0] == f"What {NAME} sent could not be unpacked."


@pytest.mark.parametrize(
    ("packed", "bomb"),
    [
        ("gzip", gzip.compress(bytes(100_000_000), 1)),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(100_000_000), 1))),
        ("deflate", zlib.compress(bytes(100_000_000), 1)),
    ],
)
def test_a_bomb_does_not_unfold(packed: str, bomb: bytes) -> None:
    with site(Reply(200, bomb, {"Content-Encoding": packed})) as server:
        text = f"What {NAME} sends is larger than 2 MB. Share a smaller calendar."
        assert refusal(server.url())[0] == text


def test_a_body_may_be_as_large_as_is_allowed_and_not_larger() -> None:
    with site(Reply(200, b"x" * 1000)) as server:
        assert len(fetch(server.url(), guard=guard_here(most_bytes=1000)).body) == 1000
        text = f"What {NAME} sends is larger than 0.000999 MB. Share a smaller calendar."
        assert refusal(server.url(), guard_here(most_bytes=999))[0] == text


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10000),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 3000),
    ],
)
def test_a_body_without_end_is_left(head: bytes, piece: bytes) -> None:
    guard = guard_here(most_bytes=500_000)
    text = f"What {NAME} sends is larger than 0.5 MB. Share a smaller calendar."
    assert odd_refusal(pour(head, piece), guard) == text


def test_headers_without_end_are_left() -> None:
    text = f"What {NAME} sends is larger than 0.1 MB. Share a smaller calendar."
    wait = b"HTTP/1.1 100 Continue\r\n\r\n" * 1000
    assert odd_refusal(pour(wait, wait), guard_here(most_bytes=100_000)) == text
    headers = pour(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000)
    assert odd_refusal(headers) == f"{NAME} did not answer, or broke off."


def test_a_line_without_end_is_left() -> None:
    text = f"{NAME} did not answer, or broke off."
    assert odd_refusal(pour(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536)) == text


@pytest.mark.parametrize(
    "talk",
    [
        drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, 0.02),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000, 0.01),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", 0.4),
    ],
)
def test_a_slow_server_is_left_at_the_deadline(talk: Callable[..., None]) -> None:
    text = f"{NAME} did not finish answering within 0.25 seconds."
    assert odd_refusal(talk, guard_here(0.25)) == text


def test_a_server_that_does_not_speak_tls_is_left() -> None:
    with odd_server(drip(b"x" * 100, 0)) as port:
        address = f"https://{NAME}:{port}{SECRET}"
        assert refusal(address)[0] == f"{NAME} did not answer, or broke off."


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"]
)
def test_an_answer_that_breaks_off_is_no_calendar(said: bytes) -> None:
    assert odd_refusal(drip(said, 0)) == f"{NAME} did not answer, or broke off."
