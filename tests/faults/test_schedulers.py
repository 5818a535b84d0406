"""Two schedulers side by side, one killed in the middle: nothing is lost, no copy differs."""

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import Notice
from ambassadors.services.auditor import audit
from config import ROOT, Settings
from tests.factories import make_ambassador, make_chat
from tests.mailbox import parse
from tests.postgres import free_port

CHATS = 40
MAILS = 2 * CHATS


class SlowSink:
    """Accepts every mail after a while, so that a kill comes in the middle of one."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(0.03)
        self.ids.append(parse(envelope.content).message_id)
        return "250 taken"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Settings:
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    return request.getfixturevalue(name)


def book_many(now: datetime) -> None:
    """Chats far enough ahead that only invitations are due."""
    for number in range(CHATS):
        ambassador = make_ambassador(db.session(), f"Ambassador {number}", "Mon 09:00-17:00")
        monday = now + timedelta(days=14 - now.weekday())
        start = monday.replace(hour=15, minute=0, second=0, microsecond=0)
        make_chat(db.session(), ambassador, start, now)
    db.session.remove()


def start_scheduler(settings: Settings, smtp_port: int) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "MAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


def wait_until(done: Any, seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < give_up, "it took too long"
        time.sleep(0.1)


def sent() -> int:
    with db.session() as session:
        query = select(func.count()).select_from(Notice).where(Notice.state == "sent")
        return int(session.scalar(query) or 0)


def test_one_of_two_schedulers_killed_in_the_middle_loses_nothing(database: Settings):
    sink = SlowSink()
    smtp = Controller(sink, hostname="127.0.0.1", port=free_port())
    smtp.start()
    app = create_app(dataclasses.replace(database))
    with app.app_context():
        book_many(datetime.now(UTC))
        schedulers = [start_scheduler(database, smtp.port) for _ in range(2)]
        wait_until(lambda: len(sink.ids) >= 10, 60)
        schedulers[0].send_signal(signal.SIGKILL)
        wait_until(lambda: sent() == MAILS, 120)
        schedulers[1].send_signal(signal.SIGTERM)
        assert schedulers[1].wait(timeout=15) == 0
        copies = Counter(sink.ids)
        assert len(copies) == MAILS
        assert sum(copies.values()) - MAILS <= 1  # the mail that was in flight at the kill
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()
    smtp.stop()
    schedulers[0].wait()
