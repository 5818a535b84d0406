"""A finished mail without its secrets: codes, signed links, the secret part of the From address.

Each secret gives way to as many x as it had letters, so the copy has the structure, lines and
lengths of what was sent. Lines of iCalendar and quoted-printable break anywhere, also in a link.
"""

import re
from base64 import encodebytes
from functools import lru_cache

from ambassadors.mail.facts import Mail

FOLD = rb"(?:\r\n |=\r\n)?"  # of iCalendar, of quoted-printable
LETTER = rb"(?:[A-Za-z0-9_.~-]|=2[DE]|=5F)"
TOKEN = rb"(?:" + LETTER + FOLD + rb"){32,}"  # what is shorter, or a UID, proves nothing
UID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REPLY = re.compile(rb"\+(?:" + FOLD + rb"[0-9a-f]){40}" + FOLD + rb"@")
CODE = re.compile(r"(?<!\w)\d{6}(?!\w)")
BREAK = re.compile(rb"(\r\n |=\r\n)")


def mask(message: bytes, mail: Mail, base_url: str, code: bool) -> bytes:
    """The message's bytes with every secret masked; `code`: it carries one for proving an address.

    Links are those that start with `base_url`.
    """
    if mail.calendar is not None:
        clear, masked = (
            encodebytes(one).replace(b"\n", b"\r\n")
            for one in (mail.calendar, hide(mail.calendar, base_url))
        )
        message = message.replace(clear, masked)
    message = hide(message, base_url)
    for digits in set(CODE.findall(mail.text)) if code else ():
        broken = FOLD.join(str(digit).encode() for digit in digits)
        message = re.sub(broken, blank, message)
    return message


def masked_words(words: str) -> str:
    """What a server said, without the secret of the From address, which servers like to repeat."""
    return REPLY.sub(
        lambda found: b"+" + blank(found)[1:-1] + b"@", words.encode("utf-8", "replace")
    ).decode()


def hide(text: bytes, base_url: str) -> bytes:
    """Masks what proves something in our own links and addresses."""
    text = REPLY.sub(lambda found: b"+" + blank(found)[1:-1] + b"@", text)
    return links(base_url).sub(lambda found: found[1] + blank_token(found[2]), text)


@lru_cache(maxsize=8)
def links(base_url: str) -> re.Pattern[bytes]:
    """Our own links up to the part that proves something, and that part."""
    start = FOLD.join(re.escape(bytes([one])) for one in base_url.encode())
    path = rb"(?:" + FOLD + rb"/" + FOLD + rb"[a-z-]{0,20}?)+?" + FOLD + rb"/" + FOLD
    return re.compile(rb"(" + start + path + rb")(" + TOKEN + rb")")


def blank_token(token: bytes) -> bytes:
    """As many x, unless it only names a chat."""
    return token if UID.match(BREAK.sub(b"", token)) else erase(token)


def blank(found: re.Match[bytes]) -> bytes:
    """As many x as there were letters; line breaks stay."""
    return erase(found[0])


def erase(text: bytes) -> bytes:
    """Everything but the breaks of lines gives way to x."""
    pieces = BREAK.split(text)
    return b"".join(piece if index % 2 else b"x" * len(piece) for index, piece in enumerate(pieces))
