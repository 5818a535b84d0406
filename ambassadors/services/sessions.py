"""Sessions of accounts as rows: each browser's own, listed, and ended one by one.

The cookie carries a random text, the row its hash: the database alone signs nobody in.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import SecondStep, SettingsVersion, SignedIn, User
from ambassadors.services import account_events
from ambassadors.services.settings.current import SIGN_IN
from ambassadors.services.settings.signing_in import DESK

# By how somebody signed in. The school may close an account that it vouched for.
LASTS = {"password": timedelta(days=7), "school": timedelta(hours=12)}
SEEN_EVERY = timedelta(minutes=5)
LONGEST_KEY = 100


@dataclass(frozen=True)
class Whence:
    """Where a request comes from, roughly: a keyed hash of the network, the browser in words."""

    network: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Here:
    """A session that counts; `owes_step`: its person must set up their second step first."""

    row: SignedIn
    owes_step: bool


_HAS_STEP = exists().where(
    SecondStep.user_id == SignedIn.user_id, SecondStep.confirmed_at.is_not(None)
)
_RULE = (
    select(SettingsVersion.value)
    .where(SettingsVersion.key == SIGN_IN)
    .order_by(SettingsVersion.number.desc())
    .limit(1)
    .scalar_subquery()
)


def key_hash(key: str) -> str:
    """What is kept of a session's key; it is random, so a plain hash hides it."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def begin(session: Session, user: User, way: str, whence: Whence, now: datetime) -> str:
    """A new session of an account; the key for its cookie. Those that are over go."""
    key = secrets.token_urlsafe(32)
    session.execute(delete(SignedIn).where(SignedIn.user_id == user.id, SignedIn.expires_at <= now))
    row = SignedIn(
        user_id=user.id,
        key_hash=key_hash(key),
        way=way,
        created_at=now,
        seen_at=now,
        expires_at=now + LASTS[way],
        network=whence.network,
        browser=whence.browser,
    )
    session.add(row)
    session.flush()
    account_events.note(session, user.id, f"signed-in-{way}", now, text=whence.browser)
    return key


def find(session: Session, key: str, now: datetime) -> Here | None:
    """The session that a cookie names, with its person, while it and their account count: one
    query, on every page.
    """
    if not key or len(key) > LONGEST_KEY:
        return None
    found = session.execute(
        select(SignedIn, _HAS_STEP, _RULE)
        .join(SignedIn.user)
        .where(SignedIn.key_hash == key_hash(key), SignedIn.expires_at > now, User.active)
        .options(contains_eager(SignedIn.user).joinedload(User.ambassador))
    ).first()
    if found is None:
        return None
    row, has_step, rule = found
    owes = row.way == "password" and row.user.role in DESK and not has_step
    return Here(row, owes and (rule or {}).get("second_step") == "desk")


def touch(session: Session, session_id: int, whence: Whence, now: datetime) -> None:
    """Notes that a session was seen now, once every few minutes whoever asks."""
    session.execute(
        update(SignedIn)
        .where(SignedIn.id == session_id, SignedIn.seen_at <= now - SEEN_EVERY)
        .values(seen_at=now, network=whence.network, browser=whence.browser)
    )


def list_of(session: Session, user_id: int, now: datetime) -> Sequence[SignedIn]:
    """The sessions of an account that count, the one seen last first."""
    return session.scalars(
        select(SignedIn)
        .where(SignedIn.user_id == user_id, SignedIn.expires_at > now)
        .order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
    ).all()


def end(session: Session, key: str) -> None:
    """Signs out of one browser: a copied cookie is worth nothing afterwards."""
    session.execute(delete(SignedIn).where(SignedIn.key_hash == key_hash(key)))


def end_one(session: Session, user_id: int, session_id: int, now: datetime) -> SignedIn:
    """Ends one session of an account; refused (404) when it is not theirs, or over."""
    row = session.scalar(
        select(SignedIn)
        .where(SignedIn.id == session_id, SignedIn.user_id == user_id)
        .options(joinedload(SignedIn.user))
    )
    if row is None:
        raise Refused(said("That session has ended already."), status=404)
    session.delete(row)
    account_events.note(session, user_id, "session-ended", now, text=row.browser)
    return row


def end_others(session: Session, user_id: int, key: str) -> int:
    """Ends all sessions of an account but the one with this key, if there is one; how many."""
    others = delete(SignedIn).where(SignedIn.user_id == user_id, SignedIn.key_hash != key_hash(key))
    return int(session.execute(others).rowcount)  # type: ignore[attr-defined]


def any_old(session: Session, now: datetime) -> bool:
    """Whether there are sessions that are over."""
    return bool(session.scalar(select(exists().where(SignedIn.expires_at <= now))))


def forget_old(session: Session, now: datetime) -> None:
    """Deletes sessions that are over."""
    session.execute(delete(SignedIn).where(SignedIn.expires_at <= now))
