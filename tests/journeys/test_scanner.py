"""A mail scanner that opens every mailed link in a real browser, and stays, decides nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser

from ambassadors import create_app, jobs
from tests.conftest import settings_for
from tests.journeys.looking_over import serving
from tests.mailbox import read_folder
from tests.security.visiting import close, contents
from tests.web.world import make_world

STAYS = 10_000  # milliseconds
MAILED_WITH = "http://localhost/"


def test_a_browser_that_waits_on_every_mailed_link_changes_nothing(
    migrated: Path, tmp_path: Path, browser: Browser
) -> None:
    make_world(migrated, tmp_path)
    app = create_app(settings_for(tmp_path))
    for days in range(5):
        jobs.tick(app, datetime.now(UTC) + timedelta(days=days), jobs.STEPS)
    folder = Path(app.extensions["settings"].mail_url.removeprefix("file://"))
    links = {link.rstrip(".,;") for one in read_folder(folder) for link in one.links}
    paths = {one.removeprefix(MAILED_WITH) for one in links if one.startswith(MAILED_WITH)}
    by_kind = {path.partition("/")[0]: path for path in sorted(paths)}  # one link of each kind
    before = contents(app)
    close(app)
    with serving(tmp_path) as (_, url):
        context = browser.new_context()
        got = {}
        for kind, path in by_kind.items():
            answer = context.new_page().goto(f"{url}/{path}")
            assert answer is not None
            got[kind] = answer.status in (200, 404, 409)
        context.pages[0].wait_for_timeout(STAYS)
        context.close()
        after = contents(app)
    assert after == before
    assert got == dict.fromkeys(by_kind, True)
    assert {"c", "cannot", "feedback", "take-over"} <= got.keys()
