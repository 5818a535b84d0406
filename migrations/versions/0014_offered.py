"""Who else matched when a chat was booked; many chats given to one ambassador.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("offered", sa.JSON(), nullable=True))
    taker = sa.Column("taker_id", sa.Integer(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        # SQLite adds a key with its column only; as a rebuild it would lose rows that refer here.
        op.execute(
            "ALTER TABLE bulks ADD COLUMN taker_id INTEGER "
            "CONSTRAINT fk_bulks_taker_id_ambassadors REFERENCES ambassadors (id)"
        )
    else:
        op.add_column("bulks", taker)
        op.create_foreign_key(
            op.f("fk_bulks_taker_id_ambassadors"), "bulks", "ambassadors", ["taker_id"], ["id"]
        )


def downgrade() -> None:
    op.drop_column("chats", "offered")
    op.drop_column("bulks", "taker_id")
