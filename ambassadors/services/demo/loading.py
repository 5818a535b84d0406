"""Loading the demo: people, hours, chats, and who can sign in to look around."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, HoursException, TimeOff, User
from ambassadors.services import accounts, passwords, waiting
from ambassadors.services.accounts import NewUser
from ambassadors.services.demo.booked import invent_chats
from ambassadors.services.demo.invented import (
    AWAY,
    DAY,
    NEAR,
    PROSPECTS,
    SHORT,
    Invented,
    invent_prospects,
    plan_future,
    plan_past,
)
from ambassadors.services.demo.sought import count_searches
from ambassadors.services.imports import BadRows, import_ambassadors
from ambassadors.services.letters import Post
from config import ROOT

PEOPLE = ROOT / "ambassadors" / "data" / "demo-ambassadors.csv"
COORDINATOR = "coordinator@example.edu"
AMBASSADOR = "maya.okafor@example.edu"
PASSWORD = "try-the-demo"  # noqa: S105 - only for development, and printed there
ALREADY = said("The demo data was loaded before; it is loaded once, into a service without it.")


@dataclass(frozen=True)
class SignIn:
    """Somebody one can sign in as."""

    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Loaded:
    """What was added."""

    ambassadors: int
    chats: int


def choose_sign_ins(guessable: bool) -> tuple[SignIn, ...]:
    """One coordinator and one ambassador; passwords that can be guessed only in development."""
    return tuple(
        SignIn(role, email, PASSWORD if guessable else secrets.token_urlsafe(15))
        for role, email in (("coordinator", COORDINATOR), ("ambassador", AMBASSADOR))
    )


def find_sign_ins(session: Session) -> list[SignIn]:
    """Those whose development password still holds."""
    rows = {user.email: user for user in session.scalars(select(User).where(User.active))}
    return [
        one
        for one in choose_sign_ins(guessable=True)
        if one.email in rows and passwords.verify(rows[one.email].password_hash, one.password)
    ]


def load(session: Session, now: datetime, post: Post, hashes: Mapping[str, str]) -> Loaded:
    """Adds everything; `hashes` are password hashes by address, "" for everybody else's.

    Refused when it was loaded before, or when the vocabulary is not the AIM programme's.
    """
    if session.scalar(select(User.id).where(User.email == COORDINATOR)) is not None:
        raise Refused(ALREADY, status=409)
    now = now.replace(second=0, microsecond=0)
    began = now - 90 * DAY
    add_coordinator(session, began, hashes)
    ambassadors = add_ambassadors(session, began, hashes)
    add_dates(ambassadors, now.date())
    session.flush()
    prospects = invent_prospects()
    plans = [*plan_past(), *plan_future(days_to_monday(now.date()))]
    chats = invent_chats(session, plans, ambassadors, prospects, post, now)
    ambassadors[NEAR].horizon_days = 14  # only now, for some chats were booked long before
    for person in prospects[PROSPECTS:]:
        ask(session, person, now)
    count_searches(session, ambassadors, now)
    return Loaded(len(ambassadors), len(chats))


def add_coordinator(session: Session, began: datetime, hashes: Mapping[str, str]) -> None:
    """Somebody to look around as."""
    coordinator = NewUser(COORDINATOR, "Robin Castellanos", "coordinator")
    accounts.create_user(session, coordinator, began).password_hash = hashes.get(COORDINATOR)


def add_ambassadors(
    session: Session, began: datetime, hashes: Mapping[str, str]
) -> Sequence[Ambassador]:
    """The people of the file, in its order."""
    try:
        import_ambassadors(session, PEOPLE.read_bytes(), began)
    except BadRows as bad:
        raise Refused(
            said(
                "The demo data needs the AIM vocabulary: load ambassadors/data/aim-programme.toml. "
                "({problems})",
                problems=bad.problems[0],
            )
        ) from bad
    rows = session.scalars(
        select(Ambassador)
        .join(Ambassador.user)
        .where(Ambassador.created_at == began)
        .order_by(Ambassador.id)
    ).all()
    for row in rows:
        row.user.password_hash = hashes.get(row.user.email, hashes.get(""))
    return rows


def add_dates(ambassadors: Sequence[Ambassador], today: date) -> None:
    """Exceptions, time off, and rules that differ from the usual ones."""

    def in_days(days: int) -> date:
        return today + timedelta(days=days)

    def person(email: str) -> Ambassador:
        return next(one for one in ambassadors if one.user.email.startswith(email))

    person("maya").exceptions = [
        HoursException(day=in_days(5), spans=[], note="Conference"),
        HoursException(day=in_days(9), spans=[[600, 840]], note="Only around noon"),
    ]
    person("samuel").exceptions = [
        HoursException(day=in_days(12), spans=[[540, 660], [1080, 1200]], note="Midterms")
    ]
    person("priya").time_off = [
        TimeOff(first_day=in_days(10), last_day=in_days(11), note="A wedding")
    ]
    ambassadors[AWAY].time_off = [
        TimeOff(first_day=in_days(7), last_day=in_days(18), note="Plant visits")
    ]
    ambassadors[SHORT].lengths, ambassadors[SHORT].notice_minutes = [20], 240
    person("tyler").notice_minutes = 2880
    person("hannah").buffer_before, person("hannah").buffer_after = 5, 15
    person("connor").daily_cap = 2


def days_to_monday(today: date) -> int:
    """In how many days the first week begins that is at least four days away."""
    days = 7 - today.weekday()
    return days if days >= 4 else days + 7


def ask(session: Session, person: Invented, now: datetime) -> None:
    """Somebody whom nobody was free for."""
    wish = waiting.Ask(
        person.name,
        person.email,
        person.zone,
        person.interests,
        person.interests[:1],
        ("en",),
        person.question,
    )
    waiting.ask(session, wish, now - DAY, mail=False)
