"""How a chat came to be: on our pages or by the API; '' where that was not kept yet.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

HANDED = sa.text("action = 'handed-over'")


def upgrade() -> None:
    op.add_column(
        "chats", sa.Column("source", sa.String(length=10), nullable=False, server_default="")
    )
    op.create_index(op.f("ix_chats_source_starts_at"), "chats", ["source", "starts_at"])
    op.create_index(
        "ix_chat_changes_handed",
        "chat_changes",
        ["chat_id"],
        sqlite_where=HANDED,
        postgresql_where=HANDED,
    )


def downgrade() -> None:
    op.drop_index("ix_chat_changes_handed", table_name="chat_changes")
    op.drop_index(op.f("ix_chats_source_starts_at"), table_name="chats")
    op.drop_column("chats", "source")
