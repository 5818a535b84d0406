"""Proposals for the chats of those who leave: caps kept, no collisions, the scarce ones first."""

from datetime import UTC, datetime

from ambassadors.core import handing
from ambassadors.core.handing import Proposal, Seat
from ambassadors.core.hours import Hours, WeeklySpan
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.pools import gather
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.slots import Diary, Rules
from ambassadors.core.spans import minute_of
from tests.factories import VOCABULARY

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
TEN, HALF = minute_of(datetime(2027, 3, 3, 10, 0, tzinfo=UTC)), 30
THESIS, LAB = "track/thesis", "research-center/kostas"
KNOWN: Vocabulary = parse_programme(VOCABULARY)
ALWAYS = tuple(WeeklySpan(day, 0, 1440) for day in range(7))
NEVER: tuple[WeeklySpan, ...] = ()


def profile(number: int, *interests: str, languages: tuple[str, ...] = ("en",)) -> Profile:
    return Profile(number, f"Person {number}", "UTC", languages, frozenset(interests))


def diary(weekly: tuple[WeeklySpan, ...] = ALWAYS, **rules: int) -> Diary:
    return Diary(Hours("UTC", weekly), Rules(**{"notice": 0, **rules}))  # type: ignore[arg-type]


def seat(number: int, start: int = TEN, *interests: str) -> Seat:
    return Seat(number, start, HALF, Wanted(interests or (THESIS,)))


def propose(
    seats: list[Seat],
    people: list[Profile],
    diaries: dict[int, Diary],
    known: Vocabulary,
    now: datetime,
) -> dict[int, Proposal]:
    return handing.propose(seats, gather(people), diaries, known, now)


def ids(found: dict[int, Proposal]) -> dict[int, list[int]]:
    return {key: [taker.profile.id for taker in one.takers] for key, one in found.items()}


def test_two_chats_at_one_time_go_to_two_people() -> None:
    people = [profile(1, THESIS), profile(2, THESIS)]
    found = propose([seat(10), seat(11)], people, {1: diary(), 2: diary()}, KNOWN, NOW)
    assert sorted(takers[0] for takers in ids(found).values()) == [1, 2]


def test_a_cap_is_kept_by_all_proposals_together() -> None:
    seats = [seat(n, TEN + 60 * n) for n in range(3)]
    found = propose(seats, [profile(1, THESIS)], {1: diary(daily_cap=2)}, KNOWN, NOW)
    assert ids(found) == {0: [1], 1: [1], 2: []}


def test_who_could_take_anything_does_not_take_the_only_person_of_another_chat() -> None:
    people = [profile(1, THESIS, LAB), profile(2, LAB)]
    easy, hard = seat(10, TEN, LAB), seat(11, TEN + 10, THESIS)
    found = propose([easy, hard], people, {1: diary(), 2: diary()}, KNOWN, NOW)
    assert (ids(found)[10][0], ids(found)[11][0]) == (2, 1)


def test_nobody_free_names_the_nearest_times_of_those_who_match() -> None:
    day = datetime(2027, 3, 3, tzinfo=UTC).weekday()
    later = (WeeklySpan(day, 11 * 60, 12 * 60),)
    people = [profile(1, THESIS), profile(2, LAB)]
    found = propose([seat(10)], people, {1: diary(later), 2: diary()}, KNOWN, NOW)[10]
    assert found.takers == ()
    assert [(near.profile.id, near.start) for near in found.near] == [(1, TEN + 60)]


def test_a_chat_that_asked_for_nothing_goes_to_whoever_speaks_the_language() -> None:
    people = [profile(1, languages=("de",)), profile(2)]
    wish = Seat(10, TEN, HALF, Wanted((), languages=("en",)))
    found = propose([wish], people, {1: diary(), 2: diary()}, KNOWN, NOW)
    assert ids(found) == {10: [2]}
