"""Which addresses the service may connect to on somebody's word, and what it may cost.

An ambassador types the address of a calendar; the service asks there from inside its own network.
So the address is resolved once, that one result is judged, and exactly it is connected to.
"""

import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from urllib.parse import quote, urljoin, urlsplit

from ambassadors.core.said import said

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

# What Python calls global in one of its releases or another, and IANA's registries of special
# purposes do not: protocol assignments, 6to4 relays, groups.
_NEVER_V4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4")))
# Hosts have addresses in 2000::/3. Inside it: protocol assignments (Teredo, ORCHID, benchmarks),
# documentation, 6to4. The last and Teredo hold an IPv4 address that a relay would connect to.
_HOSTS_V6 = IPv6Network("2000::/3")
_NEVER_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?|[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)
_SAFE = "/%:@!$&'()*+,;=~-._?"


class Unreachable(Exception):
    """A calendar cannot be read. `text` is a sentence for the ambassador, without any secret.

    `gone` says that asking again will not help until the ambassador changes something.
    """

    def __init__(self, text: str, gone: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.gone = gone


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet; of an IPv4 address inside it as well."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NEVER_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    special = any(address in network for network in _NEVER_V6)
    return address in _HOSTS_V6 and address.is_global and not special


def is_public_or_here(address: Address) -> bool:
    """For development: this machine as well."""
    return address.is_loopback or is_public(address)


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, the one to use first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Guard:
    """What may be asked, and how long and how large an answer may be.

    `ports` None means any port. `seconds` is for everything together: looking the name up,
    every redirect, the last byte. `most_bytes` counts what is unpacked. `authority` is a PEM
    certificate to trust instead of the system's.
    """

    allowed: Callable[[Address], bool] = is_public
    plain: bool = False
    ports: tuple[int, ...] | None = (443, 80)
    resolve: Resolver = look_up
    seconds: float = 10
    most_bytes: int = 2_000_000
    redirects: int = 3
    authority: str | None = None


PRODUCTION = Guard()
DEVELOPMENT = Guard(allowed=is_public_or_here, plain=True, ports=None)


def guard_for(development: bool) -> Guard:
    """The guard of the settings: in development also http, any port and this machine."""
    return DEVELOPMENT if development else PRODUCTION


@dataclass(frozen=True)
class Deadline:
    """The moment at which everything must be over."""

    at: float
    seconds: float

    @classmethod
    def of(cls, guard: Guard) -> "Deadline":
        """As long as the guard allows, from now on."""
        return cls(monotonic() + guard.seconds, guard.seconds)

    def remaining(self) -> float:
        """Seconds left. TimeoutError when none are."""
        left = self.at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True)
class Place:
    """An address taken apart; `target` is what is asked of the host, and may be a secret."""

    secure: bool
    host: str
    port: int
    target: str = field(repr=False)

    @property
    def origin(self) -> tuple[bool, str, int]:
        """What must be the same for a password to be shown."""
        return (self.secure, self.host, self.port)

    @property
    def authority(self) -> str:
        """The Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.target}"

    def join(self, reference: str) -> str:
        """What a link or a redirect in the answer means."""
        try:
            return urljoin(self.url, reference)
        except ValueError:
            raise Unreachable(
                said("{host} points to an address that is none.", host=self.host)
            ) from None


def read_place(address: str, guard: Guard) -> Place:
    """An address as it was typed, checked. Unreachable says what is wrong with it."""
    address = address.strip()
    if not address.isprintable() or "\\" in address or " " in address:
        raise Unreachable(
            said("That is not an address: it has spaces or odd characters in it."), True
        )
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, port = _plain_host(parts.hostname or ""), parts.port
    except ValueError:
        raise Unreachable(said("That is not an address."), True) from None
    if parts.username is not None or parts.password is not None:
        raise Unreachable(said("Leave the user name and password out of the address."), True)
    secure = _is_secure(parts.scheme, guard)
    port = port if port is not None else (443 if secure else 80)
    if guard.ports is not None and port not in guard.ports:
        raise Unreachable(said("An address with a port number of its own is not read."), True)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return Place(secure, host, port, (quote(parts.path, safe=_SAFE[:-1]) or "/") + query)


def _is_secure(scheme: str, guard: Guard) -> bool:
    """Whether the scheme means TLS: calendars' own schemes do."""
    if scheme in ("https", "webcal", "webcals"):
        return True
    if scheme == "http" and guard.plain:
        return False
    raise Unreachable(said("The address must begin with https:// or webcal://."), True)


def _plain_host(host: str) -> str:
    """A host as it is looked up: in ASCII. ValueError when it is none."""
    plain = host if ":" in host else host.encode("idna").decode().lower()
    if len(plain) > 253 or not _HOST.fullmatch(plain):
        raise ValueError("not a host")
    return plain


def find_address(place: Place, guard: Guard, deadline: Deadline) -> Address:
    """The one address to connect to. No other is tried: none can be slipped in beside it."""
    try:
        text = _resolve_in_time(place, guard, deadline)[0]
        address = ip_address(text.partition("%")[0])
    except (OSError, IndexError, ValueError) as fault:
        if isinstance(fault, TimeoutError):
            raise
        raise _nowhere(place, gone=False) from None
    if "%" in text or not guard.allowed(address):
        raise _nowhere(place, gone=True)
    return address


def _nowhere(place: Place, gone: bool) -> Unreachable:
    """The same for an unknown name and an inside one: nobody maps our network with it."""
    return Unreachable(said("There is no public server named {host}.", host=place.host), gone)


def _resolve_in_time(place: Place, guard: Guard, deadline: Deadline) -> Sequence[str]:
    """The system's resolver knows no deadline, so it runs in a thread that may be left behind."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answers.put(guard.resolve(place.host, place.port))
        except (OSError, ValueError) as fault:
            answers.put(fault)

    threading.Thread(target=resolve, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer
