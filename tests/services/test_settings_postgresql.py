"""Settings on PostgreSQL: saved, held by triggers, undone; the auditor finds nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ambassadors import create_app
from ambassadors.core.settings.rules import House, house_value
from ambassadors.extensions import db
from ambassadors.models import SettingsVersion, TermCap
from ambassadors.services.auditor import audit
from ambassadors.services.settings import changing, store
from ambassadors.services.settings.changing import Save
from ambassadors.services.writing import write
from config import Settings
from tests.factories import make_ambassador, make_chat, make_user
from tests.services.test_settings import EXAMS, HOURLY


def test_settings_are_saved_and_undone_on_postgresql(
    postgres_settings: Settings, now: datetime
) -> None:
    app = create_app(postgres_settings)
    with app.app_context():
        session = db.session()
        ana, kim = make_ambassador(session), make_user(session, "coordinator")
        make_user(session, "admissions")
        make_chat(session, ana, now + timedelta(days=3), now, email="a@example.org")
        for key, value in (
            ("reminders", HOURLY),
            ("rules", {**house_value(House()), "weekly_cap": 6}),
            ("calendar", {"terms": [EXAMS]}),
        ):
            wanted = Save(key, value, 0, kim.id, now)
            write(session, lambda s, wanted=wanted: changing.save(s, wanted))
        with pytest.raises(IntegrityError, match="chats_within_term_caps"):
            squeeze_in(session, ana)
        session.rollback()
        found = audit(session)
        for row in store.history(session, "", 1).items:
            write(session, lambda s, id=row.id: changing.undo(s, id, kim.id, now))
        session.refresh(ana)
        undone = (ana.weekly_cap, session.scalars(select(TermCap)).all(), audit(session))
        count = len(session.scalars(select(SettingsVersion)).all())
        db.session.remove()
        db.engine.dispose()
    assert (found, undone, count) == ({}, (8, [], {}), 6)


def squeeze_in(session, ana) -> None:
    """A second chat on a day that takes one, past every check but the database's."""
    session.execute(
        text(
            "INSERT INTO chats (uid, nonce, ambassador_id, prospect_id, status, version, sequence,"
            " starts_at, ends_at, blocked_from, blocked_until, cap_day, cap_week, guesses,"
            " prospect_name, prospect_zone, question, interests, most, languages, place,"
            " created_at, changed_at) SELECT 'other', nonce, ambassador_id, prospect_id, status,"
            " 1, 1, starts_at + interval '3 hours', ends_at + interval '3 hours',"
            " blocked_from + interval '3 hours', blocked_until + interval '3 hours', cap_day,"
            " cap_week, 0, prospect_name, prospect_zone, question, interests, most, languages,"
            " place, created_at, changed_at FROM chats WHERE ambassador_id = :ana"
        ),
        {"ana": ana.id},
    )
