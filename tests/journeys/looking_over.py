"""Pages looked over in a real browser: by axe-core, in several widths and colours."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from ambassadors import create_app
from ambassadors.extensions import db
from tests.conftest import settings_for

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (only) => {
  const found = await axe.run(document, {
    runOnly: only, resultTypes: ["violations"], iframes: false,
  });
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
# What reaches beyond the page's edge; the last such element is mostly the innermost.
WIDER = """() => {
  const { clientWidth: edge, scrollWidth: whole } = document.documentElement;
  if (whole <= edge) return [];
  const beyond = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > edge + 1);
  return [`${whole} px wide, not ${edge}: ${beyond.at(-1)?.outerHTML.slice(0, 160)}`];
}"""
# The first ten rows of a table and its last: a large one would take most of the time.
SHORTEN = """() => document.querySelectorAll("tbody tr:nth-child(n+11):not(:last-child)").forEach(
  (one) => one.remove())"""
OPEN = "() => document.querySelectorAll('main details').forEach((one) => (one.open = true))"
LARGE = "(size) => (document.documentElement.style.fontSize = size)"
SUBMIT = """(address) => {
  const form = document.body.appendChild(document.createElement("form"));
  Object.assign(form, {method: "post", action: address});
  form.submit();
}"""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Flask, str]]:
    """The application on the database in `folder`, answering at an address of its own."""
    app = create_app(settings_for(folder, rate_limits=False))
    app.config["WTF_CSRF_ENABLED"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@contextmanager
def browsing(
    browser: Browser, app: Flask, url: str, session: dict[str, object] | None
) -> Iterator[Page]:
    """A page of a browser that is signed in with this session; axe-core is in every page."""
    context = browser.new_context(
        base_url=url, timezone_id="Asia/Kolkata", locale="en-US", reduced_motion="reduce"
    )
    if session:
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        context.add_cookies([{"name": "session", "value": serializer.dumps(session), "url": url}])
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


def look_over(page: Page) -> list[str]:
    """What is wrong with the page that is open, in every width and colour that it comes in.

    All rules run once; what depends on width or colours runs again where these differ.
    """
    found = Findings(page)
    found.see(1280, "light")
    page.evaluate(SHORTEN)
    page.evaluate(OPEN)
    found.run("tag", RULES)
    page.evaluate(LARGE, "200%")
    found.edges("200 % text")
    page.evaluate(LARGE, "")
    found.see(768, "dark")
    found.run("rule", ["color-contrast", "target-size", "link-in-text-block"])
    found.see(320, "light")
    found.run("rule", ["target-size", "scrollable-region-focusable"])
    found.edges("320 px")
    if not found.where.startswith("styleguide"):  # nobody reads it on a phone
        page.evaluate(LARGE, "200%")
        found.edges("320 px, 200 % text")
    return found.lines


def look_once(page: Page) -> list[str]:
    """The same for a page whose other state was looked over: all rules on a phone, in dark."""
    found = Findings(page)
    found.see(360, "dark")
    page.evaluate(SHORTEN)
    page.evaluate(OPEN)
    found.run("tag", RULES)
    found.edges("360 px")
    return found.lines


def send_empty(page: Page, address: str) -> None:
    """Sends an empty form there, past what the browser itself would refuse."""
    with page.expect_navigation():
        page.evaluate(SUBMIT, address)


class Findings:
    """What was found on one page."""

    def __init__(self, page: Page) -> None:
        self.page, self.lines = page, list[str]()
        self.where = page.url.split("/", 3)[3]
        self.how = ""

    def see(self, width: int, colours: Any) -> None:
        """As on a screen so wide, in these colours."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=colours)
        self.how = f"{width} px, {colours}"

    def run(self, kind: str, values: list[str]) -> None:
        """Runs axe-core's rules of these tags or names."""
        got = self.page.evaluate(RUN, {"type": kind, "values": values})
        self.lines += [f"/{self.where} ({self.how}) {one}" for one in got]

    def edges(self, how: str) -> None:
        """Looks whether one would have to scroll sideways."""
        self.lines += [f"/{self.where} ({how}) {one}" for one in self.page.evaluate(WIDER)]
