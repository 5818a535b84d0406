"""Chats whose ambassador dropped out, and who was asked instead.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ASKING, OPEN = sa.text("status = 'asking'"), sa.text("answer = ''")


def upgrade() -> None:
    op.create_table(
        "hand_offs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("chat_version", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('asking', 'taken', 'nobody', 'withdrawn')", name=op.f("ck_hand_offs_status")
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_hand_offs_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["ambassador_id"],
            ["ambassadors.id"],
            name=op.f("fk_hand_offs_ambassador_id_ambassadors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_offs")),
    )
    op.create_index(
        "uq_hand_offs_asking", "hand_offs", ["chat_id"], unique=True,
        sqlite_where=ASKING, postgresql_where=ASKING,
    )  # fmt: skip
    op.create_index(op.f("ix_hand_offs_chat_id"), "hand_offs", ["chat_id"])
    op.create_index("ix_hand_offs_status", "hand_offs", ["status", "started_at"])
    op.create_table(
        "hand_off_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("hand_off_id", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "answer IN ('', 'yes', 'no', 'expired', 'overtaken')",
            name=op.f("ck_hand_off_asks_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["hand_off_id"], ["hand_offs.id"], name=op.f("fk_hand_off_asks_hand_off_id_hand_offs")
        ),
        sa.ForeignKeyConstraint(
            ["ambassador_id"],
            ["ambassadors.id"],
            name=op.f("fk_hand_off_asks_ambassador_id_ambassadors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_off_asks")),
        sa.UniqueConstraint("uid", name=op.f("uq_hand_off_asks_uid")),
        sa.UniqueConstraint(
            "hand_off_id", "ambassador_id", name=op.f("uq_hand_off_asks_hand_off_id_ambassador_id")
        ),
    )
    op.create_index(
        "uq_hand_off_asks_open", "hand_off_asks", ["hand_off_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("hand_off_asks")
    op.drop_table("hand_offs")
