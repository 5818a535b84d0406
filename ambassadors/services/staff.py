"""Who works at the coordinator's desk: coordinators, and admissions staff, who only look."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import User
from ambassadors.services import accounts, school, sessions
from ambassadors.services.accounts import NewUser

ROLES = ("coordinator", "admissions")
NOBODY = said("There is nobody with that account at the coordinators' desk.")


def list_staff(session: Session) -> Sequence[User]:
    """Everybody at the desk: who may sign in first, then by name."""
    rows = select(User).where(User.role.in_(ROLES))
    return session.scalars(rows.order_by(User.active.desc(), User.name, User.id)).all()


def find_one(session: Session, user_id: int) -> User:
    """One of them; refused (404) when there is none."""
    wanted = select(User).where(User.id == user_id, User.role.in_(ROLES))
    row: User | None = session.scalar(wanted)
    if row is None:
        raise Refused(NOBODY, status=404)
    return row


def lock_one(session: Session, user_id: int) -> User:
    """One of them as they are now, locked; refused (404) when there is none."""
    find_one(session, user_id)
    row = accounts.lock_user(session, user_id)
    assert row is not None, "accounts are never deleted"  # noqa: S101
    return row


def invite(session: Session, email: str, name: str, role: str, zone: str, now: datetime) -> User:
    """A new account, and the mail with the link to set a password. Refused as `create_user`."""
    if role not in ROLES:
        raise Refused(said("Choose what they may do."), field="role")
    user = accounts.create_user(session, NewUser(email, name, role, zone), now)
    accounts.invite(session, user, now)
    return user


def invite_again(session: Session, user_id: int, now: datetime) -> User:
    """Sends the link once more; refused (409) when it was used, or the account is closed."""
    user = lock_one(session, user_id)
    link = school.link_of(session, user_id)
    if user.password_hash is not None or not user.active or (link and link.by_claim):
        raise Refused(said("{name} needs no invitation.", name=user.name), status=409)
    accounts.invite(session, user, now)
    return user


def deactivate(session: Session, user_id: int, by: int) -> User:
    """Lets somebody sign in no more, and ends their sessions.

    Refused (409) for oneself, and for whoever was deactivated meanwhile: a coordinator remains.
    """
    active = select(User.id).where(User.role == "coordinator", User.active).order_by(User.id)
    coordinators = session.scalars(active.with_for_update()).all()
    if user_id == by or by not in coordinators:
        raise Refused(
            said("Nobody deactivates their own account: ask another coordinator."), status=409
        )
    user = lock_one(session, user_id)
    user.active, user.session_key = False, accounts.new_key()
    sessions.end_others(session, user.id, "")
    session.flush()
    return user


def reactivate(session: Session, user_id: int) -> User:
    """Lets somebody sign in again, with the password they had."""
    user = lock_one(session, user_id)
    user.active = True
    session.flush()
    return user
