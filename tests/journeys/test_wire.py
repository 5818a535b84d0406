"""Requests as no browser sends them, byte by byte, to the real web server."""

import re
import socket

import pytest

from tests.journeys.conftest import Service

EVIL = b"evil.example"
REFUSED = {
    "a line break in the host": b"GET / HTTP/1.1\r\nHost: localhost\r\n X: " + EVIL + b"\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: " + EVIL + b"\r\n\r\n",
    "a bare line feed in a name": b"GET / HTTP/1.1\r\nHost: localhost\r\nX\nY: 1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Content-Length: 6\r\n\r\nhello",
    "a length and chunks": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks of no known kind": b"POST / HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "no request": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
}
NAMES_ANOTHER = {
    "an absolute address": b"GET http://" + EVIL + b"/matches HTTP/1.1\r\nHost: localhost\r\n",
    "an absolute address and its host": b"GET http://"
    + EVIL
    + b"/coordinator HTTP/1.1\r\nHost: "
    + EVIL
    + b"\r\n",
    "a host with a path": b"GET /coordinator HTTP/1.1\r\nHost: localhost/" + EVIL + b"\r\n",
    "an address of two slashes": b"GET //" + EVIL + b"/.. HTTP/1.1\r\nHost: localhost\r\n",
}


def exchange(service: Service, sent: bytes) -> bytes:
    """All that the server answers to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as wire:
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_what_could_be_read_in_two_ways_is_refused(service: Service, sent: bytes) -> None:
    answer = exchange(service, sent)
    assert answer.split(b" ")[1] in (b"400", b"501"), answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1
    assert EVIL not in answer


@pytest.mark.parametrize("sent", NAMES_ANOTHER.values(), ids=NAMES_ANOTHER.keys())
def test_a_host_on_the_request_line_is_believed_no_more(service: Service, sent: bytes) -> None:
    answer = exchange(service, sent + b"Connection: close\r\n\r\n")
    headers, _, body = answer.partition(b"\r\n\r\n")
    assert EVIL not in headers
    assert re.findall(rb'(?:href|src|action|content)="[^"]*evil', body) == []
    assert headers.split(b" ")[1] in (b"200", b"302", b"303", b"308", b"400", b"404", b"422")
