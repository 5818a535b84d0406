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
    for statement in data_version_triggers():
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
    op.drop_table("settings_versions")
    # There is no such role any more: its people go, with the mails that invited them.
    op.execute(
        "DELETE FROM notices WHERE user_id IN (SELECT id FROM users WHERE role = 'admissions')"
    )
    op.execute("DELETE FROM users WHERE role = 'admissions'")
    change_roles(AFTER, BEFORE)
