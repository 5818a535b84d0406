"""Every page that any test opens is looked over: its outline, its ids, its labels, its scripts."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
OPTIONAL_END = {"option", "optgroup", "li", "p", "td", "th", "tr", "thead", "tbody", "dt", "dd"}


class Outline(HTMLParser):
    """What a page is made of, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.title = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if len(values) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        if "id" in values:
            self.ids[values["id"] or ""] += 1
        self.look_at(tag, values)

    def look_at(self, tag: str, values: dict[str, str | None]) -> None:
        for name, value in values.items():
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> has {name}={value!r}")
            if name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
                self.references += [(name, one) for one in (value or "").split()]
        if tag in ("script", "style") and not values.get("src") and not values.get("nonce"):
            self.faults.append(f"<{tag}> is inline, without a nonce")
        if tag == "img" and "alt" not in values:
            self.faults.append("an image without alt")
        if tag == "a" and "href" not in values:
            self.faults.append("a link without an address")
        if tag == "html" and not values.get("lang"):
            self.faults.append("no language")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL_END:
            self.open.pop()
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes nothing (open: {self.open[-3:]})")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self.open and "svg" not in self.open:
            self.title += data

    def all_faults(self) -> list[str]:
        """Everything wrong with the page, in words."""
        found = list(self.faults)
        if self.tags["h1"] != 1:
            found.append(f"{self.tags['h1']} headings of level 1")
        if not self.title.strip():
            found.append("no title")
        if self.tags["main"] != 1:
            found.append(f"{self.tags['main']} main parts")
        found += [f"id {one!r} {count} times" for one, count in self.ids.items() if count > 1]
        found += [
            f"{name} names {one!r}, which is not there"
            for name, one in self.references
            if one not in self.ids
        ]
        found += [f"<{tag}> is never closed" for tag in self.open if tag not in OPTIONAL_END]
        return found


def faults_of(html: str) -> list[str]:
    """What is wrong with a page; nothing, when all is well."""
    return Outline(html).all_faults()


def invalid_parts(html: str) -> list[str]:
    """What the HTML standard's own parser calls an error, with its place; nothing when valid."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [f"{code} {values or ''} in line {place[0]}" for place, code, values in parser.errors]


VALID: set[tuple[str | None, int]] = set()  # routes and states parsed by the standard: that is slow


class CheckingClient(FlaskClient):
    """A test client that looks over every page it is given, and parses each kind of page once."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        whole = response.mimetype == "text/html" and response.status_code not in (
            301,
            302,
            303,
            307,
        )
        if whole and "content-encoding" not in response.headers:
            html = response.get_data(as_text=True)
            shut_in = "sandbox" in response.headers.get("Content-Security-Policy", "")  # a mail
            if "<html" in html and not shut_in:
                assert faults_of(html) == []
                self.parse_once(response, html)
        return response

    def parse_once(self, response: TestResponse, html: str) -> None:
        """Asks the standard's parser about this route in this state, if nobody has in this run."""
        path, method = response.request.path, response.request.environ["REQUEST_METHOD"]
        with self.application.test_request_context(path, method=method) as context:
            rule = context.request.url_rule
        kind = (rule.rule if rule else None, response.status_code)
        if kind not in VALID:
            assert invalid_parts(html) == []
            VALID.add(kind)
