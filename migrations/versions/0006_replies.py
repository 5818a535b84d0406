"""Calendar replies that came by mail, and what became of them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OUTCOMES = "'acted', 'noted', 'ignored', 'held', 'applied', 'dismissed'"
KINDS = "'proposal', 'counter-declined', 'confirm-cancel'"


def upgrade() -> None:
    make_inbox()
    make_participations()
    make_offers()
    op.add_column("notices", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "notices",
        sa.Column("returned_words", sa.String(length=300), nullable=False, server_default=""),
    )


def make_inbox() -> None:
    op.create_table(
        "inbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_inbox_messages_outcome")),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_inbox_messages_chat_id_chats")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["users.id"], name=op.f("fk_inbox_messages_handled_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_messages_key")),
    )
    op.create_index(op.f("ix_inbox_messages_chat_id"), "inbox_messages", ["chat_id"])
    op.create_index(
        op.f("ix_inbox_messages_outcome_arrived_at"), "inbox_messages", ["outcome", "arrived_at"]
    )


def make_participations() -> None:
    op.create_table(
        "participations",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('ACCEPTED', 'TENTATIVE', 'DECLINED')",
            name=op.f("ck_participations_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_participations_chat_id_chats")
        ),
        sa.PrimaryKeyConstraint("chat_id", "recipient", name=op.f("pk_participations")),
    )


def make_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'taken', 'gone')", name=op.f("ck_offers_state")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_offers_chat_id_chats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("uid", name=op.f("uq_offers_uid")),
        sa.UniqueConstraint(
            "chat_id",
            "version",
            "recipient",
            "starts_at",
            name=op.f("uq_offers_chat_id_version_recipient_starts_at"),
        ),
    )


def downgrade() -> None:
    # Without offers and answers there is nothing left that these mails could say.
    op.execute(f"DELETE FROM notices WHERE kind IN ({KINDS})")
    op.drop_column("notices", "returned_words")
    op.drop_column("notices", "returned_at")
    op.drop_table("offers")
    op.drop_table("participations")
    op.drop_index(op.f("ix_inbox_messages_outcome_arrived_at"), table_name="inbox_messages")
    op.drop_index(op.f("ix_inbox_messages_chat_id"), table_name="inbox_messages")
    op.drop_table("inbox_messages")
