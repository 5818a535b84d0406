"""Whom the school's sign-in lets in: by (issuer, subject), linked to an account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import SchoolLink, User
from ambassadors.models.engine import attempt
from ambassadors.remote.school import Person
from ambassadors.services import account_events, accounts, approval, roster
from ambassadors.services.accounts import NewUser

Roles = Sequence[tuple[str, str]]
DESK = ("coordinator", "admissions")
_ADD = SchoolLink.__table__.insert()  # type: ignore[attr-defined]  # a Table

NOBODY = said("The school knows you, but there is no account for you here. Ask a coordinator.")
OTHER = said("Your account here belongs to another sign-in of the school. Ask a coordinator.")
NO_MORE = said("The school no longer names a role for you here. Ask a coordinator.")


def link_of(session: Session, user_id: int) -> SchoolLink | None:
    """How the school knows somebody, if it does."""
    wanted = select(SchoolLink).where(SchoolLink.user_id == user_id).order_by(SchoolLink.id)
    return session.scalars(wanted).first()


def sign_in(session: Session, person: Person, roles: Roles, now: datetime) -> User:
    """The account of whom the school vouches for. Refused (403) for whoever has none and whom no
    claim gives one, and for a closed account.
    """
    role = role_of(person, roles)
    link = session.scalar(
        select(SchoolLink).where(
            SchoolLink.issuer == person.issuer, SchoolLink.subject == person.subject
        )
    )
    if link is not None:
        user = come_back(session, link, role, now)
    else:
        user = come_first(session, person, role, now)
    accounts.arrive(user, now)
    session.flush()
    return user


def role_of(person: Person, roles: Roles) -> str | None:
    """What the claim says they may do: the first of our pairs that fits."""
    return next((role for value, role in roles if value in person.values), None)


def come_back(session: Session, link: SchoolLink, role: str | None, now: datetime) -> User:
    """Somebody who was here before; what they may do follows the claim, where one ruled."""
    user = lock_active(session, link.user_id)
    if link.by_claim and role != user.role:
        if role not in DESK or user.role not in DESK:
            raise Refused(NO_MORE, status=403)
        account_events.note(session, user.id, "role", now, text=f"{user.role} → {role}")
        user.role = role
    return user


def come_first(session: Session, person: Person, role: str | None, now: datetime) -> User:
    """Linked to the account that was made for their verified address, or given one by a claim."""
    if not person.email or not person.verified:
        raise Refused(NOBODY, status=403)
    known = session.scalar(select(User.id).where(User.email == accounts.fold(person.email)))
    if known is None and role is None:
        raise Refused(NOBODY, status=403)
    user = make(session, person, role, now) if known is None else lock_active(session, known)  # type: ignore[arg-type]
    row = {
        "user_id": user.id,
        "issuer": person.issuer,
        "subject": person.subject,
        "by_claim": known is None,
        "created_at": now,
    }
    try:
        with attempt(session):
            session.execute(_ADD, row)
    except IntegrityError as fault:
        raise Refused(OTHER, status=403) from fault
    account_events.note(session, user.id, "linked" if known else "made-by-school", now)
    return user


def lock_active(session: Session, user_id: int) -> User:
    """The account, locked; Refused (403) when it is closed."""
    user = accounts.lock_user(session, user_id)
    if user is None or not user.active:
        raise Refused(NOBODY, status=403)
    return user


def make(session: Session, person: Person, role: str, now: datetime) -> User:
    """An account that a claim gives; an ambassador's profile waits for approval as any other."""
    name = person.name or person.email.partition("@")[0]
    new = NewUser(person.email, name, role)
    if role != "ambassador":
        return accounts.create_user(session, new, now)
    ambassador = roster.create(session, new, now)
    ambassador.pending_since = now if approval.profiles_wait(session) else None
    return ambassador.user
