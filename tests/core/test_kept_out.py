"""Whom the weekly guard alone keeps from a chat: only who would otherwise fit, the best first."""

from dataclasses import replace
from datetime import date

from ambassadors.core.guarding import Guard
from ambassadors.core.interests import Profile
from ambassadors.core.kept_out import Load, kept_out, kept_out_load
from ambassadors.core.pools import gather
from ambassadors.core.slots import Diary
from tests.core.test_handing import (
    HALF,
    KNOWN,
    LAB,
    NEVER,
    TEN,
    THESIS,
    diary,
    profile,
    seat,
)

SUNDAY = date(2027, 2, 28)  # before the Wednesday of the seats
WEEK_LATER = TEN + 7 * 24 * 60


def worked(minutes: int, elsewhere: int = 600, plain: Diary | None = None) -> Diary:
    """Somebody's diary with minutes of chats in that week and so many elsewhere."""
    guard = Guard("UTC", elsewhere=elsewhere)
    return replace(plain or diary(weekly_cap=50), guard=guard, worked={SUNDAY: minutes})


def named(people: list[Profile], diaries: dict[int, Diary], start: int = TEN) -> list[int]:
    found = kept_out([seat(7, start, THESIS, LAB)], gather(people), diaries, KNOWN)
    return [one.profile.id for one in found.get(7, ())]


def test_who_has_no_minutes_left_is_told_with_what_they_work_elsewhere():
    assert kept_out_load(worked(600), TEN, HALF) == Load(SUNDAY, 1200, HALF, 1200)
    assert kept_out_load(worked(571), TEN, HALF) == Load(SUNDAY, 1171, HALF, 1200)
    assert Load(SUNDAY, 1171, HALF, 1200).with_chat == 1201


def test_who_has_room_or_no_guard_is_not_kept_out():
    assert kept_out_load(worked(570), TEN, HALF) is None
    assert kept_out_load(diary(), TEN, HALF) is None


def test_who_is_kept_out_by_something_else_as_well_is_not_named():
    assert kept_out_load(worked(600, plain=diary(NEVER)), TEN, HALF) is None
    assert kept_out_load(worked(600, plain=diary(daily_cap=0)), TEN, HALF) is None


def test_only_who_shares_an_interest_and_a_language_is_named_the_best_match_first():
    people = [
        profile(1, LAB),
        profile(2, THESIS, LAB),
        profile(3),
        profile(4, THESIS, languages=("fr",)),
    ]
    found = kept_out(
        [replace(seat(7), wanted=replace(seat(7, TEN, THESIS, LAB).wanted, languages=("en",)))],
        gather(people),
        {one.id: worked(600) for one in people},
        KNOWN,
    )
    assert [(one.profile.id, one.score) for one in found[7]] == [(2, 100), (1, found[7][1].score)]


def test_the_week_of_the_chat_counts_and_no_other():
    people = [profile(1, THESIS)]
    assert named(people, {1: worked(600)}) == [1]
    assert named(people, {1: worked(600)}, WEEK_LATER) == []
    assert named(people, {}) == []


def test_no_more_are_looked_for_than_are_named_and_one():
    people = [profile(number, THESIS) for number in range(1, 9)]
    assert len(named(people, {one.id: worked(600) for one in people})) == 5
