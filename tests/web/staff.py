"""Staff in tests: signed in without the cost of a password; people and chats by the real clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, User, WaitingRequest
from ambassadors.services import sessions, waiting
from ambassadors.services.sessions import Whence
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_user
from tests.web.browser import Page, send

PASSWORD = "correct horse battery"
ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """A browser in which somebody is signed in."""
    with client.session_transaction() as session:
        session["_user_id"] = begin_session(user)
        session["_fresh"] = True
    return client


def begin_session(user: User) -> str:
    """A session of somebody, as one with a password begins; its key."""
    now = datetime.now(UTC)
    return write(db.session(), lambda s: sessions.begin(s, user, "password", Whence(), now))


def as_coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    """A browser of a new coordinator, in Boston."""
    return sign_in(client, make_user(session, name="Kim Doe", time_zone="America/New_York"))


def as_ambassador(client: FlaskClient, ambassador: Ambassador) -> FlaskClient:
    """A browser of an ambassador."""
    return sign_in(client, ambassador.user)


def make_person(session: Session, name: str = "Ana Almeida", **values: Any) -> Ambassador:
    """An ambassador who is free at any time, at once."""
    rules = {"hours": ALWAYS, "notice_minutes": 0, "daily_cap": 24, "weekly_cap": 50}
    return make_ambassador(session, name, **{**rules, **values})


def booked(session: Session, who: Ambassador, start: datetime, name: str, **values: Any) -> Chat:
    """A chat that was booked before it began, however long ago that is: pages read the clock."""
    now = min(start, datetime.now(UTC)) - HOUR
    return make_chat(session, who, start, now, name=name, **values)


def make_request(session: Session, name: str = "Wei Chen") -> WaitingRequest:
    """Somebody who asks to be matched."""
    email = name.split()[0].lower() + "@example.org"
    ask = Ask(name, email, "Asia/Shanghai", ["track/thesis"], question="Is there a lab?")
    return write(session, lambda s: waiting.ask(s, ask, datetime.now(UTC)))


def press(client: FlaskClient, page: Page, action: str, **typed: Any) -> Page:
    """Sends the form that goes to an address."""
    return send(client, page, page.form(action, "POST"), **typed)
