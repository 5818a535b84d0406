"""The weights of the families: rehearsed on the weeks that were, then saved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.interests import Vocabulary, Wanted
from ambassadors.core.refused import Refused
from ambassadors.core.rehearsal import Asked, Rehearsal, rehearse
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.core.weights import Weights, reweigh, weights_of
from ambassadors.models import Chat, WaitingRequest
from ambassadors.services.programme import read_vocabulary
from ambassadors.services.settings import weighing
from ambassadors.services.standing import STANDING

MOST_ASKED = 5000  # of each kind, the latest: a page must not take minutes
TOOK_PLACE = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)

_CHAT = Chat.__table__.c
_REQUEST = WaitingRequest.__table__.c


def rehearse_weights(
    session: Session, weights: Weights, weeks: int, now: datetime, *, most: int = MOST_ASKED
) -> Rehearsal:
    """What these weights would have changed for all who booked or asked in the past weeks.

    Ambassadors, their interests and caps are those of today. Two queries beside those that are
    kept in memory. Of chats and of requests only the latest `most` are read each.
    """
    standing = STANDING.read(session)
    known = standing.vocabulary
    read = [
        list(islice(kind(session, known, weeks, now), most + 1)) for kind in (_chats, _requests)
    ]
    asked = [one for kind in read for one in kind[:most]]
    found = rehearse(asked, standing.pool, known, reweigh(known, weights))
    return replace(found, latest=most if any(len(kind) > most for kind in read) else None)


def save_weights(
    session: Session, weights: Weights, before: Weights, user_id: int, now: datetime
) -> None:
    """Sets the weights and records it; Refused (409) when they are no more as `before`."""
    if weights_of(read_vocabulary(session)) != before:
        raise Refused(
            said("The weights have been changed in the meantime. Rehearse yours again."), status=409
        )
    if weights != before:
        weighing.carry_out(session, before, weights, now)
        weighing.record(session, weights, before, user_id, now)


def _chats(session: Session, known: Vocabulary, weeks: int, now: datetime) -> Iterator[Asked]:
    """Chats booked in these weeks, except those that were cancelled or never confirmed."""
    rows = session.execute(
        select(
            _CHAT.uid, _CHAT.prospect_name, _CHAT.created_at,
            _CHAT.interests, _CHAT.most, _CHAT.languages,
        )
        .where(
            _CHAT.created_at.between(now - timedelta(weeks=weeks), now),
            _CHAT.status.in_([status.value for status in TOOK_PLACE]),
        )
        .order_by(_CHAT.created_at.desc(), _CHAT.id.desc())
        .limit(MOST_ASKED + 1)
    )  # fmt: skip
    for uid, name, at, *wish in rows:
        yield Asked("chat", uid, name, minute_of(at), _wish(known, *wish))


def _requests(session: Session, known: Vocabulary, weeks: int, now: datetime) -> Iterator[Asked]:
    """Requests of these weeks, except those after which a chat was booked: it stands for both."""
    booked = exists().where(
        _CHAT.prospect_id == _REQUEST.prospect_id,
        _CHAT.created_at >= _REQUEST.created_at,
        _CHAT.status.in_([status.value for status in TOOK_PLACE]),
    )
    rows = session.execute(
        select(
            _REQUEST.id, _REQUEST.name, _REQUEST.created_at,
            _REQUEST.interests, _REQUEST.most, _REQUEST.languages,
        )
        .where(_REQUEST.created_at.between(now - timedelta(weeks=weeks), now), ~booked)
        .order_by(_REQUEST.created_at.desc(), _REQUEST.id.desc())
        .limit(MOST_ASKED + 1)
    )  # fmt: skip
    for id, name, at, *wish in rows:
        yield Asked("request", str(id), name, minute_of(at), _wish(known, *wish))


def _wish(known: Vocabulary, interests: list[str], most: list[str], languages: list[str]) -> Wanted:
    """What they asked for, as far as the programme still has it."""
    asked = tuple(sorted({key for key in interests if known.knows(key)}))
    return Wanted(asked, frozenset(most).intersection(asked), tuple(languages))
