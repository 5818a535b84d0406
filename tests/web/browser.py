"""A browser without scripts: opens pages, reads them, fills in their forms and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from flask import g
from flask.testing import FlaskClient


@dataclass
class Form:
    """A form as it stands on the page: what it would send, and what its buttons add."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # text, name, value
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    """An answer, read."""

    status: int
    url: str
    html: str
    headers: Any
    forms: list[Form] = field(default_factory=list)
    menus: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def form(self, action: str, method: str = "") -> Form:
        """The first form that goes to an address."""
        found = (form for form in self.forms if form.action.partition("?")[0] == action)
        return next(form for form in found if not method or form.method == method)

    def link(self, text: str) -> str:
        """Where the link with that text leads."""
        return next(href for href, said in self.links if said == text)

    def links_to(self, beginning: str) -> list[str]:
        """The addresses of all links that begin so."""
        return [href for href, _ in self.links if href.startswith(beginning)]


class Reader(HTMLParser):
    """Fills a Page from its HTML."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.words = page, list[str]()
        self.form: Form | None = None
        self.link: tuple[str, int] | None = None
        self.button: tuple[str, str, int] | None = None
        self.pressing: Form | None = None
        self.select, self.textarea = "", ""
        self.selecting: Form | None = None
        self.by_id: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.page.tags.append((tag, given))
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            action = given.get("action") or self.page.url
            self.form = Form(action, (given.get("method") or "get").upper())
            menu = action == "/language"  # in the foot of every page: none of the page's own
            (self.page.menus if menu else self.page.forms).append(self.form)
            self.by_id[given.get("id") or ""] = self.form
        elif tag == "a" and "href" in given:
            self.link = (given["href"] or "", len(self.words))
        elif self.form is not None and tag == "input":
            self.read_input(self.form, given.get("type") or "text", name, value, "checked" in given)
        elif tag == "select":
            self.select, self.selecting = name, self.owner(given)
        elif tag == "option" and self.selecting and "selected" in given:
            self.selecting.fields.append((self.select, value))
        elif tag == "textarea":
            self.textarea = name
        elif tag == "button":
            self.button = (name, value, len(self.words))
            self.pressing = self.owner(given)

    def owner(self, given: dict[str, str | None]) -> Form | None:
        """The form that a control belongs to: the one it names, else the one around it."""
        return self.by_id[given["form"] or ""] if "form" in given else self.form

    def read_input(self, form: Form, kind: str, name: str, value: str, checked: bool) -> None:
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if not checked:
                return
        form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.textarea and self.form is not None:
            self.form.fields.append((self.textarea, data.removeprefix("\n")))
            self.textarea = ""
        elif data.strip():
            self.words += data.split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select, self.selecting = "", None
        elif tag == "textarea" and self.textarea:
            self.textarea = ""
        elif tag == "a" and self.link:
            href, since = self.link
            self.page.links.append((href, " ".join(self.words[since:])))
            self.link = None
        elif tag == "button" and self.button and self.pressing:
            name, value, since = self.button
            self.pressing.buttons.append((" ".join(self.words[since:]), name, value))
            self.button = None


def read(response: Any) -> Page:
    """The page that came, after redirects."""
    path = response.request.path
    page = Page(response.status_code, path, response.text, response.headers)
    reader = Reader(page)
    reader.feed(response.text)
    page.text = " ".join(reader.words)
    return page


def open_page(client: FlaskClient, address: str) -> Page:
    """Follows an address."""
    forget()
    return read(client.get(address, follow_redirects=True))


def send(client: FlaskClient, page: Page, form: Form, press: str = "", **typed: Any) -> Page:
    """Sends a form with what was typed; `press` is the text of the button, if it matters."""
    sent = {name: [v for n, v in form.fields if n == name] for name, _ in form.fields}
    for name, value in typed.items():
        sent[name] = list(value) if isinstance(value, list | tuple) else [value]
    for text, name, value in form.buttons:
        if press and text == press and name:
            sent[name] = [value]
    address = urljoin(page.url, form.action)
    forget()
    if form.method == "GET":
        return read(client.get(address, query_string=sent, follow_redirects=True))
    return read(client.post(address, data=sent, follow_redirects=True))


def forget() -> None:
    """Empties `g`: the app context of a test would lend its own to every request."""
    for name in list(g):
        g.pop(name)
