"""The check-up says what is wrong, and the backup is whole while the service writes."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Heartbeat
from ambassadors.services import notices
from ambassadors.services.backup import back_up, dump_command
from ambassadors.services.checkup import check_all
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_user


def beat(session, at):
    write(session, lambda s: s.merge(Heartbeat(name="here:1", beat_at=at)))


def faults(session, settings, now):
    return {one.name: one.text for one in check_all(session, settings, now) if not one.ok}


def test_a_service_with_everything_in_place_has_no_fault(app, session, settings, now):
    beat(session, now - timedelta(seconds=59))
    assert faults(session, settings, now) == {}


def test_a_scheduler_that_is_silent_for_more_than_a_minute_is_a_fault(session, settings, now):
    beat(session, now - timedelta(seconds=61))
    assert faults(session, settings, now) == {
        "scheduler": "No scheduler has ticked for 61 seconds: no mail leaves."
    }


def test_mail_that_waits_is_a_fault(session, settings, now):
    beat(session, now)
    user = make_user(session)
    due = Due(Kind.PASSWORD_RESET, f"user:{user.id}", now - timedelta(minutes=3))
    write(session, lambda s: notices.queue(s, due.recipient, 1, [due], now, user_id=user.id))
    assert faults(session, settings, now) == {
        "notices": "1 notices are overdue by two minutes or more."
    }


def test_a_mail_server_or_mailbox_out_of_reach_is_a_fault(session, settings, now, tmp_path):
    beat(session, now)
    away = replace(settings, mail_url="smtp://127.0.0.1:9", inbox_url=f"maildir:{tmp_path}/none")
    found = faults(session, away, now)
    assert set(found) == {"mail", "inbox"}
    assert found["inbox"].endswith(f"there is no Maildir at {tmp_path}/none")


def test_a_database_that_is_gone_is_told_and_nothing_raised(session, settings, now):
    session.rollback()
    session.connection().exec_driver_sql("DROP TABLE heartbeats")
    assert set(faults(session, settings, now)) >= {"scheduler"}
    session.rollback()


def test_a_backup_is_whole_and_opens_by_itself(app, session, tmp_path):
    make_ambassador(session)
    file = tmp_path / "copies" / "kept.db"
    file.parent.mkdir()
    back_up(db.engine.url, file)
    make_ambassador(session)
    back_up(db.engine.url, file)
    copied = sqlite3.connect(file)
    assert copied.execute("SELECT count(*) FROM ambassadors").fetchone() == (2,)
    copied.close()
    assert [path.name for path in file.parent.iterdir()] == ["kept.db"]


def test_a_backup_never_replaces_the_database_itself(app, settings):
    path = Path(str(make_url(settings.database_url).database))
    with pytest.raises(Refused, match="is the database itself"):
        back_up(db.engine.url, path)


def test_for_postgresql_the_command_is_named_without_the_password():
    url = make_url("postgresql+psycopg://ada:hidden@db.example.org:5433/chats")
    assert dump_command(url, "kept.dump") == (
        "pg_dump --format=custom --file=kept.dump --host=db.example.org --port=5433 "
        "--username=ada chats"
    )
