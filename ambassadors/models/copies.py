"""A session that reads from a copy of the database, PostgreSQL's standby, until it writes."""

from sqlalchemy.orm import Session

from ambassadors.models.engine import READS_COPY


def read_from_copy(session: Session) -> None:
    """From now on this session reads from DATABASE_READ_URL, until it begins to write."""
    session.info[READS_COPY] = True


def read_from_primary(session: Session) -> None:
    """Back to the database that is written to; ends the transaction on the copy."""
    if session.in_transaction():
        session.rollback()
    session.info[READS_COPY] = False


def position(session: Session) -> str:
    """How far PostgreSQL's log has come: a copy that has replayed it shows all that was written."""
    return str(session.connection().exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar())


def has_replayed(session: Session, position: str) -> bool:
    """Whether the copy has come as far; False when it is no standby."""
    asked = "SELECT pg_last_wal_replay_lsn() >= CAST(%s AS pg_lsn)"
    return bool(session.connection().exec_driver_sql(asked, (position,)).scalar())
