"""Mail addresses: what may enter a form, an SMTP command or a calendar."""

import re
from contextlib import suppress

from ambassadors.core.refused import Refused
from ambassadors.core.said import said

# RFC 5321 section 4.5.3.1, with the two angle brackets of a path taken off.
LIMIT = 254
LOCAL_LIMIT = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# IDNA 2003, which the standard library speaks, and IDNA 2008 send these to different domains.
_DEVIATIONS = frozenset("ßς\u200c\u200d")


def parse_address(text: str, field: str | None = "email") -> str:
    """The address as the service keeps it: domain in lower case and in its ASCII form.

    Refused with a sentence when mail could not be sent to it. Quoted local parts, comments and
    address literals are refused too: nobody who books a chat has one.
    """
    address = text.strip(" \t\r\n")
    _check_shape(address, field)
    local, domain = address.split("@")
    if not local.isascii():
        raise Refused(
            said(
                "The part before the @ holds letters that our mail server cannot send to yet. "
                "Please use an address in plain letters."
            ),
            field=field,
        )
    if len(local) > LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        raise Refused(
            said("The part before the @ is not one that mail can be sent to."), field=field
        )
    parsed = f"{local}@{_domain(domain, field)}"
    if len(parsed) > LIMIT:
        raise Refused(
            said("A mail address has at most {limit} characters.", limit=LIMIT), field=field
        )
    return parsed


def _check_shape(address: str, field: str | None) -> None:
    """What is wrong at first sight, said before anything is taken apart."""
    if not address:
        raise Refused(said("Please give a mail address."), field=field)
    if len(address) > LIMIT:
        raise Refused(
            said("A mail address has at most {limit} characters.", limit=LIMIT), field=field
        )
    if any(character.isspace() or not character.isprintable() for character in address):
        raise Refused(said("A mail address has no spaces or control characters."), field=field)
    if address.count("@") != 1:
        raise Refused(said("A mail address has exactly one @, as in ana@example.org."), field=field)


def _domain(text: str, field: str | None) -> str:
    """The domain in ASCII. It needs a dot, but for `localhost`."""
    if not text.isascii():
        text = _ascii_form(text, field)
    domain = text.lower()
    labels = domain.split(".")
    well_formed = all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    if not well_formed or (len(labels) < 2 and domain != "localhost"):
        raise Refused(
            said("The part after the @ is not a mail domain, such as example.org."), field=field
        )
    return domain


def _ascii_form(domain: str, field: str | None) -> str:
    """Punycode, by the standard library's IDNA 2003. Refused where today's IDNA differs."""
    if _DEVIATIONS.isdisjoint(domain):
        with suppress(UnicodeError):  # refused below, in a sentence
            return domain.encode("idna").decode("ascii")
    raise Refused(said("Please write the part after the @ in its ASCII form (xn--…)."), field=field)
