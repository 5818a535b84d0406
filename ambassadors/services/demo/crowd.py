"""A crowd to measure with: hundreds of ambassadors, thousands of prospects, years of chats.

Written in bulk, so nothing goes through the door of booking; but histories and notices are made
by the same rules, and `flask audit` finds nothing. The same seed makes the same people, times and
outcomes; secrets are always new, and match scores are drawn, not computed.
"""

import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from ambassadors.core.interests import Vocabulary
from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import Base
from ambassadors.models import User
from ambassadors.services.demo.crowd_chats import (
    Person,
    Planned,
    bulk_rows,
    notice_row,
    plan_chats,
)
from ambassadors.services.demo.invented import DAY, QUESTIONS
from ambassadors.services.programme import vocabulary

FIRST = (
    *("Amara", "Bo", "Chiara", "Dev", "Emma", "Femi", "Greta", "Hiro", "Ines", "Jun", "Karim"),
    *("Lena", "Mateo", "Nadia", "Oscar", "Priya", "Quinn", "Rosa", "Sanjay", "Tuva", "Uma"),
    *("Victor", "Wei", "Ximena", "Yusuf", "Zoë"),
)
LAST = (
    *("Adeyemi", "Bauer", "Carter", "Dubois", "Eriksen", "Fischer", "García", "Hoang", "Ito"),
    *("Jensen", "Kumar", "Larsen", "Moreira", "Nwosu", "O'Brien", "Patel", "Rossi", "Singh"),
    *("Tanaka", "Ueda", "Venkat", "Weiss", "Xu", "Yilmaz", "Zhang"),
)
HOMES = ("America/New_York",) * 8 + ("America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")
PROSPECT_ZONES = (
    *("Asia/Kolkata",) * 5, *("America/New_York",) * 4, *("Asia/Shanghai",) * 3,
    *("America/Los_Angeles", "America/Chicago", "Africa/Lagos", "Europe/Berlin", "Asia/Tokyo"),
    *("America/Sao_Paulo", "Europe/Istanbul", "Africa/Nairobi", "Asia/Kathmandu", "Europe/London"),
)  # fmt: skip
BLOCKS = (9, 13, 15, 18)  # o'clock at which somebody's three hours of a day may begin
CHUNK = 4000  # rows written by one statement
RATINGS = (5, 5, 5, 4, 4, 3, 1)  # as prospects answer
MARK = "@crowd.example.edu"
ALREADY = said("A crowd was added before; it is added once, into a service without one.")


@dataclass(frozen=True)
class Sizes:
    """How many of each."""

    ambassadors: int = 500
    prospects: int = 20_000
    chats: int = 100_000
    requests: int = 2_500


def add_crowd(session: Session, sizes: Sizes, seed: int, now: datetime) -> dict[str, int]:
    """Adds everybody and everything, in this one transaction; how many rows of each table.

    Refused when there is a crowd already, or too few ambassadors and prospects for so many chats.
    """
    if session.scalar(select(User.id).where(User.email.endswith(MARK)).limit(1)) is not None:
        raise Refused(ALREADY, status=409)
    known, chance = vocabulary(session), Random(seed)  # noqa: S311 - to be repeated, not secret
    if not known.families:
        raise Refused(said("A crowd needs a vocabulary: load ambassadors/data/aim-programme.toml."))
    now = now.replace(second=0, microsecond=0)
    counts: dict[str, int] = {}
    ambassadors = add_ambassadors(session, sizes.ambassadors, known, chance, now)
    prospects = add_prospects(session, sizes.prospects, chance, now)
    planned = plan_chats(ambassadors, prospects, sizes.chats, chance, now)
    counts |= {"ambassadors": len(ambassadors), "prospects": len(prospects)}
    counts |= add_chats(session, planned, keys_of(known), chance, now)
    counts["requests"] = add_requests(session, sizes.requests, prospects, known, chance, now)
    counts["notices"] += counts["requests"]  # each was told that it arrived
    if session.get_bind().dialect.name == "postgresql":
        catch_up(session)
    return counts


def add_rows(session: Session, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Writes many rows of one table."""
    if rows:
        session.execute(Base.metadata.tables[table].insert(), rows)


def next_id(session: Session, table: str) -> int:
    """The first id that is free."""
    column = Base.metadata.tables[table].c.id
    return (session.scalar(select(func.max(column))) or 0) + 1


def catch_up(session: Session) -> None:
    """Lets PostgreSQL's sequences go on behind the ids that were written."""
    for table in Base.metadata.tables.values():
        if "id" in table.c and is_numbered(table):
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                    f"greatest(1, (SELECT coalesce(max(id), 1) FROM {table.name})))"
                )
            )


def is_numbered(table: Table) -> bool:
    """Whether the database numbers a table's rows."""
    return table.name != "data_version" and table.c.id.type.python_type is int


def keys_of(known: Vocabulary) -> list[str]:
    """Every interest, as prospects name it."""
    return [item.key for family in known.families for item in family.items]


