from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Wanted, wanted
from ambassadors.core.matching import rank
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Interest
from ambassadors.models.engine import begin_write
from ambassadors.services import matching
from ambassadors.services.matching import Found, Soonest, find, load_profiles, soonest
from ambassadors.services.programme import vocabulary
from ambassadors.services.versions import data_version
from tests.factories import load_vocabulary, make_ambassador, make_chat

HOUR = timedelta(hours=1)
TUESDAY = datetime.fromisoformat("2027-03-02T14:00:00+00:00")  # 09:00 in Boston


def thesis(session: Session, *more: str, languages: tuple[str, ...] = ()) -> Wanted:
    return wanted(vocabulary(session), ["track/thesis", *more], (), languages)


def names(found: Found) -> list[str]:
    return [offer.match.profile.name for offer in found.offers]


def queries(session: Session, work: Callable[[], object]) -> int:
    """How many statements some work sends to the database in a transaction of its own."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    engine = session.connection().engine
    session.rollback()
    session.connection()
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_everybody_who_shares_an_interest_is_found_with_the_next_starts(
    session: Session, now: datetime
) -> None:
    make_ambassador(session, "Ana")
    make_ambassador(session, "Bo", interests=["track/thesis"])
    make_ambassador(session, "Cleo", interests=["track/project"])
    found = find(session, thesis(session, "industry/aerospace"), now)
    assert names(found) == ["Ana", "Bo"]
    assert [offer.match.score for offer in found.offers] == [100, 50]
    quarter = timedelta(minutes=15)
    assert found.offers[0].next_starts == (TUESDAY, TUESDAY + quarter, TUESDAY + 2 * quarter)
    assert found.offers[0].lengths == (20, 30, 45)
    assert found.full == 0


def test_who_has_no_time_within_the_horizon_is_passed_over_and_counted(
    session: Session, now: datetime
) -> None:
    make_ambassador(session, "Ana", hours="")
    make_ambassador(session, "Bo", weekly_cap=0)
    make_ambassador(session, "Cleo", lengths=[])
    make_ambassador(session, "Dee")
    found = find(session, thesis(session), now)
    assert (names(found), found.full) == (["Dee"], 3)


def test_the_free_ones_are_found_behind_however_many_full_ones(
    session: Session, now: datetime
) -> None:
    for number in range(12):
        make_ambassador(session, f"Full {number}", hours="")
    make_ambassador(session, "Zoe", interests=["track/thesis"])
    found = find(session, thesis(session, "industry/aerospace"), now, limit=1)
    assert (names(found), found.full) == (["Zoe"], 12)


def test_no_more_than_the_limit_are_offered(session: Session, now: datetime) -> None:
    for name in ("Ana", "Bo", "Cleo"):
        make_ambassador(session, name)
    assert len(find(session, thesis(session), now, limit=2).offers) == 2


def test_lengths_are_those_that_still_fit_somewhere(session: Session, now: datetime) -> None:
    make_ambassador(session, "Ana", hours="Tue 09:00-09:30")
    (offer,) = find(session, thesis(session), now, minutes=45).offers
    assert (offer.next_starts, offer.lengths) == ((), (20, 30))


def test_a_booked_time_is_no_longer_offered(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, "Ana", hours="Tue 09:00-10:00")
    make_chat(session, ana, TUESDAY, now)
    (offer,) = find(session, thesis(session), now).offers
    assert offer.next_starts[0] == TUESDAY + timedelta(days=7)


def test_only_active_ambassadors_are_found(session: Session, now: datetime) -> None:
    make_ambassador(session, "Ana", status="invited")
    bo = make_ambassador(session, "Bo")
    assert names(find(session, thesis(session), now)) == ["Bo"]
    session.execute(update(Ambassador).where(Ambassador.id == bo.id).values(status="inactive"))
    session.commit()
    assert find(session, thesis(session), now) == Found((), 0)


def test_a_shared_language_is_asked_for(session: Session, now: datetime) -> None:
    make_ambassador(session, "Ana", languages=["en"])
    make_ambassador(session, "Bo", languages=["pt-PT", "en"])
    assert names(find(session, thesis(session, languages=("pt-BR",)), now)) == ["Bo"]


def test_of_equals_the_one_with_fewer_chats_this_week_comes_first(
    session: Session, now: datetime
) -> None:
    people = [make_ambassador(session, name) for name in ("Ana", "Bo", "Cleo")]
    make_chat(session, people[0], TUESDAY, now)
    make_chat(session, people[1], TUESDAY + 2 * HOUR, now)
    make_chat(session, people[1], TUESDAY + 4 * HOUR, now)
    found = find(session, thesis(session), now)
    assert names(found) == ["Cleo", "Ana", "Bo"]
    assert [offer.match.profile.load for offer in found.offers] == [(0, 8), (1, 8), (2, 8)]


def test_this_week_is_the_week_of_each_ambassadors_own_zone(session: Session) -> None:
    sunday = datetime.fromisoformat("2027-03-07T16:00:00+00:00")  # Monday already in Auckland
    ana = make_ambassador(session, "Ana")
    bo = make_ambassador(session, "Bo", time_zone="Pacific/Auckland")
    for person, start in ((ana, TUESDAY), (bo, datetime.fromisoformat("2027-03-03T22:00+00:00"))):
        make_chat(session, person, start, TUESDAY - 30 * HOUR)
    found = find(session, thesis(session), sunday)
    loads = [offer.match.profile.load[0] for offer in found.offers]
    assert (names(found), loads) == (["Bo", "Ana"], [0, 1])


def test_a_changed_profile_is_seen_at_once(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, "Ana", interests=["track/project"])
    assert find(session, thesis(session), now).offers == ()
    before = data_version(session)
    ana.interests = [one for one in session.query(Interest) if one.key == "thesis"]
    session.commit()
    assert data_version(session) > before
    assert names(find(session, thesis(session), now)) == ["Ana"]


def test_what_a_transaction_undoes_is_not_kept(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, "Ana")
    find(session, thesis(session), now)

    def rename(name: str) -> None:
        ana.user.name = name
        session.flush()

    begin_write(session)
    rename("Anna")
    assert names(find(session, thesis(session), now)) == ["Anna"]
    session.rollback()
    begin_write(session)
    rename("Anja")
    session.commit()
    assert names(find(session, thesis(session), now)) == ["Anja"]


def test_an_interest_that_is_retired_no_longer_counts_for_anybody(
    session: Session, now: datetime
) -> None:
    make_ambassador(session, "Ana")
    wish = thesis(session)
    session.execute(update(Interest).where(Interest.key == "thesis").values(retired_at=now))
    session.commit()
    assert load_profiles(session)[0].interests == {"research-center/kostas", "industry/aerospace"}
    with pytest.raises(Refused, match="is not an interest of this programme"):
        find(session, wish, now)


def test_profiles_hold_what_matching_and_pages_need(session: Session) -> None:
    row = make_ambassador(session, "Ana", languages=["en", "pt"], bio="Hello.", weekly_cap=5)
    assert load_profiles(session) == [
        Profile(
            row.id,
            "Ana",
            "America/New_York",
            ("en", "pt"),
            frozenset({"track/thesis", "research-center/kostas", "industry/aerospace"}),
            "Hello.",
            (0, 5),
            str(row.id),
        )
    ]


def test_nobody_to_choose_from_is_an_empty_answer(session: Session, now: datetime) -> None:
    load_vocabulary(session)
    assert find(session, thesis(session), now) == Found((), 0)
    assert soonest(session, thesis(session), now, now + 48 * HOUR, 30, now) == []


def test_the_order_is_that_of_the_plain_ranking(session: Session, now: datetime) -> None:
    keys = ["track/thesis", "research-center/kostas", "industry/aerospace", "topic/additive"]
    for number in range(1, 16):
        mine = [key for place, key in enumerate(keys) if number >> place & 1]
        make_ambassador(session, f"P{number}", interests=mine)
    wish = wanted(vocabulary(session), keys[:3])
    found = find(session, wish, now, limit=20)
    plain = rank(wish, load_profiles(session), vocabulary(session))
    assert [offer.match for offer in found.offers] == plain


def test_soonest_names_the_best_match_of_those_free_at_each_start(
    session: Session, now: datetime
) -> None:
    make_ambassador(session, "Ana", hours="Tue 09:00-10:00")
    make_ambassador(session, "Bo", hours="Tue 09:30-10:30", interests=["track/thesis"])
    make_ambassador(session, "Cleo", interests=["track/project"])
    wish = thesis(session, "industry/aerospace")
    got = soonest(session, wish, now, now + 48 * HOUR, 30, now)
    quarter = timedelta(minutes=15)
    assert [(one.start, one.profile.name, one.score) for one in got] == [
        (TUESDAY, "Ana", 100),
        (TUESDAY + quarter, "Ana", 100),
        (TUESDAY + 2 * quarter, "Ana", 100),
        (TUESDAY + 3 * quarter, "Bo", 50),
        (TUESDAY + 4 * quarter, "Bo", 50),
    ]


def test_soonest_keeps_to_its_window_and_to_what_can_be_booked(
    session: Session, now: datetime
) -> None:
    make_ambassador(session, "Ana", hours="Tue 09:00-10:00")
    wish = thesis(session)
    later = TUESDAY + timedelta(minutes=15)
    assert [one.start for one in soonest(session, wish, later, later + HOUR / 4, 30, now)] == [
        later
    ]
    assert soonest(session, wish, now - 48 * HOUR, now, 30, now) == []
    everything = soonest(
        session, wish, now - 999 * HOUR, datetime.max.replace(tzinfo=now.tzinfo), 30, now
    )
    assert len(everything) == 4 * 3
    assert type(everything[0]) is Soonest


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_number_of_queries_does_not_grow_with_the_ambassadors(
    session: Session, now: datetime, count: int
) -> None:
    for number in range(count):
        make_ambassador(session, f"P{number}")
    wish = thesis(session)
    find(session, wish, now)
    assert queries(session, lambda: find(session, wish, now)) == 2
    assert queries(session, lambda: soonest(session, wish, now, now + HOUR, 30, now)) == 3
    assert queries(session, lambda: matching.load_profiles(session)) == 1
