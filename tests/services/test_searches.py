"""Searches that found nobody: counted by day, bounded, forgotten; nobody is named."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import Search
from ambassadors.services import searches
from ambassadors.services.searches import Looked, read_looked
from ambassadors.services.writing import write

DAY = timedelta(days=1)
LOOKED = Looked(("research-center/robotics", "track/thesis"), ("en",), "Asia/Kolkata")


def count(session: Session, looked: Looked, now: datetime, network: str | None = None) -> None:
    write(session, lambda s: searches.count(s, looked, now, network))


def test_the_same_search_is_one_row_a_day(session: Session, now: datetime) -> None:
    for at in (now, now + timedelta(hours=1), now + DAY):
        count(session, LOOKED, at)
    count(session, Looked(("track/thesis",), (), "Asia/Kolkata"), now)
    rows = session.scalars(select(Search).order_by(Search.day, Search.id)).all()
    assert [(row.day, len(row.interests), row.count) for row in rows] == [
        (now.date(), 2, 2),
        (now.date(), 1, 1),
        ((now + DAY).date(), 2, 1),
    ]


def test_a_row_has_nothing_of_a_person() -> None:
    assert set(Search.__table__.c.keys()) == {
        *("id", "day", "mark", "interests", "languages", "zone", "wake", "sleep", "count")
    }


def test_a_search_reads_back_from_its_text() -> None:
    assert read_looked(LOOKED.text) == LOOKED


def test_a_network_is_counted_sixty_times_an_hour(session: Session, now: datetime) -> None:
    for _ in range(60):
        count(session, LOOKED, now, "net")
    with pytest.raises(Refused) as caught:
        count(session, LOOKED, now, "net")
    assert caught.value.status == 429
    count(session, LOOKED, now + timedelta(minutes=61), "net")
    assert session.scalar(select(func.sum(Search.count))) == 61


def test_a_day_keeps_so_many_different_searches_and_goes_on_counting_those(
    session: Session, now: datetime
) -> None:
    rows = [
        searches.columns(Looked((f"x/{n}",), (), "UTC"), now.date(), str(n)) for n in range(1999)
    ]
    write(session, lambda s: s.execute(Search.__table__.insert(), rows))
    for looked in (LOOKED, Looked(("y/y",), (), "UTC"), LOOKED):
        count(session, looked, now)
    found = session.execute(select(func.count(), func.max(Search.count))).one()
    assert tuple(found) == (2000, 2)


def test_what_is_old_is_forgotten(session: Session, now: datetime) -> None:
    count(session, LOOKED, now)
    later = now + timedelta(days=401)
    assert (searches.any_old(session, now), searches.any_old(session, later)) == (False, True)
    write(session, lambda s: searches.forget_old(s, later))
    assert session.scalars(select(Search)).all() == []
