"""The promises the database itself keeps about chats, and the data version.

Overlaps and caps on SQLite are triggers (writers hold the write lock, so a trigger sees all that
counts); on PostgreSQL overlaps are exclusion constraints, and caps a trigger that locks the
ambassador's row before it counts. A range of one id stands in for btree_gist, which not every
PostgreSQL carries.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = "('held', 'confirmed')"
COUNTED = "('held', 'confirmed', 'completed', 'no_show')"
VERSIONED = (
    "families",
    "interests",
    "ambassadors",
    "ambassador_interests",
    "users",
    "weekly_hours",
    "hours_exceptions",
    "time_off",
    "programmes",
)

SQLITE_CHECKS = f"""
  SELECT RAISE(ABORT, 'chats_ambassador_overlap') WHERE NEW.status IN {LIVE} AND EXISTS (
    SELECT 1 FROM chats c WHERE c.ambassador_id = NEW.ambassador_id AND c.status IN {LIVE}
    AND c.id IS NOT NEW.id
    AND c.blocked_until > NEW.blocked_from AND c.blocked_from < NEW.blocked_until);
  SELECT RAISE(ABORT, 'chats_prospect_overlap') WHERE NEW.status IN {LIVE} AND EXISTS (
    SELECT 1 FROM chats c WHERE c.prospect_id = NEW.prospect_id AND c.status IN {LIVE}
    AND c.id IS NOT NEW.id
    AND c.ends_at > NEW.starts_at AND c.starts_at < NEW.ends_at);
  SELECT RAISE(ABORT, 'chats_weekly_cap') WHERE NEW.status IN {LIVE} AND (
    SELECT count(*) FROM chats c WHERE c.ambassador_id = NEW.ambassador_id
    AND c.cap_week = NEW.cap_week AND c.status IN {COUNTED} AND c.id IS NOT NEW.id)
    >= (SELECT weekly_cap FROM ambassadors WHERE id = NEW.ambassador_id);
  SELECT RAISE(ABORT, 'chats_daily_cap') WHERE NEW.status IN {LIVE} AND (
    SELECT count(*) FROM chats c WHERE c.ambassador_id = NEW.ambassador_id
    AND c.cap_week = NEW.cap_week AND c.cap_day = NEW.cap_day
    AND c.status IN {COUNTED} AND c.id IS NOT NEW.id)
    >= (SELECT daily_cap FROM ambassadors WHERE id = NEW.ambassador_id);
