"""One guarded exchange over HTTP: a request, its redirects, and an answer of limited size.

urllib3's single connection is used, not its pools: no proxies from the environment, no cookies,
no retries, no redirects of its own.
"""

import base64
import io
import logging
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPException
from typing import Any, cast

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import TimeoutError as TooSlow

from ambassadors.core.said import said
from ambassadors.remote.guard import (
    Address,
    Deadline,
    Guard,
    Place,
    Unreachable,
    find_address,
    read_place,
)

REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 64 * 1024
WRAPPING = 500_000  # headers and chunk lengths, beyond the body
_ALWAYS = {
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
    "User-Agent": "AIM-ambassadors-calendar-reader/1",
}

# It warns of odd headers with the whole address, and that address is a secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Credentials:
    """A user name and password for one server; never part of a text or a log."""

    user: str
    password: str = field(repr=False)

    def header(self) -> str:
        """HTTP Basic (RFC 7617), in UTF-8."""
        pair = f"{self.user}:{self.password}".encode()
        return "Basic " + base64.b64encode(pair).decode()


@dataclass(frozen=True)
class Request:
    """What is asked. A redirect asks it again elsewhere."""

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None
    credentials: Credentials | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, from which place after all redirects. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    place: Place


class TooLarge(Exception):
    """More came than is allowed."""


def ask(address: str, request: Request, guard: Guard, deadline: Deadline) -> Answer:
    """The answer of an address, redirects followed. Unreachable when there is none."""
    place = read_place(address, guard)
    for _ in range(guard.redirects + 1):
        answer = _ask_here(place, request, guard, deadline)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        if answer.status == 303 and request.method != "GET":
            return answer
        before, place = place, _follow(place, target, guard)
        if place.origin != before.origin:
            request = replace(request, credentials=None)
    raise Unreachable(said("{host} redirects too often.", host=place.host))


def _follow(place: Place, target: str, guard: Guard) -> Place:
    """Where a redirect leads, checked like any address."""
    try:
        return read_place(place.join(target), guard)
    except Unreachable:
        text = said("{host} redirects to an address that is not read.", host=place.host)
        raise Unreachable(text, True) from None


def _ask_here(place: Place, request: Request, guard: Guard, deadline: Deadline) -> Answer:
    """One exchange, every fault of it as a sentence."""
    try:
        connection = _connect(place, find_address(place, guard, deadline), guard, deadline)
        try:
            return _exchange(connection, place, request, guard)
        finally:
            connection.close()
    except (TimeoutError, TooSlow):
        slow = said(
            "{host} did not finish answering within {seconds:g} seconds.",
            host=place.host,
            seconds=deadline.seconds,
        )
        raise Unreachable(slow) from None
    except TooLarge:
        raise Unreachable(_too_large(place, guard)) from None
    except ssl.SSLCertVerificationError:
        raise Unreachable(
            said("The certificate of {host} is not to be trusted.", host=place.host)
        ) from None
    except DecodeError:
        raise Unreachable(
            said("What {host} sent could not be unpacked.", host=place.host)
        ) from None
    except (HTTPError, HTTPException, OSError, ValueError):
        raise Unreachable(said("{host} did not answer, or broke off.", host=place.host)) from None


def _too_large(place: Place, guard: Guard) -> str:
    limit = f"{guard.most_bytes / 1_000_000:g} MB"
    return said(
        "What {host} sends is larger than {limit}. Share a smaller calendar.",
        host=place.host,
        limit=limit,
    )


@cache
def _tls(authority: str | None) -> ssl.SSLContext:
    """Loading the system's certificates takes a while, so it is done once."""
    context = ssl.create_default_context(cadata=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connect(place: Place, address: Address, guard: Guard, deadline: Deadline) -> HTTPConnection:
    """A connection to that very address, in the name of the place (SNI and certificate)."""
    timeout = deadline.remaining()
    connection = (
        HTTPSConnection(
            str(address),
            place.port,
            timeout=timeout,
            ssl_context=_tls(guard.authority),
            server_hostname=place.host,
        )
        if place.secure
        else HTTPConnection(str(address), place.port, timeout=timeout)
    )
    try:
        connection.connect()
        timed = _Timed(connection.sock, deadline, guard.most_bytes + WRAPPING)
    except BaseException:
        connection.close()
        raise
    connection.sock = cast(socket.socket, timed)
    return connection


def _exchange(connection: HTTPConnection, place: Place, request: Request, guard: Guard) -> Answer:
    headers = {"Host": place.authority} | _ALWAYS | dict(request.headers)
    if request.credentials is not None:
        headers["Authorization"] = request.credentials.header()
    connection.request(
        request.method,
        place.target,
        body=request.body,
        headers=headers,
        preload_content=False,
    )
    response = connection.getresponse()
    try:
        body = _read(response, guard.most_bytes)
    finally:
        response.close()
    return Answer(
        response.status,
        {name.lower(): value for name, value in response.headers.items()},
        body,
        place,
    )


def _read(response: BaseHTTPResponse, most: int) -> bytes:
    """The body, unpacked piece by piece so that a bomb never unfolds."""
    pieces, size = [], 0
    while piece := response.read(CHUNK, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise TooLarge
    return b"".join(pieces)


class _Timed:
    """A connection that is over at its deadline, however slowly the other side speaks.

    A timeout of a socket is for one call only: a byte a second would never run into it.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self._most = most

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """What http.client reads the answer from."""
        raw = self._connection.makefile("rb", buffering=0)
        return io.BufferedReader(_TimedReader(self._connection, raw, self._deadline, self._most))

    def sendall(self, data: bytes) -> None:
        """Sends while there is time."""
        self._connection.settimeout(self._deadline.remaining())
        self._connection.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _TimedReader(io.RawIOBase):
    """Reads from a connection until the deadline, and not more than `most` bytes."""

    def __init__(
        self, connection: socket.socket, raw: io.RawIOBase, deadline: Deadline, most: int
    ) -> None:
        self._connection = connection
        self._raw = raw
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(self._deadline.remaining())
        read = self._raw.readinto(buffer)
        self._left -= read or 0
        if self._left < 0:
            raise TooLarge
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()
