"""Links that set a password: written, and read once.

A link is an HMAC over the account's present password hash and session key: setting a password
makes every link written before it worthless, and nothing secret is stored.
"""

import base64
import binascii
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import sign, spelled
from ambassadors.models import User
from ambassadors.services.accounts import INVITATION_LASTS, RESET_LASTS, lock_user

SIGNATURE_BYTES = 32
WORN_OUT = said("This link has been used, or it has expired.")


def invitation_token(secret: str, user: User, now: datetime) -> str:
    """The token of a link, good from now for `INVITATION_LASTS`, to set a first password."""
    return write_token(secret, "invitation", user, now + INVITATION_LASTS)


def reset_token(secret: str, user: User, now: datetime) -> str:
    """The token of a link, good from now for `RESET_LASTS`, to set a new password."""
    return write_token(secret, "reset", user, now + RESET_LASTS)


def read_invitation(session: Session, token: str, secret: str, now: datetime) -> User:
    """Whose invitation it is; Refused (404) when it was used, has expired or is none."""
    return read_token(session, token, secret, "invitation", now)


def read_reset(session: Session, token: str, secret: str, now: datetime) -> User:
    """Whose reset link it is; Refused (404) when it was used, has expired or is none."""
    return read_token(session, token, secret, "reset", now)


def write_token(secret: str, purpose: str, user: User, until: datetime) -> str:
    """64 characters: the account, until when (epoch seconds), and the signature of both."""
    expires = int(until.timestamp())
    head = user.id.to_bytes(8, "big") + expires.to_bytes(8, "big")
    return base64.urlsafe_b64encode(head + signature(secret, purpose, user, expires)).decode()


def signature(secret: str, purpose: str, user: User, expires: int) -> bytes:
    """Bound to what setting a password changes, so that a link works once."""
    state = (user.password_hash or "", user.session_key)
    return sign(secret, "account", purpose, str(user.id), str(expires), *state)


def read_token(session: Session, token: str, secret: str, purpose: str, now: datetime) -> User:
    """The account, its row locked when the transaction goes on to set a password."""
    account, expires, given = split_token(token)
    user = lock_user(session, account)
    if user is None or not user.active or now.timestamp() >= expires:
        raise Refused(WORN_OUT, status=404)
    if not hmac.compare_digest(signature(secret, purpose, user, expires), given):
        raise Refused(WORN_OUT, status=404)
    return user


def split_token(token: str) -> tuple[int, int, bytes]:
    """Account, expiry (epoch seconds) and signature; Refused (404) when it is no token."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if not spelled(raw, token) or len(raw) != 16 + SIGNATURE_BYTES or raw[:1] > b"\x7f":
        raise Refused(WORN_OUT, status=404)
    return int.from_bytes(raw[:8], "big"), int.from_bytes(raw[8:16], "big"), raw[16:]
