import tomllib
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ambassadors.core.programme_file import parse_programme
from ambassadors.core.refused import Refused
from ambassadors.models import Family, Interest, Programme
from ambassadors.services.programme import Loaded, load, vocabulary
from tests.core.test_interests import AIM, SMALL

DOCUMENT: dict[str, Any] = tomllib.loads(AIM.read_text(encoding="utf-8"))


def counts(session: Session) -> tuple[int, int]:
    families = session.scalar(select(func.count()).select_from(Family))
    return families or 0, session.scalar(select(func.count()).select_from(Interest)) or 0


def test_the_programme_we_ship_is_loaded_and_read_back_as_it_stands(
    session: Session, now: datetime
) -> None:
    assert load(session, DOCUMENT, now) == Loaded(added=10 + 54, updated=0, retired=0)
    assert vocabulary(session) == parse_programme(DOCUMENT)


def test_the_programmes_own_facts_are_kept(session: Session, now: datetime) -> None:
    load(session, DOCUMENT, now)
    load(session, DOCUMENT, now)
    programme = session.scalars(select(Programme)).one()
    assert (programme.short, programme.time_zone) == ("AIM", "America/New_York")
    assert programme.facts == DOCUMENT["programme"]


def test_loading_the_same_file_again_changes_nothing(session: Session, now: datetime) -> None:
    load(session, DOCUMENT, now)
    session.commit()
    assert load(session, DOCUMENT, now + timedelta(days=1)) == Loaded(0, 0, 0)


def test_what_the_file_no_longer_names_is_retired_and_not_deleted(
    session: Session, now: datetime
) -> None:
    load(session, DOCUMENT, now)
    session.commit()
    smaller = deepcopy(DOCUMENT)
    del smaller["family"][9]
    del smaller["family"][0]["items"][0]
    assert load(session, smaller, now) == Loaded(added=0, updated=6, retired=1 + 4 + 1)
    assert vocabulary(session) == parse_programme(smaller)
    assert counts(session) == (10, 54)


def test_what_is_named_again_comes_back(session: Session, now: datetime) -> None:
    load(session, DOCUMENT, now)
    load(session, {"family": DOCUMENT["family"][:9]}, now)
    assert load(session, DOCUMENT, now) == Loaded(added=0, updated=1 + 4, retired=0)
    assert vocabulary(session) == parse_programme(DOCUMENT)


def test_a_changed_label_is_updated(session: Session, now: datetime) -> None:
    load(session, SMALL, now)
    changed = deepcopy(SMALL)
    changed["family"][1]["items"][1]["label"] = "Clouds"
    assert load(session, changed, now) == Loaded(added=0, updated=1, retired=0)
    assert vocabulary(session).item("topic/cloud").label == "Clouds"


def test_a_coordinators_weight_stays_unless_the_file_sets_one(
    session: Session, now: datetime
) -> None:
    load(session, SMALL, now)
    session.execute(update(Family).where(Family.key == "track").values(weight=55))
    load(session, SMALL, now)
    session.commit()
    assert vocabulary(session).families[0].weight == 55
    weighed = deepcopy(SMALL)
    weighed["family"][0]["weight"] = 10
    load(session, weighed, now)
    session.commit()
    assert vocabulary(session).families[0].weight == 10


def test_a_malformed_file_is_refused_and_writes_nothing(session: Session, now: datetime) -> None:
    with pytest.raises(Refused):
        load(session, {"family": []}, now)
    with pytest.raises(Refused, match=r"The table \[programme\] needs a name"):
        load(session, {**SMALL, "programme": {"short": "AIM"}}, now)
    with pytest.raises(Refused, match="is not a known zone"):
        load(session, {**SMALL, "programme": {"name": "AIM", "time_zone": "Mars"}}, now)
    assert counts(session) == (0, 0)


def test_an_empty_database_has_an_empty_vocabulary(session: Session) -> None:
    assert vocabulary(session).families == ()
