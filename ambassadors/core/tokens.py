"""Signed links and codes: an HMAC of the secret key, the purpose, and the row's own nonce.

Later mails can write the same link again; the database alone cannot; a new nonce revokes it.
"""

import base64
import binascii
import hashlib
import hmac
import uuid

TOKEN_BYTES = 16 + 32  # the UID, then the signature


def sign(secret: str, *parts: str) -> bytes:
    """A 256-bit signature of the parts; each is length-prefixed, so no two lists look alike."""
    message = b"".join(f"{len(p.encode())}:".encode() + p.encode() for p in parts)
    return hmac.digest(secret.encode(), message, hashlib.sha256)


def chat_token(secret: str, purpose: str, uid: str, nonce: str) -> str:
    """A link's token: 64 URL-safe characters that name the row and prove the right to it."""
    raw = uuid.UUID(uid).bytes + sign(secret, "link", purpose, uid, nonce)
    return base64.urlsafe_b64encode(raw).decode()


def read_uid(token: str) -> str | None:
    """The UID that a token names, None when it is no token at all. It proves nothing yet."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return str(uuid.UUID(bytes=raw[:16])) if len(raw) == TOKEN_BYTES else None


def matches(secret: str, purpose: str, uid: str, nonce: str, token: str) -> bool:
    """Whether a token is the one for this purpose and row; in constant time."""
    expected = chat_token(secret, purpose, uid, nonce)
    return hmac.compare_digest(expected.encode(), token.encode())


def spelled(raw: bytes, token: str) -> bool:
    """Whether a token is the one spelling of its bytes: base64 may be padded in other ways."""
    return base64.urlsafe_b64encode(raw).decode() == token


def feed_token(secret: str, purpose: str, user_id: int, nonce: str) -> str:
    """A feed's secret address: 48 URL-safe characters that name the user and prove the right."""
    raw = user_id.to_bytes(4) + sign(secret, "feed", purpose, str(user_id), nonce)
    return base64.urlsafe_b64encode(raw).decode()


def read_user_id(token: str) -> int | None:
    """The user whom a feed's address names, None when it is none. It proves nothing yet."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return int.from_bytes(raw[:4]) if len(raw) == 4 + 32 else None


def same(expected: str, given: str) -> bool:
    """Compares secret texts in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def code(secret: str, uid: str, nonce: str, email: str) -> str:
    """Six digits that prove the reading of mail at `email` for this hold."""
    number = int.from_bytes(sign(secret, "code", uid, nonce, email)[:8], "big")
    return f"{number % 1_000_000:06d}"


def same_code(expected: str, given: str) -> bool:
    """Compares codes in constant time; spaces and dashes that people type do not count."""
    digits = "".join(c for c in given if c not in " -\u00a0\t\r\n")
    return hmac.compare_digest(expected.encode(), digits.encode("utf-8", "replace"))


def keyed_hash(secret: str, purpose: str, value: str) -> str:
    """A value we must recognise again but not keep (a network address)."""
    return sign(secret, "hash", purpose, value).hex()
