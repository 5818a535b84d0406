"""Waiting requests: prospects whom nobody matched, or nobody was free for."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.interests import wanted
from ambassadors.core.notices import PROSPECT, Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.waking import WAKING
from ambassadors.models import WaitingRequest
from ambassadors.services.blocks import refuse_blocked
from ambassadors.services.notices import queue
from ambassadors.services.people import check_question, prospect_of, read_contact
from ambassadors.services.programme import vocabulary
from ambassadors.services.throttles import count_or_refuse, limit_mails_from


@dataclass(frozen=True)
class Ask:
    """What somebody asks who wants to be matched by a coordinator.

    `waking`: from when to when they are awake, in wall minutes of each day. `network` is a keyed
    hash of the caller's network address, None where that is not limited; `locale` the
    language of its mails.
    """

    name: str
    email: str
    zone: str
    interests: Sequence[str]
    most: Sequence[str] = ()
    languages: Sequence[str] = ()
    question: str = ""
    waking: tuple[int, int] = WAKING
    network: str | None = None
    locale: str = "en"


def ask(session: Session, ask: Ask, now: datetime, *, mail: bool = True) -> WaitingRequest:
    """Takes a request; one that waits already for this address is replaced by what it says now.

    Refused (422) when it is malformed, (409) from who is blocked, (429) when five came for this
    address within the hour.
    """
    contact = read_contact(ask.name, ask.email, ask.zone)
    check_question(ask.question)
    asked = wanted(vocabulary(session), ask.interests, ask.most, ask.languages)
    if not asked.interests:
        raise Refused(said("Please choose at least one interest."), field="interests")
    prospect = prospect_of(session, contact, now)
    if mail:
        refuse_blocked(session, contact.email)
        limit_requests(session, contact.email, now)
        limit_mails_from(session, ask.network, now)
    row = session.scalar(
        select(WaitingRequest).where(
            WaitingRequest.prospect_id == prospect.id, WaitingRequest.state == "waiting"
        )
    )
    if row is None:
        row = WaitingRequest(
            uid=str(uuid.uuid4()), nonce=secrets.token_urlsafe(32), prospect_id=prospect.id,
            state="waiting", created_at=now,
        )  # fmt: skip
        session.add(row)
    row.name, row.time_zone, row.question = contact.name, contact.zone, ask.question.strip()
    row.interests, row.most = list(asked.interests), sorted(asked.most)
    row.languages, row.changed_at = list(asked.languages), now
    row.wake, row.sleep = ask.waking
    row.locale = ask.locale
    session.flush()
    if mail and row.created_at == now:
        received = Due(Kind.REQUEST_RECEIVED, PROSPECT, now, now + timedelta(days=1))
        queue(session, row.uid, 1, [received], now, request_id=row.id)
    return row


def limit_requests(session: Session, email: str, now: datetime) -> None:
    """Five an hour for one address."""
    count_or_refuse(
        session, "request", email, now, limit=5, per=timedelta(hours=1),
        why=said(
            "Five requests came for this e-mail address within the hour. Please try again later."
        ),
    )  # fmt: skip


def find_request(session: Session, request_id: int) -> WaitingRequest:
    """One request; refused (404) when there is none."""
    row = session.get(WaitingRequest, request_id)
    if row is None:
        raise Refused(said("There is no such request."), status=404)
    return row


def close(session: Session, request_id: int, now: datetime) -> WaitingRequest:
    """Takes a request off the waiting list without a match."""
    row = find_request(session, request_id)
    if row.state != "waiting":
        raise Refused(said("This request is not waiting any more."), status=409)
    row.state, row.changed_at = "closed", now
    session.flush()
    return row
