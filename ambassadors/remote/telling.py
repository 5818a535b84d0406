"""Telling another system of an event: one signed POST, through the one guarded way out.

Signed as Standard Webhooks says (https://www.standardwebhooks.com), so that receivers find
libraries: HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ambassadors.core.text import one_line
from ambassadors.remote.exchange import Request, ask
from ambassadors.remote.guard import Deadline, Guard, Unreachable

GONE = 410  # the receiver says that it wants no more
LONGEST_ANSWER = 200


@dataclass(frozen=True)
class Told:
    """What came of it. `status` None: there was no answer. `words` are the server's, or ours."""

    status: int | None
    words: str

    @property
    def taken(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300


def tell(
    address: str, event_id: str, body: bytes, secrets: Iterable[str], now: datetime, guard: Guard
) -> Told:
    """Sends an event; a redirect is no answer, for whoever it leads to was not named."""
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "AIM-ambassadors-webhook/1",
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(sign(one, event_id, stamp, body) for one in secrets),
    }
    guard = replace(guard, redirects=0, most_bytes=64_000)
    try:
        answer = ask(address, Request("POST", headers, body), guard, Deadline.of(guard))
    except Unreachable as fault:
        return Told(None, fault.text)
    words = one_line(answer.body[:1000].decode("utf-8", "replace"), LONGEST_ANSWER)
    return Told(answer.status, words)


def sign(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and the signature in base 64; the secret is `whsec_` and base 64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
