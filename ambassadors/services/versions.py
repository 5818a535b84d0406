"""What changes seldom is kept in memory, per process, until the data version rises.

Triggers raise the version with every change of vocabulary, profiles or hours, so that asking
whether something kept is still true costs one integer.
"""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ambassadors.models.engine import WRITES

T = TypeVar("T")


def data_version(session: Session) -> int:
    """The version of vocabulary, profiles and hours, as this transaction sees it."""
    # Written out: on every page, and five times as fast as a statement that must be compiled.
    row = session.connection().exec_driver_sql("SELECT version FROM data_version").first()
    return 0 if row is None else int(row[0])


class Kept(Generic[T]):
    """Something read from the database once per data version, whatever the number of requests.

    What is kept is shared between threads: it must be immutable.
    """

    def __init__(self, load: Callable[[Session], T]) -> None:
        self._load = load
        self._kept: WeakKeyDictionary[Engine, tuple[int, T]] = WeakKeyDictionary()

    def read(self, session: Session) -> T:
        """What is true for this transaction."""
        version = data_version(session)
        connection = session.connection()
        kept = self._kept.get(connection.engine)
        if kept is not None and kept[0] == version:
            return kept[1]
        value = self._load(session)
        # A transaction that writes may yet be undone, and its version given to other data.
        if not connection.get_execution_options().get(WRITES):
            self._kept[connection.engine] = (version, value)
        return value
