"""Secrets that must be read again, encrypted under SECRET_KEY: the database alone cannot."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken

from ambassadors.core import tokens


@dataclass(frozen=True)
class Sealer:
    """Encrypts under one secret, for one purpose (Fernet: AES-128-CBC and an HMAC)."""

    secret: str = field(repr=False)
    purpose: str = "calendars"

    @property
    def _fernet(self) -> Fernet:
        key = tokens.sign(self.secret, self.purpose)
        return Fernet(base64.urlsafe_b64encode(key))

    def seal(self, values: Mapping[str, str]) -> str:
        """The values, encrypted."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> dict[str, str] | None:
        """What was sealed; None when it was under another secret, or is older than `seconds`."""
        try:
            values: dict[str, str] = json.loads(self._fernet.decrypt(sealed.encode(), ttl=seconds))
        except (InvalidToken, ValueError):
            return None
        return values

    def mark(self, *parts: str) -> str:
        """A keyed hash by which the same calendar is known again."""
        return tokens.keyed_hash(self.secret, "calendar", "\n".join(parts))
