"""API keys: made, shown once, recognised, counted, revoked."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.models import ApiKey
from ambassadors.services import throttles

SCOPES: Mapping[str, str] = {
    "read:chats": said("Chats, without names and addresses of prospects"),
    "read:requests": said("Requests to be matched, without names and addresses"),
    "read:people": said("Ambassadors; and names and addresses wherever prospects are told"),
    "export": said("The export for admissions systems, with names and addresses"),
}
LASTS = (30, 90, 365)  # days; a key without an end is possible
PER_MINUTE = 60
USED_EVERY = timedelta(minutes=1)
LONGEST_NAME = 80
BEGINS = "amb_"

UNKNOWN = said("This call needs an API key: “Authorization: Bearer amb_…”.")
TOO_OFTEN = said("This API key has asked too often. Please wait a minute.")


@dataclass(frozen=True)
class NewKey:
    """What a key shall be; `days` None means that it has no end."""

    name: str
    scopes: tuple[str, ...]
    days: int | None = 365
    per_minute: int = PER_MINUTE


def make(session: Session, new: NewKey, user_id: int | None, now: datetime) -> tuple[ApiKey, str]:
    """A key, and its text, which is told this once. Refused (422) for what makes no sense."""
    name = one_line(new.name, LONGEST_NAME)
    if not name:
        raise Refused(said("Name the system that will use the key."), field="name")
    if not new.scopes or not set(new.scopes) <= set(SCOPES):
        raise Refused(said("Choose what the key may read."), field="scopes")
    if not 1 <= new.per_minute <= 6000:
        raise Refused(said("From 1 to 6000 requests a minute."), field="per_minute")
    prefix = BEGINS + secrets.token_hex(4)
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        name=name,
        prefix=prefix,
        key_hash=hash_of(text),
        scopes=[one for one in SCOPES if one in new.scopes],
        per_minute=new.per_minute,
        user_id=user_id,
        created_at=now,
        expires_at=None if new.days is None else now + timedelta(days=new.days),
    )
    session.add(row)
    session.flush()
    return row, text


def hash_of(text: str) -> str:
    """What is kept of a key; it is random, so a plain hash hides it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def list_all(session: Session) -> Sequence[ApiKey]:
    """Every key, those that still open something first."""
    rows = select(ApiKey).options(joinedload(ApiKey.user))
    return session.scalars(
        rows.order_by(ApiKey.revoked_at.is_not(None), ApiKey.created_at.desc(), ApiKey.id)
    ).all()


def revoke(session: Session, prefix: str, now: datetime) -> ApiKey:
    """Ends a key at once; Refused (404) when there is none, or it has ended."""
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix).with_for_update())
    if row is None or row.revoked_at is not None:
        raise Refused(said("There is no such key."), status=404)
    row.revoked_at = now
    session.flush()
    return row


def recognise(session: Session, header: str, now: datetime) -> ApiKey:
    """Whose request it is; Refused (401) for no key, an unknown one, one that has ended."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.startswith(BEGINS) or len(text) > 100:
        raise Refused(UNKNOWN, status=401)
    row = session.scalar(
        select(ApiKey).where(
            ApiKey.key_hash == hash_of(text.strip()),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
    )
    if row is None:
        raise Refused(UNKNOWN, status=401)
    return row


def require(key: ApiKey, scopes: Iterable[str]) -> None:
    """Refuses (403) what a key may not do."""
    missing = [scope for scope in scopes if scope not in key.scopes]
    if missing:
        raise Refused(said("This API key lacks the scope “{scope}”.", scope=missing[0]), status=403)


def count(session: Session, key: ApiKey, now: datetime) -> None:
    """Counts one request; Refused (429) beyond the key's rate, in whichever process."""
    throttles.count_or_refuse(
        session,
        "api-key",
        key.prefix,
        now,
        limit=key.per_minute,
        per=timedelta(minutes=1),
        why=TOO_OFTEN,
    )
    unseen = or_(ApiKey.used_at.is_(None), ApiKey.used_at <= now - USED_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key.id, unseen).values(used_at=now))
