"""Accounts: signing in, links that set a password."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Notice, Throttle, User
from ambassadors.services import account_links, accounts, passwords, sessions
from ambassadors.services.accounts import NewUser, Proof
from ambassadors.services.sessions import Whence
from ambassadors.services.writing import write

SECRET = "a secret of the tests, long enough to be taken"
PASSWORD = "correct horse battery"
HASH = passwords.hash_password(PASSWORD)


def make_user(
    session: Session, now: datetime, role: str = "coordinator", password_hash: str | None = HASH
) -> User:
    new = NewUser("Kim@Example.edu", "Kim Doe", role, password_hash=password_hash)
    return write(session, lambda session: accounts.create_user(session, new, now))


def make_invited(session: Session, now: datetime) -> User:
    user = make_user(session, now, "ambassador", None)
    ambassador = Ambassador(
        user_id=user.id, time_zone="America/New_York", feed_secret="f", created_at=now
    )
    write(session, lambda session: session.add(ambassador))
    session.refresh(user)
    return user


def refused(session: Session, work: object) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        write(session, work)  # type: ignore[arg-type]
    return caught.value.text, caught.value.status


def attempt(session: Session, email: str, network: str | None, now: datetime) -> str:
    try:
        write(session, lambda s: accounts.count_sign_in(s, SECRET, email, network, now))
    except Refused as refusal:
        return refusal.text
    return "counted"


def test_an_address_is_stored_and_found_in_small_letters(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    assert user.email == "kim@example.edu"
    assert accounts.find_user(session, " KIM@example.EDU ") == user


def test_an_address_has_one_account(session: Session, now: datetime) -> None:
    make_user(session, now)
    again = NewUser("kim@example.edu", "Another Kim", "ambassador")
    assert refused(session, lambda s: accounts.create_user(s, again, now)) == (
        "There is an account for kim@example.edu already.",
        409,
    )


def test_a_password_is_kept_as_argon2id_and_recognised() -> None:
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert [passwords.verify(HASH, p) for p in (PASSWORD, "wrong")] == [True, False]


def test_for_nobody_the_same_work_is_done_and_no_password_fits() -> None:
    assert not passwords.HASHER.check_needs_rehash(passwords.NOBODY)
    assert passwords.verify(None, PASSWORD) is False


def test_letters_that_keyboards_write_differently_are_the_same_password() -> None:
    composed, decomposed = "pass word with \u00e9", "pass word with e\u0301"
    assert passwords.verify(passwords.hash_password(composed), decomposed)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "Choose a password of at least 12 characters."),
        ("x" * 201, "Choose a password of at most 200 characters."),
        ("ababababababab", "That password is too easy to guess; choose another."),
        ("kim@example.edu", "That password is too easy to guess; choose another."),
    ],
)
def test_a_weak_password_is_refused_in_a_sentence(password: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        passwords.accept(password, "kim@example.edu")
    assert (caught.value.text, caught.value.field) == (sentence, "password")


def test_the_eleventh_attempt_within_a_quarter_of_an_hour_is_refused(
    session: Session, now: datetime
) -> None:
    answers = [attempt(session, "kim@example.edu", None, now) for _ in range(11)]
    assert answers == [*["counted"] * 10, accounts.TOO_MANY_SIGN_INS]
    assert attempt(session, "KIM@example.edu ", None, now) == answers[-1]
    assert attempt(session, "kim@example.edu", None, now + timedelta(minutes=15)) == "counted"


def test_attempts_on_many_accounts_from_one_place_are_refused_together(
    session: Session, now: datetime
) -> None:
    answers = [attempt(session, f"someone{n}@example.edu", "here", now) for n in range(11)]
    assert answers == [*["counted"] * 10, accounts.TOO_MANY_SIGN_INS]
    assert attempt(session, "someone99@example.edu", "elsewhere", now) == "counted"


def test_what_is_refused_for_the_place_is_not_counted_for_the_account(
    session: Session, now: datetime
) -> None:
    for n in range(10):
        attempt(session, f"someone{n}@example.edu", "here", now)
    before = len(session.scalars(select(Throttle)).all())
    attempt(session, "kim@example.edu", "here", now)
    assert len(session.scalars(select(Throttle)).all()) == before


def test_signing_in_takes_the_attempt_back(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    for _ in range(12):
        assert attempt(session, user.email, "here", now) == "counted"
        write(session, lambda s: accounts.forgive_sign_in(s, SECRET, user.email, "here", now))
    assert session.scalars(select(Throttle)).all() == []


def test_keys_of_throttles_do_not_name_anybody(session: Session, now: datetime) -> None:
    attempt(session, "kim@example.edu", "192.0.2.7", now)
    kept = [(row.kind, len(row.key)) for row in session.scalars(select(Throttle))]
    assert sorted(kept) == [("sign-in", 64), ("sign-in-from", 64)]


def test_an_invited_ambassador_becomes_active_with_the_first_sign_in(
    session: Session, now: datetime
) -> None:
    user = make_invited(session, now)
    assert user.ambassador is not None
    assert user.ambassador.status == "invited"
    write(session, lambda s: accounts.set_password(s, user, HASH, now))
    assert (user.ambassador.status, user.last_sign_in_at) == ("active", now)


def test_somebody_deactivated_stays_so_when_they_sign_in(session: Session, now: datetime) -> None:
    user = make_invited(session, now)
    assert user.ambassador is not None
    user.ambassador.status = "inactive"
    session.commit()
    write(session, lambda s: accounts.set_password(s, user, HASH, now))
    assert user.ambassador.status == "inactive"


def test_a_password_changed_while_it_was_verified_does_not_sign_in(
    session: Session, now: datetime
) -> None:
    user = make_user(session, now)
    proof = Proof(user.id, "the hash that was verified")
    assert refused(session, lambda s: accounts.sign_in(s, proof, now)) == (
        "Your account has just changed. Please sign in again.",
        409,
    )


def test_nobody_is_found_by_a_closed_account(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    user.active = False
    session.commit()
    assert accounts.find_user(session, user.email) is None


def test_an_invitation_link_sets_a_password_once(session: Session, now: datetime) -> None:
    user = make_invited(session, now)
    token = account_links.invitation_token(SECRET, user, now)
    assert len(token) == 64

    def follow(session: Session) -> User:
        reader = account_links.read_invitation(session, token, SECRET, now)
        return accounts.set_password(session, reader, HASH, now)

    assert write(session, follow).password_hash == HASH
    assert refused(session, follow) == (account_links.WORN_OUT, 404)


def test_a_link_expires(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    token = account_links.reset_token(SECRET, user, now)
    last, after = now + accounts.RESET_LASTS - timedelta(seconds=1), now + accounts.RESET_LASTS
    assert account_links.read_reset(session, token, SECRET, last) == user
    assert refused(session, lambda s: account_links.read_reset(s, token, SECRET, after)) == (
        account_links.WORN_OUT,
        404,
    )


def test_a_link_is_for_one_purpose_one_account_and_one_secret(
    session: Session, now: datetime
) -> None:
    user = make_user(session, now)
    token = account_links.invitation_token(SECRET, user, now)
    forged = account_links.invitation_token("another secret", user, now)
    later = account_links.reset_token(SECRET, user, now + timedelta(days=1))[:22]
    wrong = [token, forged, later + token[22:], "", "x", "é" * 64, "A" * 64, "_" * 64]
    for one in wrong:
        assert refused(
            session, lambda s, one=one: account_links.read_reset(s, one, SECRET, now)
        ) == (
            account_links.WORN_OUT,
            404,
        )


def test_a_reset_is_mailed_to_those_who_have_an_account(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    for email in (user.email, "nobody@example.edu", user.email):
        write(session, lambda s, e=email: accounts.ask_for_reset(s, SECRET, e, "here", now))
    rows = session.scalars(select(Notice).order_by(Notice.version)).all()
    assert [(r.kind, r.subject, r.recipient, r.version, r.user_id) for r in rows] == [
        ("password-reset", f"user:{user.id}", f"user:{user.id}", 1, user.id),
        ("password-reset", f"user:{user.id}", f"user:{user.id}", 2, user.id),
    ]
    assert len({row.message_id for row in rows}) == 2


def test_whoever_never_had_a_password_is_invited_again(session: Session, now: datetime) -> None:
    user = make_invited(session, now)
    write(session, lambda s: accounts.ask_for_reset(s, SECRET, user.email, None, now))
    assert [row.kind for row in session.scalars(select(Notice))] == ["account-invitation"]


def test_the_sixth_reset_within_an_hour_is_refused_known_or_not(
    session: Session, now: datetime
) -> None:
    make_user(session, now)
    for email in ("kim@example.edu", "nobody@example.edu"):
        ask = lambda s, e=email: accounts.ask_for_reset(s, SECRET, e, None, now)  # noqa: E731
        for _ in range(5):
            write(session, ask)
        assert refused(session, ask) == (
            accounts.TOO_MANY_RESETS,
            429,
        )


def test_a_changed_password_ends_sessions_and_links(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    key = write(session, lambda s: sessions.begin(s, user, "password", Whence(), now))
    token = account_links.reset_token(SECRET, user, now)
    new_hash = passwords.hash_password("another horse, another battery")
    proof = Proof(user.id, HASH)
    write(session, lambda s: accounts.change_password(s, proof, new_hash, now))
    assert sessions.find(session, key, now) is None
    assert refused(session, lambda s: account_links.read_reset(s, token, SECRET, now)) == (
        account_links.WORN_OUT,
        404,
    )
    assert refused(session, lambda s: accounts.change_password(s, proof, new_hash, now)) == (
        "Your password has just been changed.",
        409,
    )


def test_a_zone_is_kept_under_its_name_of_today(session: Session, now: datetime) -> None:
    user = make_user(session, now)
    write(session, lambda s: accounts.change_zone(s, user.id, "Asia/Calcutta"))
    session.refresh(user)
    assert user.time_zone == "Asia/Kolkata"
    assert refused(session, lambda s: accounts.change_zone(s, user.id, "Mars/Olympus")) == (
        "That time zone is not known. Please choose one from the list.",
        422,
    )
