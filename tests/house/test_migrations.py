"""Migrations make what the models say, and run both ways, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from ambassadors import create_app
from ambassadors.extensions import Base, db
from ambassadors.models import ChatChange, Feedback
from config import ROOT, Settings
from tests.conftest import NOW
from tests.factories import make_ambassador, make_chat
from tests.services.test_idempotency import WEDNESDAY


def differences(settings: Settings) -> list[object]:
    app = create_app(settings)
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_modelled})
        found = compare_metadata(context, Base.metadata)
    db_dispose(app)
    return found


def is_modelled(name: str | None, kind: str, parents: object) -> bool:
    """The tables that are searched are kept by triggers and have no model."""
    return not (kind == "table" and str(name).startswith("chat_search"))


def db_dispose(app: object) -> None:
    with app.app_context():  # type: ignore[attr-defined]
        db.engine.dispose()


SEARCHED = (
    "chats_search_insert",
    "chats_search_update",
    "chat_changes_search",
    "chat_changes_search_update",
    "prospects_search",
    "users_search",
)
TABLES = (
    "families",
    "interests",
    "ambassadors",
    "ambassador_interests",
    "users",
    "weekly_hours",
    "hours_exceptions",
    "time_off",
    "programmes",
    "settings_versions",
    "webhooks",
    "busy_spans",
)


def guards(settings: Settings) -> set[str]:
    """The triggers and exclusion constraints that the database really has."""
    app = create_app(settings)
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = (
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
                "UNION SELECT conname FROM pg_constraint WHERE contype = 'x'"
            )
        found = {str(name) for (name,) in connection.exec_driver_sql(query)}
    db_dispose(app)
    return found


def down_and_up(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        downgrade(str(ROOT / "migrations"), revision="base")
        upgrade(str(ROOT / "migrations"))
        db.engine.dispose()


OLD_ANSWERS = ("Partly. More on labs,\nplease.", "Yes", "No. A. B.")


def test_what_prospects_answered_before_becomes_feedback(settings: Settings):
    app = create_app(settings)
    with app.app_context():
        chat = make_chat(db.session(), make_ambassador(db.session()), WEDNESDAY, NOW)
        for version, reason in enumerate(OLD_ANSWERS, 2):
            values = {"chat_id": chat.id, "version": version, "at": NOW, "action": "feedback"}
            db.session.add(ChatChange(**values, actor="prospect", reason=reason))
        db.session.commit()
        downgrade(str(ROOT / "migrations"), revision="0011")
        upgrade(str(ROOT / "migrations"))
        db.session.remove()
        row = db.session.scalars(select(Feedback)).one()
        assert (row.rating, row.still_open, row.outcome, row.created_at) == (1, "A. B.", "", NOW)
        db.session.remove()
        db.engine.dispose()


def test_migrations_make_the_models_tables_on_sqlite(settings: Settings):
    assert differences(settings) == []


def test_migrations_make_the_models_tables_on_postgresql(postgres_settings: Settings):
    assert differences(postgres_settings) == []


def test_migrations_run_down_and_up_on_sqlite(settings: Settings):
    down_and_up(settings)
    assert differences(settings) == []


def test_migrations_run_down_and_up_on_postgresql(postgres_settings: Settings):
    down_and_up(postgres_settings)
    assert differences(postgres_settings) == []


def test_no_migration_has_lost_a_guard_on_sqlite(settings: Settings):
    down_and_up(settings)
    events = ("insert", "update", "delete")
    assert guards(settings) == {
        "chats_place_on_insert",
        "chats_place_on_update",
        "chats_identity",
        "calendar_sources_data_version_update",
        "chats_search_delete",
        *SEARCHED,
        "chats_within_term_caps_on_insert",
        "chats_within_term_caps_on_update",
        *(f"{table}_data_version_{event}" for table in TABLES for event in events),
    }


def test_no_migration_has_lost_a_guard_on_postgresql(postgres_settings: Settings):
    down_and_up(postgres_settings)
    assert guards(postgres_settings) == {
        "chats_ambassador_overlap",
        "chats_prospect_overlap",
        "chats_within_caps",
        "chats_within_term_caps",
        "chats_identity",
        "calendar_sources_data_version",
        *SEARCHED,
        *(f"{table}_data_version" for table in TABLES),
    }
