"""Where a request comes from, for throttles; never the address itself."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request

from ambassadors.core.browsers import browser_words
from ambassadors.core.tokens import keyed_hash
from ambassadors.services.sessions import Whence

HOUSEHOLD = 64  # bits of an IPv6 address: whoever has one has all the others behind them


def caller() -> str | None:
    """A keyed hash of the caller's network address; None where RATE_LIMITS=0 lifts throttles."""
    return network_mark() if current_app.extensions["settings"].rate_limits else None


def network_mark() -> str:
    """A keyed hash of the caller's network address."""
    secret = current_app.extensions["settings"].secret_key
    return keyed_hash(secret, "network", household(request.remote_addr or ""))


def whence() -> Whence:
    """Where this request comes from, as sessions keep it."""
    return Whence(network_mark(), browser_words(request.headers.get("User-Agent", "")))


def household(address: str) -> str:
    """The address, of an IPv6 one only the part that a provider hands out."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, HOUSEHOLD), strict=False).network_address)
    return str(parsed)
