"""The programme's own page, on another origin, shows the finder in a frame that sizes itself."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>AIM</title>
<link rel="icon" href="data:,"></head><body><h1>AIM</h1>
<script src="{url}/embed.js" async data-interests="track/thesis" data-theme="dark"
 data-height="900"></script>
<script src="{url}/embed.js" async data-ambassador="1"></script><p>The page goes on.</p>
</body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None: ...


class Sites:
    """The same page on two origins of its own: one will be listed, the other never."""

    def __init__(self, folder: Path) -> None:
        handler = partial(Quiet, directory=str(folder))
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        self.listed, self.unlisted = (
            f"http://localhost:{server.server_port}" for server in self.servers
        )
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()


@pytest.fixture
def sites(service: Service, tmp_path: Path) -> Iterator[Sites]:
    """Two other sites that have put the snippet into a page."""
    (tmp_path / "index.html").write_text(PAGE.format(url=service.url), "utf-8")
    running = Sites(tmp_path)
    yield running
    running.stop()


def list_site(page: Page, service: Service, origin: str) -> None:
    """A coordinator names the site, and looks at the snippet and how it will look."""
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}/coordinator/settings/embedding")
    page.get_by_label("Sites, one a line").fill(origin)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Pages that may show us: saved.")
    page.get_by_role("link", name="The snippet for a page").click()
    expect(page.get_by_label("The line of HTML")).to_have_value(
        f'<script src="{service.url}/embed.js" async></script>'
        f'<noscript><a href="{service.url}/">Talk with a student</a></noscript>'
    )
    preview = page.frame_locator("iframe")
    expect(preview.get_by_role("button", name="See who fits")).to_be_visible()


def frame_of(page: Page, part: str) -> Frame:
    """The frame that shows an address with this part, as soon as it does."""
    page.wait_for_function("document.querySelectorAll('iframe').length === 2")
    for frame in page.frames:
        if part in frame.url:
            return frame
    return page.wait_for_event("framenavigated", lambda one: part in one.url)


def expect_fitting(page: Page, frame: Frame) -> None:
    """The frame becomes exactly as high as what it shows."""
    wanted = "() => Math.ceil(document.body.getBoundingClientRect().height)"
    element = frame.frame_element()
    for _ in range(50):
        box = element.bounding_box()
        if box and box["height"] == frame.evaluate(wanted):
            break
        page.wait_for_timeout(100)
    box = element.bounding_box() or {"height": 0}
    assert box["height"] == frame.evaluate(wanted)


def test_from_a_page_of_the_programmes_to_the_booking_form(
    service: Service, sites: Sites, open_page: Callable[..., Page]
) -> None:
    list_site(open_page(), service, sites.listed)
    page = open_page("phone")
    page.goto(sites.listed)
    frame = frame_of(page, "/embed/?")
    expect(page.locator("iframe").first).to_have_attribute("title", "Talk with a student")
    expect(frame.get_by_label("Thesis option", exact=True)).to_be_checked()
    expect_fitting(page, frame)
    before = frame.evaluate("document.body.getBoundingClientRect().height")
    frame.get_by_text("More to match on").click()
    expect_fitting(page, frame)
    assert frame.evaluate("document.body.getBoundingClientRect().height") > before
    page.evaluate("postMessage({ height: 7 }, '*')")  # not from the frame
    frame.evaluate("parent.postMessage({ height: 1e9 }, '*')")  # no height of a page
    frame.evaluate("parent.postMessage({ height: '7px' }, '*')")
    expect_fitting(page, frame)
    frame.get_by_role("button", name="See who fits").click()
    frame.wait_for_url("**/embed/matches?**zone=Asia%2FKolkata**")
    laid_out = "all => all.map((one) => getComputedStyle(one).contentVisibility)"
    cards = frame.locator(".match")
    expect(cards.first).to_be_visible()
    # A card that waits would leave the frame without its height.
    assert set(cards.evaluate_all(laid_out)) == {"visible"}
    expect_fitting(page, frame)
    frame.locator("a.time").first.click()
    expect(frame.get_by_role("heading", name="Choose a time")).to_be_visible()
    expect_fitting(page, frame)
    assert page.context.cookies() == []
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Continue in a new tab").click()
    booking = opened.value
    expect(booking.get_by_label("Your name")).to_be_visible()
    assert booking.url.startswith(f"{service.url}/book?interest=track%2Fthesis&")
    assert booking.evaluate("window.opener") is None
    assert page.evaluate("[document.title, Object.keys(window).includes('frame')]") == [
        "AIM",
        False,
    ]
    card = frame_of(page, "/embed/cards/1")
    expect(card.get_by_role("link", name="Talk with Maya")).to_be_visible()


def test_a_page_that_is_not_listed_gets_a_link_instead(
    service: Service, sites: Sites, open_page: Callable[..., Page]
) -> None:
    context = open_page()
    refused: list[str] = []
    page = context.context.new_page()  # what the browser says of the refusal is no fault here
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    page.goto(sites.unlisted)
    kept = "[...document.querySelectorAll('iframe')].map((frame) => frame.style.height)"
    assert page.evaluate(kept) == ["900px", "20rem"], "until it is known, what the page says"
    link = page.get_by_role("link", name="Talk with a student")
    expect(link).to_have_count(2, timeout=20_000)  # each frame gives up by itself
    expect(link.first).to_have_attribute("href", f"{service.url}/")
    assert [frame.url.startswith(f"{service.url}/embed/") for frame in page.frames] == [False]
    assert [one for one in refused if "frame-ancestors" in one] == refused[:2]
