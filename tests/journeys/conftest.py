"""A real service for a real browser: gunicorn, the scheduler, an SMTP server, demo data."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, Page

from ambassadors import create_app
from ambassadors.extensions import db
from config import ROOT, read_settings
from tests.mailbox import Letter, parse
from tests.postgres import free_port

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What a whole Chromium draws besides pages is half of its work: the list below its address bar has
# a process of its own, in every window. The last such argument holds, so what Playwright puts into
# its own stands here, too.
SWITCHED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
SIZES = {"phone": {"width": 360, "height": 780}, "desk": {"width": 1280, "height": 900}}


class PostOffice:
    """What an SMTP server received, in order."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(parse(envelope.content))
        return "250 taken"

    def wait_for(
        self, address: str | None, wanted: Callable[[Letter], bool], seconds: float = 30
    ) -> Letter:
        """The newest letter to somebody (None: anybody) that is the wanted one; waits for it."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            for letter in reversed(self.letters):
                if address in (letter.to, None) and wanted(letter):
                    return letter
            time.sleep(0.1)
        subjects = [(letter.to, letter.subject) for letter in self.letters]
        raise AssertionError(f"no such letter to {address}; there are {subjects}")


class Service:
    """A running service with demo data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.post = PostOffice()
        self.smtp = Controller(self.post, hostname="127.0.0.1", port=free_port())
        self.processes: list[subprocess.Popen[bytes]] = []

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.folder}/journey.db",
            "MAIL_URL": f"smtp://127.0.0.1:{self.smtp.port}",
            "BASE_URL": self.url,
            "SECRET_KEY": "a secret of the journeys, long enough to be taken",
            "RATE_LIMITS": "0",
        }

    def fill(self) -> None:
        """The programme and the demo data, by the service's own commands."""
        app = create_app(read_settings(self.environment()))
        programme = str(ROOT / "ambassadors/data/aim-programme.toml")
        for command in (["programme", "load", programme], ["demo", "load"]):
            assert app.test_cli_runner().invoke(args=command).exit_code == 0
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    def start(self) -> None:
        self.smtp.start()
        self.fill()
        serve = [
            "-m",
            "gunicorn",
            "wsgi:app",
            "-b",
            f"127.0.0.1:{self.port}",
            "-k",
            "gthread",
            "--threads",
            "4",
            "--no-control-socket",
            "--log-level",
            "error",
        ]
        for arguments in (serve, ["-m", "flask", "--app", "wsgi", "scheduler"]):
            self.processes.append(
                subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self.environment())
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()  # noqa: S310
                return
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=20)
        self.smtp.stop()


@pytest.fixture(scope="session")
def service(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service that all journeys use."""
    running = Service(tmp_path_factory.mktemp("service"))
    shutil.copy(migrated, running.folder / "journey.db")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, rather the one without windows; Playwright's own
    otherwise.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    chosen = {"executable_path": found} if found else {}
    return {
        **browser_type_launch_args,
        **chosen,
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            f"--disable-features={','.join(SWITCHED_OFF)}",
        ],
    }


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody in Kolkata sees it; any error in its scripts fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(size: str = "desk", **choices: Any) -> Page:
        kolkata: dict[str, Any] = {"timezone_id": "Asia/Kolkata", "locale": "en-US"}
        context = browser.new_context(viewport=SIZES[size], **(kolkata | choices))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "status of 4" not in fault] == []
