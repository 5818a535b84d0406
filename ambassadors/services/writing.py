"""The one way to write: a whole transaction, again when the database asks for it."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from ambassadors.core.refused import Refused
from ambassadors.models.engine import begin_write, worth_retrying

T = TypeVar("T")
TRIES = 6


def write(session: Session | scoped_session[Session], work: Callable[[Session], T]) -> T:
    """Runs `work` in one writing transaction and commits it; the edges call this.

    A Refused with `keep` commits what was written before it; its alternatives are looked up when
    the transaction is over. A deadlock is tried again, with a
    short random pause; any other fault rolls back and goes on up.
    """
    plain = session() if isinstance(session, scoped_session) else session
    for left in reversed(range(TRIES)):
        try:
            begin_write(plain)
            result = work(plain)
            plain.commit()
            return result
        except Refused as refusal:
            plain.commit() if refusal.keep else plain.rollback()
            refusal.complete(plain)
            raise
        except OperationalError as fault:
            plain.rollback()
            if not left or not worth_retrying(fault):
                raise
            time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - a pause, not a secret
        except BaseException:
            plain.rollback()
            raise
    raise AssertionError("unreachable")
