"""What ambassadors type about themselves, checked: each refusal names its field."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from ambassadors.core.interests import MOST_LANGUAGES, wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line, plain
from ambassadors.services.programme import vocabulary

LONGEST_BIO = 2000
LONGEST_PLACE = 200
LONGEST_URL = 500


def read_bio(text: str) -> str:
    """A few lines about somebody."""
    text = plain(text)
    if len(text) > LONGEST_BIO:
        raise Refused(
            said(
                "The text about you is longer than {longest_bio} characters.",
                longest_bio=LONGEST_BIO,
            ),
            field="bio",
        )
    return text


def read_languages(session: Session, languages: Sequence[str]) -> list[str]:
    """Language tags, checked, at least one."""
    if len(languages) > MOST_LANGUAGES:
        raise Refused(
            said("Name at most {most_languages} languages.", most_languages=MOST_LANGUAGES),
            field="languages",
        )
    tags = wanted(vocabulary(session), (), (), languages).languages
    if not tags:
        raise Refused(said("Name at least one language you can chat in."), field="languages")
    return list(tags)


def read_url(text: str) -> str:
    """The address of a meeting room, or nothing."""
    url = text.strip()
    if not url:
        return ""
    if len(url) > LONGEST_URL:
        raise Refused(
            said("The link is longer than {longest_url} characters.", longest_url=LONGEST_URL),
            field="meeting_url",
        )
    if not is_web_address(url):
        raise Refused(
            said(
                "The meeting link must be a whole address, such as https://zoom.example.com/j/123."
            ),
            field="meeting_url",
        )
    return url


def is_web_address(url: str) -> bool:
    """Whether a browser opens it: http or https, a host, nothing that no address may hold."""
    if not url.isprintable() or any(sign in url for sign in " \"'<>\\^`{|}"):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:  # brackets that are no IPv6 address
        return False


def read_place(text: str) -> str:
    """Where to meet, on one line, or nothing."""
    place = one_line(text)
    if len(place) > LONGEST_PLACE:
        raise Refused(
            said(
                "The place is longer than {longest_place} characters.", longest_place=LONGEST_PLACE
            ),
            field="meeting_place",
        )
    return place
