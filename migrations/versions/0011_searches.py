"""What was looked for and not found, and when chats were asked for.

`searches` counts per day and names nobody: interests, zone, languages, waking hours, a number.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("wake", sa.Integer(), nullable=False),
        sa.Column("sleep", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_searches_count")),
        sa.CheckConstraint(
            "0 <= wake AND wake < sleep AND sleep <= 1440", name=op.f("ck_searches_waking")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sa.UniqueConstraint("day", "mark", name=op.f("uq_searches_day_mark")),
    )
    op.create_index("ix_chats_created_at", "chats", ["created_at"])
    op.create_index("ix_requests_prospect_id", "requests", ["prospect_id"])
    back = sa.text("returned_at IS NOT NULL")
    op.create_index(
        "ix_notices_returned_at",
        "notices",
        ["returned_at"],
        sqlite_where=back,
        postgresql_where=back,
    )


def downgrade() -> None:
    op.drop_index("ix_notices_returned_at", table_name="notices")
    op.drop_index("ix_requests_prospect_id", table_name="requests")
    op.drop_index("ix_chats_created_at", table_name="chats")
    op.drop_table("searches")
