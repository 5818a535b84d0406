"""Whether a destination kept what was typed in its place: pages, mails, calendars, tables."""

import csv
import io
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import html5lib
from icalendar import Calendar

from tests.security.payloads import FULL, MARK

ADDRESSES = {"href", "src", "action", "formaction", "srcset", "data", "poster", "xlink:href"}
SCHEMES = re.compile(r"^[\s\x00-\x1f]*(javascript|data|vbscript)[\s\x00-\x1f]*:", re.I)
Tag = tuple[str, dict[str, str]]


class Tags(HTMLParser):
    """The elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def tags_of(text: str) -> list[Tag]:
    """The elements of a page: in the full dose as browsers build them (html5lib)."""
    if FULL:
        tree: Any = html5lib.parse(text, namespaceHTMLElements=False)
        names = ((str(one.tag), dict(one.attrib)) for one in tree.iter())
        return [(name, {str(k): str(v) for k, v in values.items()}) for name, values in names]
    reader = Tags()
    reader.feed(text)
    return reader.found


def faults_of_page(text: str) -> list[str]:
    """Elements, attributes and addresses of a page that came from what was typed."""
    found = [f"evaluated: {MARK}49"] if f"{MARK}49" in text else []
    for name, values in tags_of(text):
        if MARK in name or any(MARK in attribute for attribute in values):
            found.append(f"<{name} {values}>")
        if any(attribute.startswith("on") for attribute in values):
            found.append(f"<{name} {values}>")
        for attribute in ADDRESSES & values.keys():
            bad = SCHEMES.match(values[attribute]) and not values[attribute].startswith(
                "data:image"
            )
            if bad or values[attribute] == MARK:
                found.append(f"<{name} {attribute}={values[attribute]}>")
        if name == "script" and not (values.get("src", "/").startswith("/")):
            found.append(f"<script {values}>")
    inside = re.findall(r"<(script|style)[^>]*>(.*?)</\1", text, re.S | re.I)
    return found + [f"in a {name}: {code[:80]}" for name, code in inside if MARK in code]


def faults_of_calendar(raw: bytes) -> list[str]:
    """Properties and parameters of a calendar that came from what was typed."""
    calendar = Calendar.from_ical(raw)
    names = [name for part in calendar.walk() for name in part]
    values = [value for part in calendar.walk() for value in part.values()]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    parameters = [name for one in flat for name in getattr(one, "params", {})]
    found = [f"property {name}" for name in names if MARK in name.lower()]
    found += [f"parameter {name}" for name in parameters if MARK in name.lower()]
    lines = re.split("\r\n|\r|\n|\u2028|\u2029|\x85|\x0b|\x0c", raw.decode())
    return found + [line for line in lines if line.lower().startswith(f"{MARK}-prop")]


def faults_of_table(text: str) -> list[str]:
    """Cells that a spreadsheet would run, and rows of another width than the header."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    found = [f"width {len(row)}" for row in rows if len(row) != len(header)]
    starts = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    risky = (cell for row in rows for cell in row if cell.startswith(starts))
    return found + [cell[:40] for cell in risky if not re.fullmatch(r"-?[\d.]+", cell)]


HEADERS = {
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "reply-to"),
    *("auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "in-reply-to", "references"),
    *("content-language", "x-auto-response-suppress", "precedence", "sender"),
}


def faults_of_mail(raw: bytes, recipients: list[str]) -> list[str]:
    """What of a mail is not as it was written: headers, recipients, parts."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    names = [name.lower() for name in message]
    found = [f"header {name}" for name in names if name not in HEADERS]
    found += [f"twice {name}" for name in set(names) if names.count(name) > 1]
    to = [address.addr_spec for address in message["To"].addresses]
    if to != recipients or len(to) != 1:
        found.append(f"to {to}, sent to {recipients}")
    for part in message.walk():
        found += [str(defect) for defect in part.defects]
        found += [f"part header {name}" for name in part if MARK in name.lower()]
        if part.get_content_type() == "text/html":
            found += faults_of_page(part.get_content())
        if part.get_content_type() in ("text/calendar", "application/ics"):
            found += faults_of_calendar(part.get_payload(decode=True))  # type: ignore[arg-type]
    return found
