"""Accounts of staff: who may sign in, and mails with links that set a password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.core.tokens import keyed_hash
from ambassadors.mail.addresses import parse_address
from ambassadors.models import Notice, SchoolLink, User
from ambassadors.services import account_events, notices, sessions, throttles
from ambassadors.services.people import read_name, read_zone

SIGN_INS, SIGN_INS_PER = 10, timedelta(minutes=15)
RESETS, RESETS_PER = 5, timedelta(hours=1)
RESETS_PER_NETWORK = 20
INVITATION_LASTS = timedelta(days=14)
RESET_LASTS = timedelta(hours=2)

TOO_MANY_SIGN_INS = said("Too many attempts to sign in. Please try again in 15 minutes.")
TOO_MANY_RESETS = said("Too many links were asked for. Please try again in an hour.")


@dataclass(frozen=True)
class NewUser:
    """Somebody who gets an account; without a password they are invited by mail."""

    email: str
    name: str
    role: str
    time_zone: str = "America/New_York"
    password_hash: str | None = None


@dataclass(frozen=True)
class Proof:
    """An account, and the hash against which its password is verified; None fits no password."""

    user_id: int
    password_hash: str | None


def fold(email: str) -> str:
    """How an address is stored and looked up: in small letters."""
    return one_line(email).lower()


def new_key() -> str:
    """A random text for session keys and secret addresses: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def create_user(session: Session, new: NewUser, now: datetime) -> User:
    """An account. Refused: 422 for what is malformed, 409 when the address has an account."""
    email = fold(parse_address(new.email))
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise Refused(
            said("There is an account for {email} already.", email=email), status=409, field="email"
        )
    user = new_user(new, now)
    session.add(user)
    session.flush()
    return user


def new_user(new: NewUser, now: datetime) -> User:
    """An account as a row, not yet added. Refused (422) for what is malformed."""
    return User(**columns_of(new, now))


def columns_of(new: NewUser, now: datetime) -> dict[str, Any]:
    """The same as columns."""
    return {
        "email": fold(parse_address(new.email)),
        "name": read_name(new.name),
        "role": new.role,
        "password_hash": new.password_hash,
        "session_key": new_key(),
        "time_zone": read_zone(new.time_zone),
        "active": True,
        "created_at": now,
    }


# Signing in: count, verify outside of any transaction that writes, then sign in.


def count_sign_in(
    session: Session, secret: str, email: str, network: str | None, now: datetime
) -> None:
    """Counts an attempt, whether or not the address is known; Refused (429) after ten.

    `network` is the keyed hash of the caller's address; None lifts that limit.
    """
    for kind, key in sign_in_keys(secret, email, network):
        throttles.count_or_refuse(
            session, kind, key, now, limit=SIGN_INS, per=SIGN_INS_PER, why=TOO_MANY_SIGN_INS
        )


def sign_in_keys(secret: str, email: str, network: str | None) -> list[tuple[str, str]]:
    """What attempts are counted by."""
    account = ("sign-in", keyed_hash(secret, "account", fold(email)))
    return [account, *([("sign-in-from", network)] if network else [])]


def find_user(session: Session, email: str) -> User | None:
    """Who may sign in with that address, if anybody."""
    return session.scalar(select(User).where(User.email == fold(email), User.active))


def find_one(session: Session, user_id: int) -> User:
    """An account, open or closed; Refused (404) when there is none."""
    user = session.get(User, user_id, options=[joinedload(User.ambassador)])
    if user is None:
        raise Refused(said("There is no such account."), status=404)
    return user


def find_proof(session: Session, email: str) -> Proof:
    """What a password is to be verified against; for strangers something no password fits."""
    user = find_user(session, email)
    return Proof(0, None) if user is None else Proof(user.id, user.password_hash)


def sign_in(session: Session, proof: Proof, now: datetime) -> User:
    """Signs in whoever proved it; an invited ambassador becomes active.

    Refused when the password was changed, or the account closed, since it was verified.
    """
    user = lock_user(session, proof.user_id)
    if user is None or not user.active or user.password_hash != proof.password_hash:
        raise Refused(said("Your account has just changed. Please sign in again."), status=409)
    arrive(user, now)
    session.flush()
    return user


