"""What changes seldom is kept in memory, per process, until the data version rises.

Triggers raise the version with every change of vocabulary, profiles or hours, so that asking
whether something kept is still true costs one integer.
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from ambassadors.models import engine

T = TypeVar("T")


def data_version(session: Session) -> int:
    """The version of vocabulary, profiles and hours, as this transaction sees it.

    One that only reads asks once: what it keeps under a version it saw early is at most newer.
    Whoever writes does so through `writing.write`; they ask each time, but on SQLite, where
    nobody else writes meanwhile, only after changes of their own.
    """
    connection = session.connection()
    writes = connection.get_execution_options().get(engine.WRITES)
    moment = session.get_transaction(), engine.changes(connection) if writes else 0
    seen: tuple[tuple[object, int | None], int] | None = session.info.get(engine.SEEN)
    if seen is None or seen[0] != moment or moment[1] is None:
        seen = session.info[engine.SEEN] = (moment, engine.data_version(connection))
    return seen[1]


class Kept(Generic[T]):
    """Something read from the database once per data version, whatever the number of requests.

    What is kept is shared between threads: it must be immutable.
    """

    def __init__(self, load: Callable[[Session], T]) -> None:
        self._load = load
        self._kept: WeakKeyDictionary[Engine, tuple[int, T]] = WeakKeyDictionary()
        self._loading = Lock()

    def read(self, session: Session, version: int | None = None) -> T:
        """What is true for this transaction; `version` when it is known already."""
        version = data_version(session) if version is None else version
        there = session.get_bind().engine
        kept = self._kept.get(there)
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._loading:  # others who need it wait, instead of loading the same again
            kept = self._kept.get(there)
            if kept is not None and kept[0] == version:
                return kept[1]
            return self._load_and_keep(session, session.connection(), version)

    def _load_and_keep(self, session: Session, connection: Connection, version: int) -> T:
        value = self._load(session)
        # What a transaction itself has changed may yet be undone, and its version given to other
        # data: then it is not kept.
        writes = connection.get_execution_options().get(engine.WRITES)
        if not writes or session.info.get(engine.VERSION_AT_BEGIN) == version:
            self._kept[connection.engine] = (version, value)
        return value