"""

# What makes a chat take a place it did not have: a new row, a time, a person, or a status that
# was not live. Holding on to a place (held -> confirmed) never needs one.
TAKES_A_PLACE = f"""(
  OLD.ambassador_id <> NEW.ambassador_id OR OLD.prospect_id <> NEW.prospect_id
  OR OLD.starts_at <> NEW.starts_at OR OLD.ends_at <> NEW.ends_at
  OR OLD.blocked_from <> NEW.blocked_from OR OLD.blocked_until <> NEW.blocked_until
  OR OLD.status NOT IN {LIVE})"""

SQLITE = (
    f"CREATE TRIGGER chats_place_on_insert BEFORE INSERT ON chats BEGIN {SQLITE_CHECKS} END",
    f"""CREATE TRIGGER chats_place_on_update BEFORE UPDATE ON chats
        WHEN NEW.status IN {LIVE} AND {TAKES_A_PLACE} BEGIN {SQLITE_CHECKS} END""",
    """CREATE TRIGGER chats_identity BEFORE UPDATE ON chats
       WHEN NEW.uid <> OLD.uid OR NEW.sequence < OLD.sequence OR NEW.version < OLD.version
       BEGIN SELECT RAISE(ABORT, 'chats_identity'); END""",
)

POSTGRESQL = (
    f"""ALTER TABLE chats ADD CONSTRAINT chats_ambassador_overlap EXCLUDE USING gist (
        int8range(ambassador_id, ambassador_id, '[]') WITH &&,
        tstzrange(blocked_from, blocked_until) WITH &&) WHERE (status IN {LIVE})""",
    f"""ALTER TABLE chats ADD CONSTRAINT chats_prospect_overlap EXCLUDE USING gist (
        int8range(prospect_id, prospect_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN {LIVE})""",
    f"""CREATE FUNCTION chats_within_caps() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE caps record; in_week bigint; on_day bigint;
    BEGIN
      IF NEW.status NOT IN {LIVE} THEN RETURN NEW; END IF;
      IF TG_OP = 'UPDATE' THEN
        IF NOT {TAKES_A_PLACE} THEN RETURN NEW; END IF;
      END IF;
      SELECT daily_cap, weekly_cap INTO caps FROM ambassadors
        WHERE id = NEW.ambassador_id FOR NO KEY UPDATE;
      SELECT count(*), count(*) FILTER (WHERE cap_day = NEW.cap_day) INTO in_week, on_day
        FROM chats WHERE ambassador_id = NEW.ambassador_id AND cap_week = NEW.cap_week
        AND status IN {COUNTED} AND id IS DISTINCT FROM NEW.id;
      IF in_week >= caps.weekly_cap THEN
        RAISE EXCEPTION 'the week is full' USING ERRCODE = '23514', CONSTRAINT = 'chats_weekly_cap';
      END IF;
      IF on_day >= caps.daily_cap THEN
        RAISE EXCEPTION 'the day is full' USING ERRCODE = '23514', CONSTRAINT = 'chats_daily_cap';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER chats_within_caps BEFORE INSERT OR UPDATE ON chats
       FOR EACH ROW EXECUTE FUNCTION chats_within_caps()""",
    """CREATE FUNCTION chats_identity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'a UID stays and a SEQUENCE only rises'
        USING ERRCODE = '23514', CONSTRAINT = 'chats_identity';
    END $$""",
    """CREATE TRIGGER chats_identity BEFORE UPDATE ON chats FOR EACH ROW
       WHEN (NEW.uid <> OLD.uid OR NEW.sequence < OLD.sequence OR NEW.version < OLD.version)
       EXECUTE FUNCTION chats_identity()""",
    """CREATE FUNCTION raise_data_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE data_version SET version = version + 1; RETURN NULL; END $$""",
)


def upgrade() -> None:
    op.execute("INSERT INTO data_version (id, version) VALUES (1, 1)")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)
    for table in VERSIONED:
        for statement in data_version_triggers(table, sqlite):
            op.execute(statement)


def data_version_triggers(table: str, sqlite: bool) -> list[str]:
    # A sign-in writes to users, too, and changes nothing that a cache holds.
    update = "UPDATE OF name, active" if table == "users" else "UPDATE"
    if not sqlite:
        return [
            f"CREATE TRIGGER {table}_data_version AFTER INSERT OR {update} OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_data_version()"
        ]
    return [
        f"CREATE TRIGGER {table}_data_version_{event.split()[0].lower()} AFTER {event} ON {table} "
        "BEGIN UPDATE data_version SET version = version + 1; END"
        for event in ("INSERT", update, "DELETE")
    ]


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in VERSIONED:
        names = [f"{table}_data_version_{e}" for e in ("insert", "update", "delete")]
        for name in names if sqlite else [f"{table}_data_version"]:
            op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    if sqlite:
        for name in ("chats_place_on_insert", "chats_place_on_update", "chats_identity"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER chats_within_caps ON chats")
        op.execute("DROP TRIGGER chats_identity ON chats")
        for name in ("chats_within_caps", "chats_identity", "raise_data_version"):
            op.execute(f"DROP FUNCTION {name}()")
        for name in ("chats_ambassador_overlap", "chats_prospect_overlap"):
            op.execute(f"ALTER TABLE chats DROP CONSTRAINT {name}")
    op.execute("DELETE FROM data_version")
