"""How soon pages stand before a prospect: headless Chromium as a middling phone.

The processor is slowed down to the middling phone of Lighthouse, whatever machine this is (see
`slow_down`); the network has 1.6 Mbit/s and answers after 150 ms; nothing is cached. For each page
the median of several visits: largest contentful paint (LCP), cumulative layout shift (CLS), the
longest task that held the page up, the longest rendering of a frame (the browser does not count
styles and layout as a task unless a script or the parser asked for them), the bytes that came over
the wire. A bare page beside them shows what the browser itself takes.
The service runs under the command of `make run` with 500 ambassadors on SQLite. Prints a table and
writes bench/results/face.json. Options: `--rounds 5`.
"""

import argparse
import json
import platform
import shutil
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors.extensions import db  # noqa: E402 - the project is not installed
from ambassadors.services.writing import write  # noqa: E402
from bench import _people as people  # noqa: E402
from bench._load import fetch, get  # noqa: E402
from bench._servers import serve_service  # noqa: E402

PHONE = {"width": 390, "height": 844}
# Lighthouse slows four times and supposes a desktop whose BenchmarkIndex is 1,500 to 2,000; on any
# other machine it asks to be calibrated (its docs/throttling.md, "Calibrating the CPU slowdown").
PHONE_INDEX = 1750 / 4
NETWORK = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1.6e6 / 8,  # bytes a second
    "uploadThroughput": 0.75e6 / 8,
}
WISH = "interest=track/thesis&interest=industry/aerospace&zone=Asia/Kolkata&minutes=30"
PAGES = {
    "home": "/",
    "matches": f"/matches?{WISH}",
    "soonest": f"/soonest?{WISH}",
    "ambassador": f"/ambassadors/7?{WISH}",
    "request": f"/request?{WISH}",
}
BARE = {"bare": "/bare"}  # answered by the browser itself
BUDGETS = {
    "lcp_ms": 1500,
    "cls": 0.02,
    "longest_task_ms": 50,
    "longest_frame_ms": 50,
    "wire_kb": 60,
}
# Begins before the page's own scripts and notes what the browser says of itself.
WATCH = """
window.seen = {lcp: 0, cls: 0, longest: 0, frame: 0};
const watch = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({type, buffered: true});
watch("largest-contentful-paint", (one) => (seen.lcp = one.startTime));
watch("layout-shift", (one) => one.hadRecentInput || (seen.cls += one.value));
watch("longtask", (one) => (seen.longest = Math.max(seen.longest, one.duration)));
watch("long-animation-frame", (one) => {
  const rendering = one.renderStart && one.startTime + one.duration - one.renderStart;
  seen.frame = Math.max(seen.frame, rendering);
});
"""

# Lighthouse's BenchmarkIndex: half from making strings, half from copying arrays.
INDEX = """
() => {
  const until = (work, often) => {
    const start = Date.now();
    let turns = 0;
    while (turns % often || Date.now() - start < 500) work(turns++);
    return turns / 10 / ((Date.now() - start) / 1000);
  };
  const strings = until(() => {
    let text = "";
    for (let i = 0; i < 10000; i++) text += "a";
    if (text.length === 1) throw new Error("never, but it must not be left out");
  }, 1);
  const numbers = [...Array(100000).keys()], others = [...numbers];
  const arrays = until((turn) => {
    const [from, to] = turn % 2 ? [others, numbers] : [numbers, others];
    for (let i = 0; i < from.length; i++) to[i] = from[i];
  }, 10);
  return (strings + arrays) / 2;
}
"""

Figures = dict[str, float]


def main() -> None:
    """Visits every page in turn, several times, and says how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/face.db"
        people.prepare(url, folder)
        with people.service(url, folder):
            write(db.session(), lambda session: people.add_ambassadors(session, 500, 50))
        with serve_service(url, folder) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            addresses = {**BARE, **PAGES, "book": book_address(server.port)}
            index, slower = slow_down(browser)
            print(f"BenchmarkIndex {index:.0f}, so the processor is slowed {slower:.1f} times")
            visits = [
                {
                    page: visit(browser, server.port, path, slower)
                    for page, path in addresses.items()
                }
                for _ in range(rounds + 1)  # the first warms the service up
            ][1:]
            browser.close()
    report({page: middle([one[page] for one in visits]) for page in addresses}, rounds)


def book_address(port: int) -> str:
    """The booking form of a time that is free."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    slots = f"/api/v1/ambassadors/7/slots?from={now}&minutes=30&time_zone=Asia/Kolkata"
    start = json.loads(fetch(port, get(slots))[1])["slots"][0]["start"]
    return f"/book?ambassador=7&start={start}&{WISH}"


def slow_down(browser: Browser) -> tuple[float, float]:
    """This machine's BenchmarkIndex (median of five) and how many times slower the phone is."""
    page = browser.new_page()
    page.evaluate(INDEX)  # the compiler's own time does not count
    index = statistics.median(page.evaluate(INDEX) for _ in range(5))
    page.close()
    return index, max(1.0, index / PHONE_INDEX)


def visit(browser: Browser, port: int, path: str, slower: float) -> Figures:
    """One visit by somebody who was never here."""
    context = browser.new_context(
        viewport=PHONE, device_scale_factor=2, timezone_id="Asia/Kolkata", is_mobile=True
    )
    if path in BARE.values():
        context.route(f"**{path}", answer_bare)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    wire: list[float] = []
    session.on("Network.loadingFinished", lambda one: wire.append(one["encodedDataLength"]))
    page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("seen")
    context.close()
    return {
        "lcp_ms": seen["lcp"],
        "cls": seen["cls"],
        "longest_task_ms": seen["longest"],
        "longest_frame_ms": seen["frame"],
        "wire_kb": sum(wire) / 1000,
    }


def answer_bare(route: Route) -> None:
    """A page of one word."""
    route.fulfill(content_type="text/html", body="<!doctype html><title>x</title><h1>hello</h1>")


def middle(visits: list[Figures]) -> Figures:
    """The median of each figure."""
    return {name: statistics.median(one[name] for one in visits) for name in BUDGETS}


def report(pages: dict[str, Figures], rounds: int) -> None:
    """Prints the table and keeps it."""
    print(f"{'':12}" + "".join(f"{name:>18}" for name in BUDGETS))
    for page, figures in pages.items():
        over = (" " if figures[name] <= most else "!" for name, most in BUDGETS.items())
        row = (f"{figures[name]:>17.3g}{mark}" for name, mark in zip(BUDGETS, over, strict=True))
        print(f"{page:12}" + "".join(row))
    print(f"{'at most':12}" + "".join(f"{most:>17}" + " " for most in BUDGETS.values()))
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    found = {"rounds": rounds, "machine": platform.platform(), "pages": pages, "at_most": BUDGETS}
    (results / "face.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