def invent_name(number: int) -> str:
    """Many names; the same number, the same name."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) * 7 % len(LAST)]}"


def add_ambassadors(
    session: Session, count: int, known: Vocabulary, chance: Random, now: datetime
) -> list[Person]:
    """Active ones, each with three hours on every weekday and some interests."""
    ids = interest_ids(session)
    first_user, first = next_id(session, "users"), next_id(session, "ambassadors")
    people = [
        Person(
            first + n, first_user + n, invent_name(n), f"ambassador.{n}{MARK}",
            chance.choice(HOMES), chance.choice(BLOCKS),
        )
        for n in range(count)
    ]  # fmt: skip
    began = now - 110 * 7 * DAY
    add_rows(session, "users", [user_row(one, began) for one in people])
    add_rows(session, "ambassadors", [ambassador_row(one, began) for one in people])
    chosen = [(one.id, row) for one in people for row in chance.sample(ids, min(6, len(ids)))]
    add_rows(
        session,
        "ambassador_interests",
        [{"ambassador_id": person, "interest_id": row} for person, row in chosen],
    )
    add_rows(session, "weekly_hours", [row for one in people for row in hours_rows(one)])
    return people


def interest_ids(session: Session) -> list[int]:
    """The rows of the vocabulary."""
    column = Base.metadata.tables["interests"].c.id
    return list(session.scalars(select(column).order_by(column)))


def user_row(one: Person, began: datetime) -> dict[str, Any]:
    """Nobody can sign in as them."""
    return {
        "id": one.user_id, "email": one.email, "name": one.name, "role": "ambassador",
        "session_key": secrets.token_urlsafe(16), "time_zone": one.zone, "created_at": began,
    }  # fmt: skip


def ambassador_row(one: Person, began: datetime) -> dict[str, Any]:
    """With the usual rules."""
    return {
        "id": one.id, "user_id": one.user_id, "status": "active", "time_zone": one.zone,
        "bio": "I came from industry and like to talk about the thesis, the lab and co-op.",
        "meeting_url": one.place, "feed_secret": secrets.token_urlsafe(32), "created_at": began,
    }  # fmt: skip


def hours_rows(one: Person) -> Iterator[dict[str, Any]]:
    """Three hours a day, Monday to Friday."""
    for weekday in range(5):
        begin = one.begins * 60
        yield {
            "ambassador_id": one.id,
            "weekday": weekday,
            "start_minute": begin,
            "end_minute": begin + 180,
        }


def add_prospects(session: Session, count: int, chance: Random, now: datetime) -> list[Person]:
    """Under example.org, where no mail arrives."""
    first = next_id(session, "prospects")
    people = []
    for n in range(count):
        name, zone = invent_name(n * 13 + 5), chance.choice(PROSPECT_ZONES)
        local = name.lower().replace(" ", ".").replace("'", "").encode("ascii", "ignore").decode()
        people.append(Person(first + n, 0, name, f"{local}.{n}@example.org", zone))
    rows = [
        {"id": one.id, "email": one.email, "name": one.name, "time_zone": one.zone,
         "created_at": now - (n * 700 // max(1, count)) * DAY}
        for n, one in enumerate(people)
    ]  # fmt: skip
    add_rows(session, "prospects", rows)
    return people


def add_chats(
    session: Session, planned: Iterable[Planned], keys: Sequence[str], chance: Random,
    now: datetime,
) -> dict[str, int]:  # fmt: skip
    """Chats with their histories and notices, some thousands of rows at a time."""
    tables = ("chats", "chat_changes", "notices", "feedbacks")
    waiting: dict[str, list[dict[str, Any]]] = {table: [] for table in tables}
    counts = dict.fromkeys(tables, 0)

    def flush() -> None:
        for table in tables:
            add_rows(session, table, waiting[table])
            counts[table] += len(waiting[table])
            waiting[table].clear()

    for number, one in enumerate(planned, next_id(session, "chats")):
        made = bulk_rows(number, one, keys, chance, now)
        said = feedback_rows(made[1], chance)
        for table, rows in zip(tables, (*made, said), strict=True):
            waiting[table] += rows
        if len(waiting["chats"]) >= CHUNK:
            flush()
    flush()
    return counts


def feedback_rows(changes: Sequence[dict[str, Any]], chance: Random) -> list[dict[str, Any]]:
    """What a prospect said, where a chat's history has it that they did."""
    return [
        {
            "chat_id": row["chat_id"], "outcome": "talked", "rating": chance.choice(RATINGS),
            "still_open": "", "created_at": row["at"], "changed_at": row["at"], "verdict": "",
        }
        for row in changes
        if row["action"] == "feedback"
    ]  # fmt: skip


def add_requests(
    session: Session, count: int, prospects: Sequence[Person], known: Vocabulary, chance: Random,
    now: datetime,
) -> int:  # fmt: skip
    """One in ten waits still; the others were matched or closed in the course of a year."""
    keys, first, rows, mails = keys_of(known), next_id(session, "requests"), [], []
    for n, one in enumerate(prospects[:count]):
        state = "waiting" if n % 10 == 0 else "matched" if n % 3 else "closed"
        asked = now - timedelta(hours=chance.randrange(2, 24 * 14 if n % 10 == 0 else 24 * 365))
        uid = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        rows.append(
            {"id": first + n, "uid": uid, "nonce": secrets.token_urlsafe(32),
             "prospect_id": one.id, "name": one.name, "time_zone": one.zone,
             "languages": ["en"], "interests": chance.sample(keys, min(3, len(keys))), "most": [],
             "question": chance.choice(QUESTIONS), "state": state, "created_at": asked,
             "changed_at": asked if state == "waiting" else min(now, asked + 2 * DAY)}
        )  # fmt: skip
        received = Due(Kind.REQUEST_RECEIVED, "prospect", asked)
        link = {"request_id": first + n, "chat_id": None}
        mails.append(notice_row((uid, 1), received, asked, "sent", one.email, link))
    add_rows(session, "requests", rows)
    add_rows(session, "notices", mails)
    return len(rows)
