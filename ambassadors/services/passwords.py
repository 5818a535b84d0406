"""Passwords: what is accepted, Argon2id, and an equal effort for people who do not exist.

Hashing takes tens of milliseconds on purpose: never inside a transaction that writes.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ambassadors.core.refused import Refused
from ambassadors.core.said import said

SHORTEST, LONGEST = 12, 200
# OWASP's Password Storage Cheat Sheet, second of its equal choices for Argon2id: 19 MiB, 2 passes.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# The hash of a random text that nobody kept: verified when there is no account.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$8lMJxMDTMfIyWz6uqKJPmw$bkLEi16ZkcobRO9/QwGskgc6ZqGkdJcQ8HRDOSbYu0g"  # noqa: E501


def accept(password: str, email: str) -> str:
    """The password when it is good enough (NIST SP 800-63B: length counts, not composition)."""
    if len(password) < SHORTEST:
        raise Refused(
            said("Choose a password of at least {shortest} characters.", shortest=SHORTEST),
            field="password",
        )
    if len(password) > LONGEST:
        raise Refused(
            said("Choose a password of at most {longest} characters.", longest=LONGEST),
            field="password",
        )
    if len(set(password)) < 5 or password.lower() in (email, email.partition("@")[0]):
        raise Refused(said("That password is too easy to guess; choose another."), field="password")
    return password


def hash_password(password: str) -> str:
    """Argon2id of the password, in the form that carries its own parameters."""
    return HASHER.hash(composed(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one; the same work when there is no hash, and then False."""
    if len(password) > LONGEST:  # nobody has such a password
        password_hash, password = None, password[:LONGEST]
    try:
        HASHER.verify(password_hash or NOBODY, composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def composed(password: str) -> bytes:
    """One form for a text that keyboards write in several; a lone surrogate cannot break it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
