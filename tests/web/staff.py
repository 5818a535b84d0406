"""Signing test clients in without the cost of a password."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, User
from ambassadors.services.writing import write
from tests.factories import make_user

PASSWORD = "correct horse battery"


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """A browser in which somebody is signed in."""
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True
    return client


def as_coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser of a new coordinator, in Boston."""
    return sign_in(client, make_user(session, name="Kim Doe", time_zone="America/New_York"))


def as_ambassador(client: FlaskClient, ambassador: Ambassador) -> FlaskClient:
    """A browser of an ambassador."""
    return sign_in(client, ambassador.user)


def set_password(session: Session, user: User, password_hash: str) -> None:
    """Gives somebody a password."""

    def work(session: Session) -> None:
        session.get_one(User, user.id).password_hash = password_hash

    write(session, work)
