"""Two schedulers on one mailbox: each mail is acted upon once, whatever database and mailbox."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.jobs import read_post
from ambassadors.models import InboxMessage, Notice, Participation
from ambassadors.remote.inbox import open_inbox
from ambassadors.services import replies
from ambassadors.services.auditor import audit
from config import Settings
from tests.mailserver import deliver, imap_server
from tests.replying import Desk, answer_mail, drop, make_maildir

SCHEDULERS = 2


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Settings:
    name = {"sqlite": "settings", "postgresql": "postgres_settings"}[request.param]
    return request.getfixturevalue(name)


def read_together(app: Flask, now: datetime) -> list[replies.Counts]:
    """What each of the schedulers did, all of them having opened the mailbox before any reads."""
    url, together = app.extensions["settings"].inbox_url, Barrier(SCHEDULERS)

    def run(_: int) -> replies.Counts:
        with app.app_context(), open_inbox(url) as inbox:
            session = db.session()
            post = read_post(app, session)
            together.wait(timeout=60)
            counts = replies.read_inbox(session, inbox, post, now, lambda: None)
            db.session.remove()
            return counts

    with ThreadPoolExecutor(SCHEDULERS) as pool:
        return list(pool.map(run, range(SCHEDULERS)))


def expect_each_once(desk: Desk, counts: list[replies.Counts], mails: int) -> None:
    """Every mail has one row; one answer of each person, and one question, came of them."""
    assert sum(one.acted + one.ignored + one.noted for one in counts) == mails
    session = desk.session
    session.rollback()
    outcomes = [row.outcome for row in session.scalars(select(InboxMessage))]
    assert len(outcomes) == mails
    assert outcomes.count("acted") == 2
    answers = [one.answer for one in session.scalars(select(Participation))]
    assert sorted(answers) == ["ACCEPTED", "DECLINED"]
    asked = session.scalars(select(Notice).where(Notice.kind == "confirm-cancel")).all()
    assert len(asked) == 1
    assert audit(session) == {}


def mails_to(desk: Desk) -> list[bytes]:
    """An acceptance, a decline, and each of them several times more."""
    accepted = answer_mail(desk.letter("ambassador"))
    declined = answer_mail(desk.letter("prospect"), "DECLINED")
    return [accepted, declined] * 5


def test_two_schedulers_on_one_maildir_act_upon_each_mail_once(
    database: Settings, tmp_path: Path, now: datetime
):
    folder = make_maildir(tmp_path / "inbox")
    settings = replace(database, inbox_url=f"maildir:{folder}")
    app = create_app(settings)
    with app.app_context():
        desk = Desk(app, db.session(), tmp_path, now)
        mails = mails_to(desk)
        for raw in mails:
            drop(folder, raw)
        counts = read_together(app, now)
        expect_each_once(desk, counts, len(mails))
        assert list((folder / "new").iterdir()) == []
        assert len(list((folder / "cur").iterdir())) == len(mails)
        db.session.remove()
        db.engine.dispose()


def test_two_schedulers_on_one_imap_folder_act_upon_each_mail_once(
    database: Settings, tmp_path: Path, now: datetime
):
    with imap_server() as server:
        settings = replace(database, inbox_url=server.url("imap"))
        app = create_app(settings)
        with app.app_context():
            desk = Desk(app, db.session(), tmp_path, now)
            mails = mails_to(desk)
            deliver(server, *mails)
            counts = read_together(app, now)
            expect_each_once(desk, counts, len(mails))
            with open_inbox(settings.inbox_url or "") as inbox:
                assert list(inbox.find()) == []
            db.session.remove()
            db.engine.dispose()
