"""A person's own way to what is held of them: a mailed link, asked for by address."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT, Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import keyed_hash, sign, spelled
from ambassadors.mail.addresses import parse_address
from ambassadors.models import Notice, Prospect
from ambassadors.services import accounts, notices, throttles
from ambassadors.services.privacy.people import find

LASTS = timedelta(hours=48)
PER_ADDRESS, PER_NETWORK = 3, 20
TOO_MANY = said("Too many links were asked for. Please try again in an hour.")
WORN_OUT = said("This link is not valid any more. Ask for another one.")
SIGNATURE_BYTES = 32


def ask_for_link(
    session: Session, secret: str, email: str, network: str | None, locale: str, now: datetime
) -> None:
    """Queues a link, in the language of whoever asks; says nothing of whether there is anybody.

    Refused: 422 for what is no address, 429 after three within an hour for one address.
    """
    address = accounts.fold(parse_address(email))
    counted = [("privacy", keyed_hash(secret, "account", address), PER_ADDRESS)]
    if network:
        counted.append(("privacy-from", network, PER_NETWORK))
    for kind, key, limit in counted:
        throttles.count_or_refuse(
            session, kind, key, now, limit=limit, per=timedelta(hours=1), why=TOO_MANY
        )
    held = find(session, address)
    if held.prospect is not None:
        queue_link(session, held.prospect, locale, now)
    if held.user is not None and held.user.active:
        accounts.queue_notice(session, held.user, Kind.PRIVACY_LINK, LASTS, now)


def queue_link(session: Session, prospect: Prospect, locale: str, now: datetime) -> None:
    """Adds the mail; its version is one more than the last one's."""
    subject = f"prospect:{prospect.id}"
    session.scalar(select(Prospect.id).where(Prospect.id == prospect.id).with_for_update())
    last = session.scalar(select(func.max(Notice.version)).where(Notice.subject == subject))
    due = Due(Kind.PRIVACY_LINK, PROSPECT, now, now + LASTS)
    links = {"prospect_id": prospect.id, "details": {"locale": locale}}
    notices.queue(session, subject, (last or 0) + 1, [due], now, **links)


def write_token(secret: str, prospect: Prospect, now: datetime) -> str:
    """64 characters: whose it is, until when (epoch seconds), and the signature of both."""
    expires = int((now + LASTS).timestamp())
    head = prospect.id.to_bytes(8, "big") + expires.to_bytes(8, "big")
    return base64.urlsafe_b64encode(head + signature(secret, prospect, expires)).decode()


def signature(secret: str, prospect: Prospect, expires: int) -> bytes:
    """Bound to the address: it ends with the erasure."""
    return sign(secret, "privacy", str(prospect.id), prospect.email, str(expires))


def read_token(session: Session, token: str, secret: str, now: datetime) -> Prospect:
    """Whose link it is; Refused (404) when it has expired, the person is erased, or it is none."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if not spelled(raw, token) or len(raw) != 16 + SIGNATURE_BYTES or raw[:4] != bytes(4):
        raise Refused(WORN_OUT, status=404)
    number, expires = int.from_bytes(raw[:8], "big"), int.from_bytes(raw[8:16], "big")
    prospect = present(session, number) if number < 2**31 else None
    if prospect is None or now.timestamp() >= expires:
        raise Refused(WORN_OUT, status=404)
    if not hmac.compare_digest(signature(secret, prospect, expires), raw[16:]):
        raise Refused(WORN_OUT, status=404)
    return prospect


def present(session: Session, prospect_id: int) -> Prospect | None:
    """A prospect who is not erased."""
    row = session.get(Prospect, prospect_id, populate_existing=True)
    return row if row is not None and row.erased_at is None else None
