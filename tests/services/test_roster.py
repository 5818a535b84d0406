"""The roster: inviting ambassadors, their profiles, who is shown; and their timetables."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.hours import DayHours, TimeOff, WeeklySpan, parse_weekly
from ambassadors.core.refused import Refused
from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador, Interest, Notice, User
from ambassadors.services import matching, roster, timetable
from ambassadors.services.roster import Profile
from ambassadors.services.timetable import Timetable
from ambassadors.services.writing import write
from tests.factories import load_vocabulary, make_ambassador, make_chat

ME = Actor("ambassador", 1)
PROFILE = Profile(
    name="Ana Almeida",
    bio="I build robots.",
    languages=("en", "pt-BR"),
    zone="America/New_York",
    meeting_url="https://meet.example.edu/ana",
    meeting_place="Snell Engineering Center",
    interests=("track/thesis", "topic/additive"),
)


def refusal(work: Callable[[], Any]) -> tuple[str, int, str | None]:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.text, caught.value.status, caught.value.field


def save(session: Session, ambassador: Ambassador, profile: Profile, now: datetime) -> int:
    return write(session, lambda s: roster.edit_profile(s, ambassador.id, profile, ME, now))


def save_hours(
    session: Session, ambassador: Ambassador, one: Timetable, now: datetime
) -> Ambassador:
    return write(session, lambda s: timetable.edit(s, ambassador.id, one, now))


def test_an_invited_ambassador_has_an_account_and_a_mail_on_its_way(
    session: Session, now: datetime
) -> None:
    load_vocabulary(session)
    row = write(
        session, lambda s: roster.invite(s, "Bo@Example.edu", " Bo  Li ", "Asia/Calcutta", now)
    )
    assert (row.status, row.user.email, row.name, row.time_zone, row.user.role) == (
        "invited",
        "bo@example.edu",
        "Bo Li",
        "Asia/Kolkata",
        "ambassador",
    )
    notices = session.scalars(select(Notice)).all()
    assert [(n.kind, n.user_id, n.state) for n in notices] == [
        ("account-invitation", row.user_id, "waiting")
    ]


@pytest.mark.parametrize(
    ("email", "name", "zone", "field"),
    [
        ("no address", "Bo", "UTC", "email"),
        ("bo@example.edu", " ", "UTC", "name"),
        ("bo@example.edu", "Bo", "Mars/Olympus", "zone"),
        ("bo@example.edu\r\nBcc: x@example.org", "Bo", "UTC", "email"),
    ],
)
def test_a_malformed_invitation_is_refused_and_writes_nothing(
    session: Session, now: datetime, email: str, name: str, zone: str, field: str
) -> None:
    def work() -> object:
        return write(session, lambda s: roster.invite(s, email, name, zone, now))

    assert refusal(work)[1:] == (422, field)
    assert session.scalars(select(User)).all() == []


def test_nobody_is_invited_twice_but_can_be_reminded(session: Session, now: datetime) -> None:
    row = write(session, lambda s: roster.invite(s, "bo@example.edu", "Bo", "UTC", now))
    again = refusal(
        lambda: write(session, lambda s: roster.invite(s, "BO@example.edu", "Bo", "UTC", now))
    )
    assert again == ("There is an account for bo@example.edu already.", 409, "email")
    write(session, lambda s: roster.invite_again(s, row.id, now))
    assert [n.version for n in session.scalars(select(Notice))] == [1, 2]


def test_somebody_with_a_password_is_not_invited_again(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    ana.user.password_hash = "x"
    session.commit()
    assert refusal(lambda: write(session, lambda s: roster.invite_again(s, ana.id, now))) == (
        "Ana Almeida has signed in already.",
        409,
        None,
    )


def test_a_profile_is_saved_and_read_again(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    save(session, ana, PROFILE, now)
    row = roster.find(session, ana.id)
    assert (row.name, row.bio, row.languages) == ("Ana Almeida", "I build robots.", ["en", "pt-BR"])
    assert (row.meeting_url, row.meeting_place) == (
        "https://meet.example.edu/ana",
        "Snell Engineering Center",
    )
    assert roster.interest_keys(row) == ("track/thesis", "topic/additive")


def test_a_changed_profile_is_matched_at_once(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, interests=["industry/aerospace"])
    assert [one.interests for one in matching.load_profiles(session)] == [
        frozenset({"industry/aerospace"})
    ]
    save(session, ana, PROFILE, now)
    assert [one.interests for one in matching.load_profiles(session)] == [
        frozenset({"track/thesis", "topic/additive"})
    ]


def test_interests_that_were_retired_stay_with_those_who_named_them(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session, interests=["topic/additive"])
    session.scalars(select(Interest).where(Interest.key == "additive")).one().retired_at = now
    session.commit()
    save(session, ana, replace(PROFILE, interests=("track/thesis",)), now)
    assert sorted(roster.interest_keys(roster.find(session, ana.id))) == [
        "topic/additive",
        "track/thesis",
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"bio": "x" * 2001}, "bio"),
        ({"languages": ()}, "languages"),
        ({"languages": ("not a language",)}, "languages"),
        ({"languages": ("en",) * 21}, "languages"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"meeting_url": "javascript:alert(1)"}, "meeting_url"),
        ({"meeting_url": "https://"}, "meeting_url"),
        ({"meeting_url": "https://[x"}, "meeting_url"),
        ({"meeting_url": "https://example.edu/a b"}, "meeting_url"),
        ({"meeting_url": "https://example.edu/" + "x" * 500}, "meeting_url"),
        ({"meeting_place": "x" * 201}, "meeting_place"),
        ({"interests": ("track/none",)}, "interests"),
    ],
)
def test_what_makes_no_sense_in_a_profile_is_refused_and_nothing_is_saved(
    session: Session, now: datetime, change: dict[str, Any], field: str
) -> None:
    ana = make_ambassador(session)
    wrong = replace(PROFILE, **change)
    assert refusal(lambda: save(session, ana, wrong, now))[1:] == (422, field)
    row = roster.find(session, ana.id)
    assert (row.bio, row.languages) == ("", ["en"])


def test_another_place_is_told_to_those_with_a_chat_to_come(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session)
    chat = make_chat(session, ana, now + timedelta(days=1), now)
    changed = replace(PROFILE, meeting_url="https://meet.example.edu/other")
    assert save(session, ana, changed, now) == 1
    session.refresh(chat)
    assert (chat.place, chat.sequence) == ("https://meet.example.edu/other", 1)
    assert save(session, ana, replace(changed, bio="Something else."), now) == 0


def test_a_booked_chat_stays_when_the_zone_changes(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    chat = make_chat(session, ana, now + timedelta(days=1), now)
    start, sequence = chat.starts_at, chat.sequence
    save(session, ana, replace(PROFILE, zone="Europe/Berlin"), now)
    session.refresh(chat)
    assert (chat.starts_at, chat.sequence) == (start, sequence)
    assert ana.user.time_zone == "Europe/Berlin"


def test_whoever_is_deactivated_is_not_found_and_keeps_their_chats(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session)
    chat = make_chat(session, ana, now + timedelta(days=1), now)
    write(session, lambda s: roster.deactivate(s, ana.id))
    session.refresh(chat)
    assert (matching.load_profiles(session), chat.status) == ([], "confirmed")


def test_somebody_comes_back_as_active_or_still_invited(session: Session, now: datetime) -> None:
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo Li")
    ana.user.password_hash = "x"
    session.commit()
    for row in (ana, bo):
        write(session, lambda s, id=row.id: roster.deactivate(s, id))
    back = [write(session, lambda s, id=row.id: roster.reactivate(s, id)) for row in (ana, bo)]
    assert [row.status for row in back] == ["active", "invited"]


def test_a_renewed_feed_has_another_secret(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    before = ana.feed_secret
    after = write(session, lambda s: roster.renew_feed(s, ana.id))
    assert before != after
    assert len(after) >= 43


@pytest.mark.parametrize(
    "work", [roster.deactivate, roster.reactivate, roster.renew_feed, roster.find]
)
def test_nobody_is_not_there(session: Session, work: Callable[[Session, int], Any]) -> None:
    assert refusal(lambda: write(session, lambda s: work(s, 99))) == (
        "There is no such ambassador.",
        404,
        None,
    )


TUESDAY = date(2027, 3, 2)
WEEK = Timetable(
    weekly=parse_weekly("Mon 09:00-12:00; Mon 14:00-17:30; Wed 10:00-11:00"),
    exceptions=(DayHours(TUESDAY, ((600, 720),)), DayHours(date(2027, 3, 3))),
    time_off=(TimeOff(date(2027, 3, 8), date(2027, 3, 12)),),
    rules=Rules(lengths=(30,), notice=60, horizon=21, daily_cap=2, weekly_cap=5),
    day_notes={TUESDAY: "dentist"},
    off_notes={date(2027, 3, 8): "spring break"},
)


def test_a_timetable_is_saved_and_read_again(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    save_hours(session, ana, WEEK, now)
    kept = timetable.read(roster.find(session, ana.id))
    assert kept == replace(WEEK, day_notes={TUESDAY: "dentist", date(2027, 3, 3): ""})
    assert save_hours(session, ana, WEEK, now).exceptions[0].note == "dentist"


def test_days_that_are_over_stay_as_they_were(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    save_hours(session, ana, WEEK, now)
    later = now + timedelta(days=20)
    save_hours(session, ana, Timetable(weekly=WEEK.weekly), later)
    row = roster.find(session, ana.id)
    assert [one.day for one in row.exceptions] == [TUESDAY, date(2027, 3, 3)]
    assert timetable.read(row, timetable.today_of(row, later)) == Timetable(weekly=WEEK.weekly)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (
            {"rules": Rules(lengths=())},
            "lengths",
            "Choose at least one length: 20, 30 or 45 minutes.",
        ),
        (
            {"rules": Rules(lengths=(25,))},
            "lengths",
            "Choose at least one length: 20, 30 or 45 minutes.",
        ),
        (
            {"rules": Rules(after=241)},
            "after",
            "The break after a chat must be from 0 to 240 minutes.",
        ),
        (
            {"rules": Rules(before=-1)},
            "before",
            "The break before a chat must be from 0 to 240 minutes.",
        ),
        (
            {"rules": Rules(notice=20161)},
            "notice",
            "The notice must be from 0 to 20160 minutes (14 days).",
        ),
        (
            {"rules": Rules(horizon=0)},
            "horizon",
            "How far ahead chats can be booked must be from 1 to 180 days.",
        ),
        (
            {"rules": Rules(daily_cap=25)},
            "daily_cap",
            "The cap of a day must be from 0 to 24 chats.",
        ),
        (
            {"rules": Rules(weekly_cap=101)},
            "weekly_cap",
            "The cap of a week must be from 0 to 100 chats.",
        ),
        (
            {"weekly": (WeeklySpan(0, 540, 720), WeeklySpan(0, 700, 800))},
            "day-0",
            "Monday’s hours: 09:00–12:00 and 11:40–13:20 overlap.",
        ),
        (
            {"weekly": (WeeklySpan(2, 720, 720),)},
            "day-2",
            "Wednesday’s hours: 12:00–12:00 must end after it begins, on the same day.",
        ),
        (
            {"exceptions": (DayHours(TUESDAY), DayHours(TUESDAY))},
            "exceptions",
            "There are two exceptions on 2027-03-02.",
        ),
        (
            {"exceptions": (DayHours(TUESDAY, ((0, 1441),)),)},
            "exceptions",
            "The hours on 2027-03-02: 00:00–24:01 must end after it begins, on the same day.",
        ),
        (
            {"time_off": (TimeOff(TUESDAY, TUESDAY - timedelta(days=1)),)},
            "time-off",
            "Time off must end on its first day or later.",
        ),
        (
            {"time_off": (TimeOff(TUESDAY, TUESDAY),) * 201},
            "exceptions",
            "At most 200 exceptions can be kept.",
        ),
    ],
)
def test_a_timetable_that_makes_no_sense_is_refused_and_nothing_is_saved(
    session: Session, now: datetime, change: dict[str, Any], field: str, sentence: str
) -> None:
    ana = make_ambassador(session)
    before = timetable.read(roster.find(session, ana.id))
    wrong = replace(WEEK, **change)
    assert refusal(lambda: save_hours(session, ana, wrong, now)) == (sentence, 422, field)
    assert timetable.read(roster.find(session, ana.id)) == before


def test_the_preview_shows_what_unsaved_hours_would_give(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, hours="")
    row = roster.find(session, ana.id)
    unsaved = Timetable(weekly=parse_weekly("Wed 09:00-10:00"), rules=Rules(after=0))
    shown = timetable.preview(session, row, unsaved, 30, now)
    assert shown.starts == tuple(
        datetime(2027, 3, day, hour, minute, tzinfo=UTC)
        for day in (3, 10)
        for hour, minute in ((14, 0), (14, 15), (14, 30))
    )


def test_the_preview_leaves_out_what_is_booked(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, hours="Wed 09:00-10:00")
    make_chat(session, ana, datetime(2027, 3, 3, 14, 0, tzinfo=UTC), now)
    row = roster.find(session, ana.id)
    shown = timetable.preview(session, row, timetable.read(row), 20, now)
    assert [start.day for start in shown.starts] == [10, 10, 10]


def test_a_length_that_is_not_offered_is_shown_as_the_shortest(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session)
    row = roster.find(session, ana.id)
    assert timetable.preview(session, row, WEEK, 20, now).minutes == 30


def test_why_not_answers_for_unsaved_hours(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    row = roster.find(session, ana.id)
    nine_on_wednesday = datetime(2027, 3, 3, 14, 0, tzinfo=UTC)
    kept, unsaved = timetable.read(row), replace(WEEK, exceptions=())
    assert timetable.why_not(session, row, kept, nine_on_wednesday, 30, now) is None
    answer = timetable.why_not(session, row, unsaved, nine_on_wednesday, 30, now)
    assert answer is not None
    assert answer.code == "closed"
