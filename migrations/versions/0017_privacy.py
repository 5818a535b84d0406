"""Export and erasure of what is held of a person.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key(name: str, to: str) -> sa.ForeignKeyConstraint:
    named = op.f(f"fk_privacy_acts_{name}_{to}")
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=named)


def upgrade() -> None:
    make_acts()
    op.add_column("prospects", moment("erased_at"))
    op.add_column("users", moment("erased_at"))
    not_erased = sa.text("erased_at IS NULL")
    op.create_index(
        "ix_prospects_kept",
        "prospects",
        ["created_at"],
        sqlite_where=not_erased,
        postgresql_where=not_erased,
    )
    point_notices()
    op.create_index("ix_notices_prospect_id", "notices", ["prospect_id"])


def make_acts() -> None:
    op.create_table(
        "privacy_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        moment("asked_at", nullable=False),
        moment("done_at"),
        sa.Column("prospect_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("action IN ('export', 'erasure')", name=op.f("ck_privacy_acts_action")),
        sa.CheckConstraint("kind IN ('prospect', 'staff')", name=op.f("ck_privacy_acts_kind")),
        sa.CheckConstraint(
            "origin IN ('person', 'coordinator', 'retention', 'replay')",
            name=op.f("ck_privacy_acts_origin"),
        ),
        key("prospect_id", "prospects"),
        key("account_id", "users"),
        key("user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_acts")),
    )
    op.create_index("uq_privacy_acts_prospect", "privacy_acts", ["prospect_id"], unique=True)
    op.create_index("uq_privacy_acts_account", "privacy_acts", ["account_id"], unique=True)
    still_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_privacy_acts_open",
        "privacy_acts",
        ["asked_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index(op.f("ix_privacy_acts_key"), "privacy_acts", ["key"])


def point_notices() -> None:
    """A mail to a prospect that is about no chat and no request."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite adds a key with its column only; as a rebuild it would lose rows that refer here.
        op.execute(
            "ALTER TABLE notices ADD COLUMN prospect_id INTEGER "
            "CONSTRAINT fk_notices_prospect_id_prospects REFERENCES prospects (id)"
        )
        return
    op.add_column("notices", sa.Column("prospect_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_prospect_id_prospects"), "notices", "prospects", ["prospect_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_index("ix_notices_prospect_id", table_name="notices")
    op.drop_column("notices", "prospect_id")
    op.drop_index("ix_prospects_kept", table_name="prospects")
    op.drop_column("users", "erased_at")
    op.drop_column("prospects", "erased_at")
    op.drop_table("privacy_acts")
