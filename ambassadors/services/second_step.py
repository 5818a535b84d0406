"""The second step of signing in with a password: codes by time (TOTP, RFC 6238), each used once,
and ten codes on paper for when the phone is gone.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import RecoveryCode, SecondStep, User
from ambassadors.services import account_events, throttles
from ambassadors.services.calendars.sealing import Sealer

TRIES, TRIES_PER = 5, timedelta(minutes=15)
PAPER_CODES = 10
INTERVAL = 30  # seconds; apps assume it, and six digits
DRIFT = 1  # intervals that a phone's clock may be early or late

TOO_MANY = said("Too many codes were tried. Please wait 15 minutes, then sign in again.")
WRONG_CODE = said("That code is not right, or it was used already. Wait for the next one.")


@dataclass(frozen=True)
class State:
    """How the second step of somebody stands; `left` counts unused codes on paper."""

    on_since: datetime | None = None
    pending: bool = False
    left: int = 0


def sealer_of(secret: str) -> Sealer:
    """What encrypts the secrets."""
    return Sealer(secret, "second step")


def is_on(session: Session, user_id: int) -> bool:
    """Whether somebody has a second step."""
    wanted = select(SecondStep.confirmed_at).where(SecondStep.user_id == user_id)
    return session.scalar(wanted) is not None


def state_of(session: Session, user_id: int) -> State:
    """How it stands."""
    unused = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    row = session.execute(
        select(SecondStep.confirmed_at, unused.scalar_subquery()).where(
            SecondStep.user_id == user_id
        )
    ).first()
    if row is None:
        return State()
    return State(row[0], row[0] is None, row[1] or 0)


# Setting it up.


def start(session: Session, secret: str, user_id: int, now: datetime) -> None:
    """A new secret that counts once a code of it was entered; Refused (409) when one does."""
    if is_on(session, user_id):
        raise Refused(said("Your second step is on already."), status=409)
    session.execute(delete(SecondStep).where(SecondStep.user_id == user_id))
    sealed = sealer_of(secret).seal({"secret": pyotp.random_base32()})
    session.add(SecondStep(user_id=user_id, sealed=sealed, created_at=now, last_counter=0))
    session.flush()


def pending_secret(session: Session, secret: str, user_id: int) -> str | None:
    """The secret that waits for its first code, in base 32; None when there is none."""
    row = session.get(SecondStep, user_id)
    return open_secret(row, secret) if row is not None and row.confirmed_at is None else None


def address_of(key: str, user: User, service: str) -> str:
    """What a phone's app reads from the picture."""
    return pyotp.TOTP(key).provisioning_uri(name=user.email, issuer_name=service)


def confirm(session: Session, secret: str, user_id: int, code: str, now: datetime) -> list[str]:
    """Turns it on with the first code; the codes to print. Refused when the code is wrong."""
    row = session.get(SecondStep, user_id, with_for_update=True, populate_existing=True)
    if row is None or row.confirmed_at is not None:
        raise Refused(said("There is nothing to confirm. Please start again."), status=409)
    count(session, user_id, now)
    use_code(session, row, secret, code, now)
    forgive(session, user_id, now)
    row.confirmed_at = now
    account_events.note(session, user_id, "second-on", now)
    return make_paper_codes(session, secret, user_id)


def renew_paper_codes(session: Session, secret: str, user_id: int, now: datetime) -> list[str]:
    """Ten new codes to print; those before are worthless."""
    if not is_on(session, user_id):
        raise Refused(said("Your second step is off."), status=409)
    account_events.note(session, user_id, "codes-made", now)
    return make_paper_codes(session, secret, user_id)


def turn_off(session: Session, user_id: int, now: datetime, by: int | None = None) -> None:
    """Signing in takes the password alone again; `by` when somebody else reset it for them."""
    if not is_on(session, user_id):
        raise Refused(said("There is no second step to turn off."), status=409)
    session.execute(delete(SecondStep).where(SecondStep.user_id == user_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    account_events.note(session, user_id, "second-off" if by is None else "second-reset", now, by)


# Signing in.


def prove(session: Session, secret: str, user_id: int, code: str, now: datetime) -> None:
    """Takes a code of the app or of the paper. Every try is counted; Refused (429) after five,
    right or wrong, and (422) when it is wrong.
    """
    row = session.get(SecondStep, user_id, populate_existing=True)
    count(session, user_id, now)
    if row is None or row.confirmed_at is None:
        raise Refused(said("Your account has just changed. Please sign in again."), status=409)
    if is_paper(code):
        use_paper_code(session, secret, user_id, code, now)
    else:
        use_code(session, row, secret, code, now)
    forgive(session, user_id, now)


def count(session: Session, user_id: int, now: datetime) -> None:
    """Counts one try."""
    throttles.count_or_refuse(
        session, "second-step", str(user_id), now, limit=TRIES, per=TRIES_PER, why=TOO_MANY
    )


def forgive(session: Session, user_id: int, now: datetime) -> None:
    """The try was right: it is not counted."""
    throttles.forgive(session, "second-step", str(user_id), now)


def use_code(session: Session, row: SecondStep, secret: str, code: str, now: datetime) -> None:
    """Takes a code of the app, once; of racing requests with one code the first alone."""
    key, digits = open_secret(row, secret), "".join(filter(str.isdigit, code))
    if key is None:
        raise Refused(
            said("The key of this service has changed. Ask a coordinator to reset your code."),
            status=409,
        )
    counter = counter_of(key, digits, now)
    taken = 0
    if counter is not None:
        later = update(SecondStep).where(
            SecondStep.user_id == row.user_id,
            SecondStep.sealed == row.sealed,
            SecondStep.last_counter < counter,
        )
        taken = session.execute(later.values(last_counter=counter)).rowcount  # type: ignore[attr-defined]
    if not taken:
        raise Refused(WRONG_CODE, field="code", keep=True)


def counter_of(key: str, digits: str, now: datetime) -> int | None:
    """The interval whose code this is, if it is near; the latest, should two have the same."""
    totp, present = pyotp.TOTP(key, interval=INTERVAL), int(now.timestamp()) // INTERVAL
    near = range(present + DRIFT, present - DRIFT - 1, -1)
    found = [one for one in near if tokens.same(totp.generate_otp(one), digits)]
    return found[0] if found else None


def open_secret(row: SecondStep, secret: str) -> str | None:
    """The secret in base 32; None when it was sealed under another SECRET_KEY."""
    values = sealer_of(secret).open(row.sealed)
    return values["secret"] if values else None


# Codes on paper: 80 random bits each, so a keyed hash is enough to hide them.


def make_paper_codes(session: Session, secret: str, user_id: int) -> list[str]:
    """Ten new ones in place of all before; they are told once and kept as hashes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(PAPER_CODES)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=paper_hash(secret, user_id, one)) for one in codes
    )
    session.flush()
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in codes]


def bare(code: str) -> str:
    """A code as it was made, however it was typed."""
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def is_paper(code: str) -> bool:
    """Whether it is a code of the paper rather than of the app."""
    return len(bare(code)) == 16


def paper_hash(secret: str, user_id: int, code: str) -> str:
    """What is kept of it."""
    return tokens.keyed_hash(secret, "recovery", f"{user_id}:{bare(code)}")


def use_paper_code(session: Session, secret: str, user_id: int, code: str, now: datetime) -> None:
    """Takes a code of the paper, once."""
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == paper_hash(secret, user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(WRONG_CODE, field="code", keep=True)
    account_events.note(session, user_id, "recovery-used", now)
