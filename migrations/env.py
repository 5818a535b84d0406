"""Alembic's environment: the app's own engine, each migration in one transaction."""

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def is_modelled(name: str | None, kind: str, parents: object) -> bool:
    """What is searched is kept by triggers in tables without a model (see 0009)."""
    return not (kind == "table" and str(name).startswith("chat_search"))


def run_migrations() -> None:
    """Runs what is asked for; SQLite's DDL is transactional too, since our engine really begins."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            transactional_ddl=True,
            render_as_batch=True,
            compare_type=True,
            include_name=is_modelled,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; there is no offline mode.")
run_migrations()
