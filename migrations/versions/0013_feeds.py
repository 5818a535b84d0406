"""Signed addresses of feeds: what is renewed when one of them went too far.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("feed_nonce", sa.String(length=64), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("users", "feed_nonce")
