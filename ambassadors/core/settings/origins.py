"""The pages that may show the service in a frame: web origins (RFC 6454), such as
`https://aim.example.edu`.

They go into a response header and into a comparison with what browsers say, so that only one
spelling of each is kept: the one browsers use.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line

MOST_ORIGINS, LONGEST_HOST = 20, 253
THIS_MACHINE = ("localhost", "127.0.0.1")
USUAL_PORTS = {"https": "443", "http": "80"}

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?", re.ASCII)
_ADDRESS = re.compile(r"https?://[^/?#\s,;]+[/?#]\S+")


def read_origins(lines: Iterable[str]) -> tuple[str, ...]:
    """Checked origins, each once, in order; Refused with the line at fault."""
    found = dict.fromkeys(read_origin(line) for line in lines if line.strip())
    if len(found) > MOST_ORIGINS:
        raise Refused(said("There is room for {most} pages.", most=MOST_ORIGINS), field="origins")
    return tuple(found)


def read_origin(text: str) -> str:
    """One origin as browsers spell it; Refused for all that is more, less or something else."""
    typed = text.strip(" \t\r")
    found = _ORIGIN.fullmatch(typed.removesuffix("/").lower()) if typed.isascii() else None
    if found is None:
        raise refusal_of(text)
    scheme, host, port = found.groups()
    if not is_possible(scheme, host, port):
        raise refusal_of(text)
    return f"{scheme}://{host}" + (f":{port}" if port and port != USUAL_PORTS[scheme] else "")


def refusal_of(text: str) -> Refused:
    """The refusal of a line, with the line in it."""
    why = why_not(text.strip(" \t\r"))
    return Refused(said("“{line}”: {why}", line=one_line(text, 80), why=why), field="origins")


def is_possible(scheme: str, host: str, port: str | None) -> bool:
    """Whether such a page can be trusted with a frame: a name, by https; or this machine."""
    if len(host) > LONGEST_HOST or int(port or 1) > 65535:
        return False
    if host in THIS_MACHINE:
        return True
    return scheme == "https" and "." in host and not host.rpartition(".")[2].isdigit()


def why_not(typed: str) -> str:
    """What is wrong with it, as the rest of a sentence."""
    if not typed.isascii():
        return said("write the name as it is registered, in its xn-- form.")
    if "*" in typed:
        return said("write each page’s own name, without a star.")
    if "@" in typed:
        return said("leave out the user before the @.")
    if _ADDRESS.fullmatch(typed):
        return said("write only the beginning, up to the name: every page there may show us.")
    if typed.lower().startswith("http://"):
        return said("it must begin with https://.")
    return said("write it as https://www.example.edu.")


def is_local(origin: str) -> bool:
    """Whether it is a page on somebody's own machine, which only development allows."""
    return origin.partition("://")[2].partition(":")[0] in THIS_MACHINE


def tell_origins(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """What is different, a sentence each."""
    yield from (said("{page} may show us.", page=one) for one in after if one not in before)
    yield from (
        said("{page} may not show us any more.", page=one) for one in before if one not in after
    )


def origins_value(origins: Iterable[str]) -> dict[str, Any]:
    """The pages as they are saved."""
    return {"origins": list(origins)}
