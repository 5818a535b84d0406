"""Filters of lists under a name, for all coordinators: the address's query is the filter."""

from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.models import SavedFilter
from ambassadors.models.engine import attempt

Page = Literal["chats", "mail"]
LONGEST_NAME, LONGEST_QUERY = 80, 1000


def list_filters(session: Session, page: Page) -> list[SavedFilter]:
    """All of a page, by name."""
    rows = select(SavedFilter).where(SavedFilter.page == page).order_by(SavedFilter.name)
    return list(session.scalars(rows))


def save(session: Session, page: Page, name: str, query: str, user_id: int, now: datetime) -> None:
    """Keeps a filter; refused (422) without a name, (409) when there is one of that name."""
    name = read_name(name)
    if len(query) > LONGEST_QUERY:
        raise Refused(said("This filter is too long to be kept."), field="name")
    try:
        with attempt(session):
            session.execute(
                insert(SavedFilter).values(
                    page=page, name=name, query=query, user_id=user_id, created_at=now
                )
            )
    except IntegrityError as fault:
        raise Refused(
            said("There is a filter called “{name}” already.", name=name), status=409
        ) from fault


def rename(session: Session, filter_id: int, name: str) -> None:
    """Another name; refused as `save` is, and (404) when there is no such filter."""
    name = read_name(name)
    change = update(SavedFilter).where(SavedFilter.id == filter_id).values(name=name)
    try:
        with attempt(session):
            found = session.execute(change.execution_options(synchronize_session=False))
    except IntegrityError as fault:
        raise Refused(
            said("There is a filter called “{name}” already.", name=name), status=409
        ) from fault
    if not found.rowcount:  # type: ignore[attr-defined]
        raise Refused(said("There is no such filter."), status=404)


def remove(session: Session, filter_id: int) -> tuple[str, str]:
    """Forgets a filter; gives its name and its query. Refused (404) when there is none."""
    gone = delete(SavedFilter).where(SavedFilter.id == filter_id)
    found = session.execute(gone.returning(SavedFilter.name, SavedFilter.query)).one_or_none()
    if found is None:
        raise Refused(said("There is no such filter."), status=404)
    return found.name, found.query


def read_name(name: str) -> str:
    """One line that says something."""
    name = one_line(name)[:LONGEST_NAME].strip()
    if not name:
        raise Refused(said("Give the filter a name."), field="name")
    return name
