"""Waiting requests as a list."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from ambassadors.models import Prospect, WaitingRequest
from ambassadors.services.paging import Page, contains, page_of

STATES = ("waiting", "matched", "closed")


@dataclass(frozen=True)
class RequestFilter:
    """Which requests: what is empty does not narrow. Search as for chats."""

    state: str = "waiting"
    search: str = ""


def find_requests(session: Session, wanted: RequestFilter, number: int = 1) -> Page[WaitingRequest]:
    """The requests that a filter means: those that wait the longest first, others the latest."""
    rows = (
        select(WaitingRequest)
        .join(WaitingRequest.prospect)
        .options(contains_eager(WaitingRequest.prospect))
    )
    if wanted.state:
        rows = rows.where(WaitingRequest.state == wanted.state)
    if wanted.search:
        rows = rows.where(
            contains(wanted.search, WaitingRequest.name, Prospect.email, WaitingRequest.question)
        )
    longest = WaitingRequest.created_at
    if wanted.state == "waiting":
        return page_of(session, rows.order_by(longest, WaitingRequest.id), number)
    return page_of(session, rows.order_by(longest.desc(), WaitingRequest.id.desc()), number)
