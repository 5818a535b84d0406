"""Feedback, reports of bad behaviour, worked time.

What prospects answered before stands in the history of their chats, as “Yes. …”, “Partly. …” or
“No. …”; the last answer of each chat becomes its feedback: 5, 3 or 1. The history stays.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OUTCOMES = "('', 'talked', 'ambassador-missed', 'prospect-missed')"
ANSWERS = {"Yes": 5, "Partly": 3, "No": 1}
ANSWERED = """SELECT h.chat_id, h.reason, h.at FROM chat_changes h
  WHERE h.action = 'feedback' AND h.version = (SELECT max(x.version) FROM chat_changes x
  WHERE x.chat_id = h.chat_id AND x.action = 'feedback')"""


def moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key(table: str, name: str, to: str = "users") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))


def number(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def words(name: str, length: int | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    feedbacks = op.create_table(
        "feedbacks",
        number("id", nullable=False),
        number("chat_id", nullable=False),
        words("outcome", 20),
        number("rating"),
        words("still_open"),
        moment("created_at", nullable=False),
        moment("changed_at", nullable=False),
        words("verdict", 20),
        moment("verdict_at"),
        number("verdict_by_id"),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_feedbacks_outcome")),
        sa.CheckConstraint(f"verdict IN {OUTCOMES}", name=op.f("ck_feedbacks_verdict")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_feedbacks_rating")),
        key("feedbacks", "chat_id", "chats"),
        key("feedbacks", "verdict_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedbacks")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_feedbacks_chat_id")),
    )
    op.create_index(op.f("ix_feedbacks_outcome_verdict"), "feedbacks", ["outcome", "verdict"])
    op.bulk_insert(feedbacks, old_answers())
    op.create_table(
        "follow_ups",
        number("id", nullable=False),
        number("chat_id", nullable=False),
        words("state", 20),
        moment("created_at", nullable=False),
        moment("done_at"),
        number("done_by_id"),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_follow_ups_state")),
        key("follow_ups", "chat_id", "chats"),
        key("follow_ups", "done_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_follow_ups_chat_id")),
    )
    op.create_index(op.f("ix_follow_ups_state_created_at"), "follow_ups", ["state", "created_at"])
    op.create_table(
        "chat_notes",
        number("chat_id", nullable=False),
        number("user_id", nullable=False),
        words("text"),
        moment("changed_at", nullable=False),
        key("chat_notes", "chat_id", "chats"),
        key("chat_notes", "user_id"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chat_notes")),
    )
    make_reports_and_blocks()


def old_answers() -> list[dict[str, object]]:
    columns = (
        sa.column("chat_id", sa.Integer()),
        sa.column("reason", sa.Text()),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    rows = op.get_bind().execute(sa.text(ANSWERED).columns(*columns))
    answers: list[dict[str, object]] = []
    for chat_id, reason, at in rows:
        said, _, rest = reason.partition(".")
        answers.append(
            {
                "chat_id": chat_id,
                "outcome": "",
                "rating": ANSWERS.get(said.strip()),
                "still_open": rest.strip(),
                "created_at": at,
                "changed_at": at,
                "verdict": "",
            }
        )
    return answers


def make_reports_and_blocks() -> None:
    op.create_table(
        "reports",
        number("id", nullable=False),
        number("chat_id", nullable=False),
        words("side", 20),
        words("text"),
        words("fingerprint", 64),
        moment("at", nullable=False),
        words("state", 20),
        moment("closed_at"),
        number("closed_by_id"),
        words("note"),
        sa.CheckConstraint("side IN ('prospect', 'ambassador')", name=op.f("ck_reports_side")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_reports_state")),
        key("reports", "chat_id", "chats"),
        key("reports", "closed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "chat_id", "side", "fingerprint", name=op.f("uq_reports_chat_id_side_fingerprint")
        ),
    )
    op.create_index(op.f("ix_reports_state_at"), "reports", ["state", "at"])
    op.create_table(
        "blocks",
        number("id", nullable=False),
        words("key", 254),
        words("email", 254),
        words("reason"),
        moment("created_at", nullable=False),
        number("user_id"),
        moment("lifted_at"),
        number("lifted_by_id"),
        key("blocks", "user_id"),
        key("blocks", "lifted_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_index(
        "uq_blocks_one_in_force",
        "blocks",
        ["key"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    firsts = ["prospect_id", "status", "starts_at", "created_at"]
    op.create_index("ix_chats_firsts", "chats", firsts)
    op.create_index(
        "ix_chat_changes_moved",
        "chat_changes",
        ["chat_id"],
        sqlite_where=sa.text("action = 'moved'"),
        postgresql_where=sa.text("action = 'moved'"),
    )
    op.add_column("ambassadors", sa.Column("other_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("ambassadors", "other_hours")
    op.drop_index("ix_chat_changes_moved", table_name="chat_changes")
    op.drop_index("ix_chats_firsts", table_name="chats")
    for table in ("blocks", "reports", "chat_notes", "follow_ups", "feedbacks"):
        op.drop_table(table)
