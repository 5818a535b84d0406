"""Mails as they were sent, saved filters, changes of many chats, and what is searched.

`chat_search` holds the words of each chat: its UID, names, addresses, question, the reasons given
in its history, and its interests as tags. Triggers keep it: FTS5 on SQLite, a tsvector with a GIN
index on PostgreSQL. It has no model; `services/oversight/searching.py` asks it.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_chats_status_starts_at", "chats", ["status", "starts_at"]),
    ("ix_chats_ambassador_starts_at", "chats", ["ambassador_id", "starts_at"]),
    ("ix_chats_zone_starts_at", "chats", ["prospect_zone", "starts_at"]),
    ("ix_notices_due_at", "notices", ["due_at", "id", "state"]),
    ("ix_notices_kind", "notices", ["kind", "due_at", "state"]),
    ("ix_notices_request_id", "notices", ["request_id"]),
    ("ix_notices_user_id", "notices", ["user_id"]),
    ("ix_notices_sent_to", "notices", ["sent_to"]),
)

# What is searched of the chats of a condition. Tags are one word each on SQLite, whatever its
# tokenizer makes of "/" and "-".
SQLITE_WORDS = """
  SELECT c.id,
    c.uid || ' ' || c.prospect_name || ' ' || p.name || ' ' || p.email || ' ' || u.name || ' '
    || u.email || ' ' || c.question || ' ' || coalesce((
      SELECT group_concat(h.reason, ' ') FROM chat_changes h
      WHERE h.chat_id = c.id AND h.reason <> ''), ''),
    coalesce((SELECT group_concat('x' || replace(replace(j.value, '/', 'z'), '-', 'z'), ' ')
      FROM json_each(c.interests) j), '')
  FROM chats c JOIN prospects p ON p.id = c.prospect_id
  JOIN ambassadors a ON a.id = c.ambassador_id JOIN users u ON u.id = a.user_id WHERE """

POSTGRESQL_WORDS = r"""
  SELECT c.id, array_to_tsvector(array_remove(
    (SELECT array_agg(DISTINCT one) FROM unnest(
      regexp_split_to_array(lower(regexp_replace(normalize(
        c.uid || ' ' || c.prospect_name || ' ' || p.name || ' ' || p.email || ' ' || u.name || ' '
        || u.email || ' ' || c.question || ' ' || coalesce((
          SELECT string_agg(h.reason, ' ') FROM chat_changes h WHERE h.chat_id = c.id), ''),
        NFKD), '[\u0300-\u036f]', '', 'g')),
        '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f]+')
      || ARRAY(SELECT '#x' || replace(replace(j, '/', 'z'), '-', 'z')
               FROM json_array_elements_text(c.interests) j)) one), ''))
  FROM chats c JOIN prospects p ON p.id = c.prospect_id
  JOIN ambassadors a ON a.id = c.ambassador_id JOIN users u ON u.id = a.user_id WHERE """

# Which chats a change of a row concerns.
OF_CHAT, OF_CHANGE = "c.id = NEW.id", "c.id = NEW.chat_id"
OF_PROSPECT, OF_USER = "c.prospect_id = NEW.id", "a.user_id = NEW.id"
WATCHED = (
    ("chats_search_insert", "INSERT", "chats", OF_CHAT, ""),
    (
        "chats_search_update",
        "UPDATE OF prospect_id, ambassador_id, prospect_name, question, interests",
        "chats",
        OF_CHAT,
        "",
    ),
    ("chat_changes_search", "INSERT", "chat_changes", OF_CHANGE, "NEW.reason <> ''"),
    ("chat_changes_search_update", "UPDATE OF reason", "chat_changes", OF_CHANGE, ""),
    ("prospects_search", "UPDATE OF name, email", "prospects", OF_PROSPECT, ""),
    ("users_search", "UPDATE OF name, email", "users", OF_USER, ""),
)


def upgrade() -> None:
    make_attempts()
    make_filters()
    make_bulks()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    if op.get_bind().dialect.name == "sqlite":
        search_on_sqlite()
    else:
        search_on_postgresql()


def make_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('sent', 'later', 'failed')", name=op.f("ck_attempts_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_attempts_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_notice_id"), "attempts", ["notice_id"])
    copied = sa.text("message IS NOT NULL")
    op.create_index(
        "ix_attempts_at", "attempts", ["at"], sqlite_where=copied, postgresql_where=copied
    )


def make_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("page", "name", name=op.f("uq_saved_filters_page_name")),
    )


def make_bulks() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("shift_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("action IN ('cancel', 'move', 'remind')", name=op.f("ck_bulks_action")),
        sa.CheckConstraint("status IN ('queued', 'running', 'done')", name=op.f("ck_bulks_status")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bulks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulks")),
    )
    op.create_index(op.f("ix_bulks_status"), "bulks", ["status"])
    op.create_table(
        "bulk_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('', 'done', 'refused')", name=op.f("ck_bulk_lines_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulks.id"], name=op.f("fk_bulk_lines_bulk_id_bulks")
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_bulk_lines_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_lines")),
        sa.UniqueConstraint("bulk_id", "chat_id", name=op.f("uq_bulk_lines_bulk_id_chat_id")),
    )
    op.create_index(op.f("ix_bulk_lines_chat_id"), "bulk_lines", ["chat_id"])


def search_on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE chat_search USING fts5(words, tags, "
        "tokenize = 'unicode61 remove_diacritics 2', prefix = '3')"
    )
    op.execute(f"INSERT INTO chat_search (rowid, words, tags) {SQLITE_WORDS} TRUE")
    for name, event, table, which, when in WATCHED:
        condition = f"WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} {condition} BEGIN "
            f"INSERT OR REPLACE INTO chat_search (rowid, words, tags) {SQLITE_WORDS} {which}; END"
        )
    op.execute(
        "CREATE TRIGGER chats_search_delete AFTER DELETE ON chats BEGIN "
        "DELETE FROM chat_search WHERE rowid = OLD.id; END"
    )


def search_on_postgresql() -> None:
    op.execute(
        "CREATE TABLE chat_search (chat_id integer PRIMARY KEY "
        "REFERENCES chats (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_chat_search_words ON chat_search USING gin (words)")
    execute_raw(f"INSERT INTO chat_search (chat_id, words) {POSTGRESQL_WORDS} TRUE")
    for name, event, table, which, when in WATCHED:
        execute_raw(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO chat_search (chat_id, words) {POSTGRESQL_WORDS} {which} "
            "ON CONFLICT (chat_id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$"
        )
        condition = f"WHEN ({when})" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION {name}()"
        )


def execute_raw(statement: str) -> None:
    """As it stands: the colons and backslashes are the database's."""
    op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _, table, _, _ in WATCHED:
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    if sqlite:
        op.execute("DROP TRIGGER chats_search_delete")
    op.execute("DROP TABLE chat_search")
    for name, table, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table in ("bulk_lines", "bulks", "saved_filters", "attempts"):
        op.drop_table(table)
