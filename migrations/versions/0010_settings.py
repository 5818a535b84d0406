"""Settings of the service, term calendars, the read-only role.

SQLite would rebuild `users` to change a check, with the tables that point to it; instead the text
of the check is written anew, the way that https://www.sqlite.org/lang_altertable.html (section 8)
gives for such a change. Triggers and rows stay as they are.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "role IN ('coordinator', 'ambassador')"
AFTER = "role IN ('coordinator', 'ambassador', 'admissions')"
EVENTS = ("INSERT", "UPDATE", "DELETE")

# A cap of the calendar counts like an ambassador's own cap of a day, see 0002; on PostgreSQL the
# trigger there comes first by its name, and has locked the ambassador's row when this one counts.
LIVE = "('held', 'confirmed')"
COUNTED = "('held', 'confirmed', 'completed', 'no_show')"
TAKES_A_PLACE = f"""(OLD.ambassador_id <> NEW.ambassador_id OR OLD.starts_at <> NEW.starts_at
  OR OLD.cap_day <> NEW.cap_day OR OLD.status NOT IN {LIVE})"""
LEAST = "(SELECT min(most) FROM term_caps WHERE NEW.cap_day BETWEEN first_day AND last_day)"
ON_DAY = f"""(SELECT count(*) FROM chats c WHERE c.ambassador_id = NEW.ambassador_id
  AND c.cap_week = NEW.cap_week AND c.cap_day = NEW.cap_day AND c.status IN {COUNTED}
  AND c.id <> coalesce(NEW.id, 0))"""
FULL = f"SELECT RAISE(ABORT, 'chats_daily_cap') WHERE {ON_DAY} >= {LEAST};"
SQLITE = (
    f"""CREATE TRIGGER chats_within_term_caps_on_insert BEFORE INSERT ON chats
        WHEN NEW.status IN {LIVE} BEGIN {FULL} END""",
    f"""CREATE TRIGGER chats_within_term_caps_on_update BEFORE UPDATE ON chats
        WHEN NEW.status IN {LIVE} AND {TAKES_A_PLACE} BEGIN {FULL} END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION chats_within_term_caps() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.status NOT IN {LIVE} THEN RETURN NEW; END IF;
      IF TG_OP = 'UPDATE' THEN
        IF NOT {TAKES_A_PLACE} THEN RETURN NEW; END IF;
      END IF;
      IF {ON_DAY} >= {LEAST} THEN
        RAISE EXCEPTION 'the day is full' USING ERRCODE = '23514', CONSTRAINT = 'chats_daily_cap';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER chats_within_term_caps BEFORE INSERT OR UPDATE ON chats
       FOR EACH ROW EXECUTE FUNCTION chats_within_term_caps()""",
)


def upgrade() -> None:
    change_roles(BEFORE, AFTER)
    op.create_table(
        "settings_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_settings_versions_number")),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["settings_versions.id"],
            name=op.f("fk_settings_versions_undoes_id_settings_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_settings_versions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_versions")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_settings_versions_key_number")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_settings_versions_undoes_id")),
    )
    op.create_table(
        "term_caps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_term_caps_order")),
        sa.CheckConstraint("most > 0", name=op.f("ck_term_caps_most")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_caps")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (*data_version_triggers(), *(SQLITE if sqlite else POSTGRESQL)):
        op.execute(statement)


def data_version_triggers() -> list[str]:
    if op.get_bind().dialect.name != "sqlite":
        return [
            "CREATE TRIGGER settings_versions_data_version AFTER INSERT OR UPDATE OR DELETE "
            "ON settings_versions FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
        ]
    return [
        f"CREATE TRIGGER settings_versions_data_version_{event.lower()} AFTER {event} "
        "ON settings_versions BEGIN UPDATE data_version SET version = version + 1; END"
        for event in EVENTS
    ]


def change_roles(before: str, after: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_users_role"), "users", type_="check")
        op.create_check_constraint(op.f("ck_users_role"), "users", after)
        return
    connection = op.get_bind()
    schema = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'users'",
        (before, after),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={schema + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER chats_within_term_caps_on_insert")
        op.execute("DROP TRIGGER chats_within_term_caps_on_update")
    else:
        op.execute("DROP TRIGGER chats_within_term_caps ON chats")
        op.execute("DROP FUNCTION chats_within_term_caps()")
    op.drop_table("term_caps")
    op.drop_table("settings_versions")
    # There is no such role any more: its people go, with the mails that invited them.
    op.execute(
        "DELETE FROM notices WHERE user_id IN (SELECT id FROM users WHERE role = 'admissions')"
    )
    op.execute("DELETE FROM users WHERE role = 'admissions'")
    change_roles(AFTER, BEFORE)
