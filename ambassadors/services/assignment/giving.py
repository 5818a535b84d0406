"""Matching one who waits, without a plan: whom a coordinator picks of those who fit now."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT, Due, Kind, ambassador
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, WaitingRequest
from ambassadors.services import matching
from ambassadors.services.assignment.accepting import DIGEST_USEFUL, MATCHED_VERSION
from ambassadors.services.assignment.waiting import PROMISED, still_waiting, wish_of
from ambassadors.services.matching import Found
from ambassadors.services.notices import queue
from ambassadors.services.programme import vocabulary
from ambassadors.services.waiting import find_request

MOST_FITTING = 5


def fitting(session: Session, request: WaitingRequest, now: datetime) -> Found:
    """The best matches with free times as things stand now."""
    wish = wish_of(request, vocabulary(session))
    return matching.find(session, wish, now, limit=MOST_FITTING, awake=request.awake)


def give(
    session: Session, request_id: int, ambassador_id: int | None, now: datetime
) -> WaitingRequest:
    """Matches one who waits with one of those who fit, and tells both, as a plan does.

    Refused: 404 for no such request, 409 when it does not wait any more or they fit no more.
    """
    request = find_request(session, request_id)
    fit = {one.match.profile.id for one in fitting(session, request, now).offers}
    if ambassador_id not in fit:
        raise Refused(said("Choose one of those who fit now."), status=409)
    claim(session, request_id, ambassador_id, now)
    due = Due(Kind.REQUEST_MATCHED, PROSPECT, now, now + PROMISED)
    queue(session, request.uid, MATCHED_VERSION, [due], now, request_id=request_id)
    user_id = session.get_one(Ambassador, ambassador_id).user_id
    told = Due(Kind.PLAN_DIGEST, ambassador(ambassador_id), now, now + DIGEST_USEFUL)
    details = {"request_id": request_id, "ambassador_id": ambassador_id}
    queue(session, f"match:{request.uid}", 1, [told], now, user_id=user_id, details=details)
    return request


def claim(session: Session, request_id: int, ambassador_id: int, now: datetime) -> None:
    """Only one who matches, closes or books a request comes through."""
    found = session.execute(
        update(WaitingRequest)
        .where(WaitingRequest.id == request_id, still_waiting())
        .values(state="matched", ambassador_id=ambassador_id, changed_at=now)
        .returning(WaitingRequest.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        raise Refused(said("This request is not waiting any more."), status=409)
    session.expire_all()
