"""The hours in which a prospect who waits is awake.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out: SQLite can add a column with its check, but no check to a table, and a table
    # that is made anew loses its triggers. Both databases take a check that names other columns.
    op.execute("ALTER TABLE requests ADD COLUMN wake INTEGER DEFAULT 420 NOT NULL")
    op.execute(
        "ALTER TABLE requests ADD COLUMN sleep INTEGER DEFAULT 1320 NOT NULL "
        "CONSTRAINT ck_requests_waking CHECK (0 <= wake AND wake < sleep AND sleep <= 1440)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE requests DROP COLUMN sleep")
    op.execute("ALTER TABLE requests DROP COLUMN wake")
