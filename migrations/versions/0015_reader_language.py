"""The language that people read: of a prospect with each chat and request, of staff once.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("chats", "requests", "users")


def upgrade() -> None:
    for table in TABLES:
        locale = sa.Column("locale", sa.String(20), server_default="en", nullable=False)
        op.add_column(table, locale)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "locale")