def arrive(user: User, now: datetime) -> None:
    """What the first sign-in means for an invited ambassador."""
    user.last_sign_in_at = now
    if user.ambassador is not None and user.ambassador.status == "invited":
        user.ambassador.status = "active"


def forgive_sign_in(
    session: Session, secret: str, email: str, network: str | None, now: datetime
) -> None:
    """Takes back what `count_sign_in` counted at `now`: the password was right."""
    for kind, key in sign_in_keys(secret, email, network):
        throttles.forgive(session, kind, key, now)


# Mails with a link that sets a password: services/account_links.py.


def invite(session: Session, user: User, now: datetime) -> None:
    """Queues the mail with the link where a new account's password is set."""
    queue_notice(session, user, Kind.ACCOUNT_INVITATION, INVITATION_LASTS, now)


def ask_for_reset(
    session: Session, secret: str, email: str, network: str | None, now: datetime
) -> None:
    """Queues a reset link when the address has an account; says nothing either way.

    Refused (429) after five within an hour for one address, known or not. An account that never
    had a password gets its invitation again, unless the school says what it may do.
    """
    account = keyed_hash(secret, "account", fold(email))
    counted = [("reset", account, RESETS)]
    if network:
        counted.append(("reset-from", network, RESETS_PER_NETWORK))
    for kind, key, limit in counted:
        throttles.count_or_refuse(
            session, kind, key, now, limit=limit, per=RESETS_PER, why=TOO_MANY_RESETS
        )
    user = find_user(session, email)
    ruled = select(
        exists().where(SchoolLink.user_id == (user.id if user else 0), SchoolLink.by_claim)
    )
    if session.scalar(ruled):
        return  # the school alone lets them in
    if user is not None and user.password_hash is None:
        invite(session, user, now)
    elif user is not None:
        queue_notice(session, user, Kind.PASSWORD_RESET, RESET_LASTS, now)


def queue_notice(session: Session, user: User, kind: Kind, lasts: timedelta, now: datetime) -> None:
    """Adds a mail to somebody with an account; its version is one more than the last one's."""
    lock_user(session, user.id)
    subject = f"user:{user.id}"
    last = select(func.max(Notice.version)).where(
        Notice.subject == subject, Notice.kind == kind.value
    )
    version = (session.scalar(last) or 0) + 1
    due = Due(kind, subject, now, now + lasts)
    notices.queue(session, subject, version, [due], now, user_id=user.id)


# Changes of an account.


def set_password(session: Session, user: User, password_hash: str, now: datetime) -> User:
    """Sets the password of somebody who followed a link; all their sessions and links end."""
    replace_password(session, user, password_hash, now)
    arrive(user, now)
    session.flush()
    return user


def change_password(session: Session, proof: Proof, password_hash: str, now: datetime) -> User:
    """Sets another password; every session ends. Refused when it was changed meanwhile."""
    user = lock_user(session, proof.user_id)
    if user is None or user.password_hash != proof.password_hash:
        raise Refused(said("Your password has just been changed."), status=409)
    replace_password(session, user, password_hash, now)
    session.flush()
    return user


def replace_password(session: Session, user: User, password_hash: str, now: datetime) -> None:
    """What was signed, or signed in, under the old one counts no more."""
    user.password_hash, user.session_key = password_hash, new_key()
    sessions.end_others(session, user.id, "")
    account_events.note(session, user.id, "password-set", now)


def change_zone(session: Session, user_id: int, zone: str) -> None:
    """Sets the zone in which a person reads times."""
    user = lock_user(session, user_id)
    if user is not None:
        user.time_zone = read_zone(zone)


def set_locale(session: Session, user_id: int, locale: str) -> None:
    """The language of somebody's mails."""
    session.execute(update(User).where(User.id == user_id).values(locale=locale))


def lock_user(session: Session, user_id: int) -> User | None:
    """The account as it is now, locked until the transaction ends (PostgreSQL)."""
    row = select(User).where(User.id == user_id).options(joinedload(User.ambassador))
    return session.scalar(row.with_for_update(of=User).execution_options(populate_existing=True))
