"""What nobody else on the machine, and nobody who reads the log, is to see."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from ambassadors.extensions import db
from ambassadors.models import engine as engines


def test_the_files_of_a_new_database_are_for_their_owner_alone(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/new.db")
    engines.prepare(engine)
    with engine.execution_options(**{engines.WRITES: True}).begin() as connection:
        connection.execute(text("CREATE TABLE chats (question TEXT)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    names = ("new.db", "new.db-shm", "new.db-wal", "new.db.lock")
    assert modes == dict.fromkeys(names, 0o600)


def test_a_fault_of_the_database_does_not_repeat_what_people_typed(session):
    with pytest.raises(DBAPIError) as fault:
        db.session.execute(text("SELECT :question FROM nowhere"), {"question": "My visa?"})
    assert "My visa?" not in str(fault.value)
