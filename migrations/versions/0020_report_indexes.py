"""Indexes of chats that hold all that reports count by.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE = {
    "ix_chats_firsts": ["prospect_id", "status", "starts_at", "created_at"],
    "ix_chats_status_starts_at": ["status", "starts_at"],
}
MORE = ["prospect_zone", "ambassador_id"]


def upgrade() -> None:
    for name, columns in BEFORE.items():
        op.drop_index(name, table_name="chats")
        op.create_index(name, "chats", columns + MORE)


def downgrade() -> None:
    for name, columns in BEFORE.items():
        op.drop_index(name, table_name="chats")
        op.create_index(name, "chats", columns)
