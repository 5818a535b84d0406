"""Sessions as rows: begun, found, seen, ended one by one, over in the end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.browsers import browser_words
from ambassadors.core.refused import Refused
from ambassadors.models import AccountEvent, SignedIn, User
from ambassadors.services import accounts, passwords, sessions
from ambassadors.services.accounts import Proof
from ambassadors.services.sessions import Whence
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_user

HERE = Whence("n" * 64, "Firefox on Windows")
DAY = timedelta(days=1)


def begin(session: Session, user: User, now: datetime, way: str = "password") -> str:
    return write(session, lambda s: sessions.begin(s, user, way, HERE, now))


def whose(session: Session, key: str, now: datetime) -> int | None:
    here = sessions.find(session, key, now)
    return here.row.user_id if here else None


def test_the_database_keeps_no_key_and_one_query_finds_the_person(
    session: Session, now: datetime
) -> None:
    user = make_user(session)
    key = begin(session, user, now)
    kept = session.scalars(select(SignedIn)).one()
    assert key not in (kept.key_hash, kept.network, kept.browser)
    name = user.name
    session.expunge_all()
    with counted() as statements:
        here = sessions.find(session, key, now)
        assert here is not None
        assert (here.row.user.name, here.row.user.ambassador) == (name, None)
    assert len(statements) == 1


@pytest.mark.parametrize("key", ["", "1:x", "é", "x" * 43, "x" * 5000, "²\x00"])
def test_what_is_no_key_finds_nobody(session: Session, now: datetime, key: str) -> None:
    begin(session, make_user(session), now)
    assert whose(session, key, now) is None


@pytest.mark.parametrize(("way", "lasts"), [("password", 7 * DAY), ("school", DAY / 2)])
def test_a_session_is_over_in_the_end(
    session: Session, now: datetime, way: str, lasts: timedelta
) -> None:
    user = make_user(session)
    key = begin(session, user, now, way)
    last = now + lasts - timedelta(seconds=1)
    assert [whose(session, key, at) for at in (last, now + lasts)] == [user.id, None]
    assert (sessions.any_old(session, last), sessions.any_old(session, now + lasts)) == (0, 1)
    write(session, lambda s: sessions.forget_old(s, now + lasts))
    assert session.scalars(select(SignedIn)).all() == []


def test_signing_out_ends_one_session_and_leaves_the_others(
    session: Session, now: datetime
) -> None:
    user = make_user(session)
    one, two = begin(session, user, now), begin(session, user, now)
    write(session, lambda s: sessions.end(s, one))
    assert [whose(session, key, now) for key in (one, two)] == [None, user.id]


def test_nobody_ends_the_session_of_another(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    key = begin(session, user, now)
    number = session.scalars(select(SignedIn.id)).one()
    with pytest.raises(Refused) as refusal:
        write(session, lambda s: sessions.end_one(s, other.id, number, now))
    assert (refusal.value.status, whose(session, key, now)) == (404, user.id)
    write(session, lambda s: sessions.end_one(s, user.id, number, now))
    assert whose(session, key, now) is None


def test_all_others_end_and_those_of_other_people_do_not(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    keys = [begin(session, user, now), begin(session, user, now), begin(session, other, now)]
    assert write(session, lambda s: sessions.end_others(s, user.id, keys[0])) == 1
    assert [whose(session, key, now) for key in keys] == [user.id, None, other.id]


def test_being_seen_is_written_at_most_every_five_minutes(session: Session, now: datetime) -> None:
    begin(session, make_user(session), now)
    row, seen = session.scalars(select(SignedIn)).one(), []
    for minutes in (4, 5, 9, 11):
        at = now + timedelta(minutes=minutes)
        there = Whence("m" * 64, "Safari on an iPhone")
        write(session, lambda s, at=at, w=there: sessions.touch(s, row.id, w, at))
        session.refresh(row)
        seen.append((row.seen_at - now).total_seconds() / 60)
    assert seen == [0, 5, 5, 11]
    assert (row.network, row.browser) == ("m" * 64, "Safari on an iPhone")


def test_another_password_ends_all_sessions_and_is_written_down(
    session: Session, now: datetime
) -> None:
    user = make_user(session, password_hash="x")
    key = begin(session, user, now)
    new = passwords.hash_password("another horse, another battery")
    write(session, lambda s: accounts.change_password(s, Proof(user.id, "x"), new, now))
    assert whose(session, key, now) is None
    acts = session.scalars(select(AccountEvent.action).order_by(AccountEvent.id)).all()
    assert acts == ["signed-in-password", "password-set"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/139 Safari/537 Edg/139",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/139 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604", "Safari on an iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel) Version/18 Safari/605", "Safari on a Mac"),
        ("something (Windows)", "A browser on Windows"),
        ("curl/8.9", "curl"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words
