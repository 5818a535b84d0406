"""Holding a time for ten minutes, and confirming it with the code from the mail."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from ambassadors.core import notices as due
from ambassadors.core.chats import HOLD, Status
from ambassadors.core.interests import Wanted, wanted
from ambassadors.core.matching import points, score
from ambassadors.core.pools import best
from ambassadors.models import Ambassador, Chat, Prospect
from ambassadors.models.bare import as_written, attempt_one
from ambassadors.services.booking.codes import queue_code
from ambassadors.services.booking.door import (
    PROSPECT,
    change,
    expire_holds,
    find_chat,
    write_history,
)
from ambassadors.services.booking.limits import refuse_too_many
from ambassadors.services.booking.places import lock_ambassador, place_of, refusal, require_free
from ambassadors.services.busy import refresh_soon
from ambassadors.services.notices import queue_for_chat, times_of
from ambassadors.services.people import Contact, check_question, prospect_of, read_contact
from ambassadors.services.programme import vocabulary
from ambassadors.services.standing import STANDING
from ambassadors.services.versions import data_version

OFFERED = 5  # of the best matches that are remembered with a chat
_ADD = Chat.__table__.insert()  # type: ignore[attr-defined]  # a Table


@dataclass(frozen=True)
class Order:
    """What a prospect asks to book. `start` is aware; `zone` the prospect's.

    `held_from` is a keyed hash of the network address, None where that is not limited;
    `replaces` the UID of an earlier hold of the same browser, released when this one is made;
    `locale` the language its mails are in; `source` where they ask, "web" or "api".
    """

    ambassador_id: int
    start: datetime
    minutes: int
    name: str
    email: str
    zone: str
    interests: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    question: str = ""
    held_from: str | None = None
    replaces: str | None = None
    locale: str = "en"
    source: str = ""


def hold(session: Session, order: Order, now: datetime, verify: bool) -> Chat:
    """Holds the time for ten minutes and queues the code; confirms at once without `verify`.

    Raises Refused: 422 for what is malformed or no slot, 409 with alternatives for a time that
    is taken, without for who is blocked, 429 beyond the limits for one person or network
    address, 404 for nobody.
    """
    contact = read_contact(order.name, order.email, order.zone)
    check_question(order.question)
    asked = wanted(vocabulary(session), order.interests, order.most, order.languages)
    ambassador = lock_ambassador(session, order.ambassador_id)
    release_replaced(session, order, now)
    version = data_version(session)  # once, behind the lock
    require_free(  # most racers end here
        session, ambassador.id, order.start, order.minutes, now, version=version
    )
    prospect = prospect_of(session, contact, now)
    expire_holds(session, now, ambassador_id=ambassador.id, prospect_id=prospect.id)
    refuse_too_many(session, prospect, order.held_from if verify else None, now)
    row = row_of(ambassador, prospect, contact, order, now, verify)
    row |= match_of(session, ambassador.id, asked, version)
    chat = insert(session, row, order, now)
    set_committed_value(chat, "ambassador", ambassador)  # as they are, without reading them again
    set_committed_value(chat, "prospect", prospect)
    if verify:
        write_history(session, chat, PROSPECT, "held", now)
        queue_code(session, chat, now)
        refresh_soon(session, ambassador.id, now)
    else:
        write_history(session, chat, PROSPECT, "confirmed", now)
        queue_for_chat(session, chat, due.for_confirmed(times_of(session, chat, version), now), now)
    return chat


def row_of(
    ambassador: Ambassador,
    prospect: Prospect,
    contact: Contact,
    order: Order,
    now: datetime,
    verify: bool,
) -> dict[str, Any]:
    """A new chat's columns, less those of the match."""
    return {
        "uid": str(uuid.uuid4()),
        "nonce": secrets.token_urlsafe(32),
        "ambassador_id": ambassador.id,
        "prospect_id": prospect.id,
        "status": (Status.HELD if verify else Status.CONFIRMED).value,
        "version": 1,
        "sequence": 0,
        "hold_expires_at": now + HOLD if verify else None,
        "guesses": 0,
        "held_from": order.held_from if verify else None,
        "prospect_name": contact.name,
        "prospect_zone": contact.zone,
        "locale": order.locale,
        "question": order.question.strip(),
        "place": ambassador.place,
        "source": order.source,
        "created_at": now,
        "changed_at": now,
        **vars(place_of(ambassador, order.start, order.minutes)),
    }


def match_of(session: Session, ambassador_id: int, asked: Wanted, version: int) -> dict[str, Any]:
    """What was asked for, how well the ambassador fits today and who else does, as columns."""
    columns: dict[str, Any] = {
        "interests": list(asked.interests),
        "most": sorted(asked.most),
        "languages": list(asked.languages),
        "score": None,
        "offered": None,
    }
    if asked.interests:
        standing = STANDING.read(session, version)
        profile = standing.pool.profiles[standing.pool.places[ambassador_id]]
        columns["score"] = score(points(asked, standing.vocabulary), profile)
        line = best(standing.pool, asked, standing.vocabulary, {})
        columns["offered"] = [[one.id, got] for got, one in islice(line, OFFERED)]
    return columns


def insert(session: Session, row: dict[str, Any], order: Order, now: datetime) -> Chat:
    """Writes the row; whether the place was free, the database says."""
    try:
        added = attempt_one(session, _ADD, row)
    except IntegrityError as fault:
        raise refusal(fault, order.ambassador_id, order.start, order.minutes, now) from fault
    id = added.inserted_primary_key[0]  # type: ignore[index]  # one row has one
    del row["offered"]  # seldom asked for, so not kept with the object
    return as_written(session, Chat, row | {"id": id})


def release_replaced(session: Session, order: Order, now: datetime) -> None:
    """Lets go of this browser's earlier hold: choosing another time means giving that one up."""
    if order.replaces is None:
        return
    earlier = session.scalar(
        select(Chat).where(Chat.uid == order.replaces, Chat.status == Status.HELD.value)
    )
    if earlier is not None:
        change(session, earlier, PROSPECT, "released", now, status=Status.EXPIRED.value)
        queue_for_chat(session, earlier, [], now)


def release(session: Session, uid: str, now: datetime) -> Chat:
    """Lets go of a hold before its time; nothing happens when it is no hold any more."""
    chat = find_chat(session, uid)
    if chat.status == Status.HELD:
        change(session, chat, PROSPECT, "released", now, status=Status.EXPIRED.value)
        queue_for_chat(session, chat, [], now)
    return chat
