"""Whose data it is: a prospect, or somebody with an account; and what was asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import keyed_hash
from ambassadors.models import Ambassador, PrivacyAct, Prospect, User
from ambassadors.models.engine import secret_of
from ambassadors.services.accounts import fold
from ambassadors.services.paging import Page, page_of

NOBODY = said("Nothing is held under that address.")
LAST_ONE = said("The last coordinator stays: let another one do it, or invite one first.")
PROSPECT, STAFF = "prospect", "staff"


@dataclass(frozen=True)
class Held:
    """What is held under one address: a prospect, an account, both."""

    prospect: Prospect | None
    user: User | None

    @property
    def ambassador(self) -> Ambassador | None:
        """The account's profile, where it has one."""
        return self.user.ambassador if self.user else None


def key_of(session: Session, email: str) -> str:
    """What an address is recognised by once it is erased."""
    return keyed_hash(secret_of(session), "erased", fold(email))


def find(session: Session, email: str) -> Held:
    """Who has that address."""
    address = fold(email)
    account = select(User).where(User.email == address).options(joinedload(User.ambassador))
    return Held(
        session.scalar(select(Prospect).where(Prospect.email == address)), session.scalar(account)
    )


def find_somebody(session: Session, email: str) -> Held:
    """The same; refused (404) when there is nobody."""
    held = find(session, email)
    if held == Held(None, None):
        raise Refused(NOBODY, status=404, field="email")
    return held


def asked_for(session: Session, held: Held) -> Sequence[PrivacyAct]:
    """Erasures under way of these people."""
    prospect = held.prospect.id if held.prospect else 0
    account = held.user.id if held.user else 0
    mine = (PrivacyAct.prospect_id == prospect) | (PrivacyAct.account_id == account)
    return session.scalars(select(PrivacyAct).where(mine)).all()


def ask_for_erasure(
    session: Session, person: Prospect | User, origin: str, user_id: int | None, now: datetime
) -> PrivacyAct:
    """Writes down that somebody is to be erased; the scheduler does it. Asking twice is once.

    Refused (409) for the last coordinator who can sign in.
    """
    held = Held(person, None) if isinstance(person, Prospect) else Held(None, person)
    for act in asked_for(session, held):
        return act
    if held.user is not None:
        refuse_last(session, held.user)
    act = PrivacyAct(
        action="erasure",
        kind=PROSPECT if held.prospect else STAFF,
        origin=origin,
        key=key_of(session, person.email),
        asked_at=now,
        prospect_id=held.prospect.id if held.prospect else None,
        account_id=held.user.id if held.user else None,
        user_id=user_id,
    )
    session.add(act)
    session.flush()
    return act


def refuse_last(session: Session, user: User) -> None:
    """Refuses (409) the only coordinator there is."""
    if user.role != "coordinator" or not user.active:
        return
    active = select(User.id).where(User.role == "coordinator", User.active).order_by(User.id)
    if set(session.scalars(active.with_for_update())) == {user.id}:
        raise Refused(LAST_ONE, status=409)


def note_export(session: Session, held: Held, user_id: int, now: datetime) -> None:
    """A coordinator took what is held of somebody: that stays written."""
    for kind, person in ((PROSPECT, held.prospect), (STAFF, held.user)):
        if person is not None:
            key = key_of(session, person.email)
            session.add(
                PrivacyAct(
                    action="export", kind=kind, origin="coordinator", key=key,
                    asked_at=now, done_at=now, user_id=user_id,
                )
            )  # fmt: skip
    session.flush()


def list_acts(session: Session, number: int) -> Page[PrivacyAct]:
    """What was asked for, the latest first; retention's own are left out."""
    rows = select(PrivacyAct).where(PrivacyAct.origin != "retention")
    order = (PrivacyAct.asked_at.desc(), PrivacyAct.id.desc())
    return page_of(session, rows.options(joinedload(PrivacyAct.user)).order_by(*order), number)
