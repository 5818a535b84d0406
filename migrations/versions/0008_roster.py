"""What a coordinator needs to know of ambassadors and how they leave.

Columns are added and never rebuilt, so that no trigger is dropped.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DROPPED = "action = 'cancelled' AND actor = 'ambassador'"
IMPORT_STATES = "'checked', 'queued', 'running', 'done', 'failed', 'cancelled'"


def moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("ambassadors", moment("pending_since"))
    op.add_column("ambassadors", moment("approved_at"))
    op.add_column("ambassadors", moment("profile_changed_at"))
    op.add_column("ambassadors", moment("changed_at"))
    op.add_column("ambassadors", sa.Column("leaves_on", sa.Date(), nullable=True))
    op.add_column(
        "programmes",
        sa.Column("profiles_wait", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_index(
        "ix_chat_changes_dropped",
        "chat_changes",
        ["at"],
        sqlite_where=sa.text(DROPPED),
        postgresql_where=sa.text(DROPPED),
    )
    op.create_table(
        "desk_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_desk_events_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["ambassador_id"],
            ["ambassadors.id"],
            name=op.f("fk_desk_events_ambassador_id_ambassadors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_events")),
    )
    op.create_index(op.f("ix_desk_events_ambassador_id_at"), "desk_events", ["ambassador_id", "at"])
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        moment("lease_until"),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("invite", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        moment("created_at", nullable=False),
        moment("finished_at"),
        sa.CheckConstraint(f"status IN ({IMPORT_STATES})", name=op.f("ck_roster_imports_status")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_roster_imports_progress")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_roster_imports_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    op.create_index(op.f("ix_roster_imports_status"), "roster_imports", ["status"])


def downgrade() -> None:
    op.drop_index(op.f("ix_roster_imports_status"), table_name="roster_imports")
    op.drop_table("roster_imports")
    op.drop_index(op.f("ix_desk_events_ambassador_id_at"), table_name="desk_events")
    op.drop_table("desk_events")
    op.drop_index("ix_chat_changes_dropped", table_name="chat_changes")
    op.drop_column("programmes", "profiles_wait")
    for name in ("leaves_on", "changed_at", "profile_changed_at", "approved_at", "pending_since"):
        op.drop_column("ambassadors", name)
