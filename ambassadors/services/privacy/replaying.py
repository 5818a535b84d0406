"""Erasures applied again to a restored backup, which is older than they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.models import PrivacyAct, Prospect, User
from ambassadors.services.privacy.files import Line, line_of
from ambassadors.services.privacy.going_on import Eraser, erase, forget_searched
from ambassadors.services.privacy.people import PROSPECT, STAFF, ask_for_erasure, key_of
from ambassadors.services.writing import write

Model = type[Prospect] | type[User]


@dataclass(frozen=True)
class Replayed:
    """`found` people of the ledger are there again; `erased` of them are gone now, the others once
    everybody has been told of chats that were still booked in the backup.
    """

    lines: int
    found: int
    erased: int


def read_done(session: Session) -> Iterator[Line]:
    """Every erasure that the database knows of, the earliest first."""
    done = (PrivacyAct.action == "erasure", PrivacyAct.done_at.is_not(None))
    for act in session.scalars(select(PrivacyAct).where(*done).order_by(PrivacyAct.id)):
        yield line_of(act)


def replay(session: Session, lines: Iterable[Line], eraser: Eraser) -> Replayed:
    """Erases everybody who is in the ledger and, having come before that erasure, in the database.

    Whoever came back after they were erased stays. Doing it twice is doing it once.
    """
    ledger = list(lines)
    back = find_back(session, ledger)
    acts = [
        write(session, partial(begin, model=model, id=id, now=eraser.now)) for model, id in back
    ]
    erased = sum(erase(session, act_id, eraser) for act_id in acts)
    if erased:
        forget_searched(session)
    return Replayed(len(ledger), len(acts), erased)


def find_back(session: Session, ledger: list[Line]) -> list[tuple[Model, int]]:
    """Who is there again."""
    last = {(line.kind, line.key): line.at for line in sorted(ledger, key=lambda one: one.at)}
    people: list[tuple[Model, int]] = []
    models: tuple[tuple[str, Model], ...] = ((PROSPECT, Prospect), (STAFF, User))
    for kind, model in models:
        rows = select(model.id, model.email, model.created_at).where(model.erased_at.is_(None))
        for id, email, created_at in session.execute(rows):
            at = last.get((kind, key_of(session, email)))
            if at is not None and created_at <= at:
                people.append((model, id))
    session.rollback()
    return people


def begin(session: Session, model: Model, id: int, now: datetime) -> int:
    """Asks for it again; the act's id."""
    person: Prospect | User = session.get_one(model, id)  # type: ignore[assignment]
    return ask_for_erasure(session, person, "replay", None, now).id


def count_open(session: Session) -> int:
    """How many erasures are under way."""
    under_way = select(func.count()).select_from(PrivacyAct).where(PrivacyAct.done_at.is_(None))
    return session.scalar(under_way) or 0
