"""Ambassadors' calendars outside, and the busy spans read from them.

Busy spans and whether a calendar is paused belong to the data version: diaries are kept by it.
What is written whenever a calendar is looked at, and found as it was, does not raise it.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RAISE = "UPDATE data_version SET version = version + 1"
MOMENT = sa.DateTime(timezone=True)
TO_BE_READ = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("shown", sa.String(200), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("read_zone", sa.String(64), nullable=False),
        sa.Column("read_until", MOMENT, nullable=True),
        sa.Column("etag", sa.String(500), nullable=False),
        sa.Column("modified", sa.String(500), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("spells", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('address', 'caldav', 'file')", name=op.f("ck_calendar_sources_kind")
        ),
        sa.ForeignKeyConstraint(
            ["ambassador_id"],
            ["ambassadors.id"],
            name=op.f("fk_calendar_sources_ambassador_id_ambassadors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_sources")),
        sa.UniqueConstraint(
            "ambassador_id", "mark", name=op.f("uq_calendar_sources_ambassador_id_mark")
        ),
    )
    op.create_index(
        "ix_calendar_sources_next_at", "calendar_sources", ["next_at"],
        sqlite_where=TO_BE_READ, postgresql_where=TO_BE_READ,
    )  # fmt: skip
    op.create_table(
        "busy_spans",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["calendar_sources.id"],
            name=op.f("fk_busy_spans_source_id_calendar_sources"),
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_busy_spans")),
    )
    for statement in triggers(op.get_bind().dialect.name == "sqlite"):
        op.execute(statement)


def triggers(sqlite: bool) -> list[str]:
    if not sqlite:
        return [
            f"CREATE TRIGGER {table}_data_version AFTER {event} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
            for table, event in (
                ("busy_spans", "INSERT OR UPDATE OR DELETE"),
                ("calendar_sources", "UPDATE OF paused"),
            )
        ]
    return [
        f"CREATE TRIGGER {table}_data_version_{event.split()[0].lower()} AFTER {event} ON {table} "
        f"BEGIN {RAISE}; END"
        for table, event in (
            ("busy_spans", "INSERT"),
            ("busy_spans", "UPDATE"),
            ("busy_spans", "DELETE"),
            ("calendar_sources", "UPDATE OF paused"),
        )
    ]


def downgrade() -> None:
    op.drop_table("busy_spans")
    op.drop_table("calendar_sources")
