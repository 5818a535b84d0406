"""The roster: inviting ambassadors, their profiles, who is shown; and their timetables."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Interest, Notice, User
from ambassadors.services import matching, roster
from ambassadors.services.roster import Profile
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
