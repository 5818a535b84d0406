"""Adding a calendar: a secret address, one of a CalDAV account, or a file."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import insert as sql_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.models import BusySpans, CalendarSource
from ambassadors.models.engine import attempt
from ambassadors.remote.caldav import Account, CalendarAddress, list_calendars
from ambassadors.remote.guard import Guard, Place, Unreachable, read_place
from ambassadors.services.busy import write_spans
from ambassadors.services.calendars.opening import Found
from ambassadors.services.calendars.sealing import Sealer
from ambassadors.services.roster import lock
from ambassadors.services.throttles import count_or_refuse

MOST = 10
LONGEST_NAME = 80
LONGEST_ADDRESS = 2000
CHOOSE_WITHIN = 30 * 60  # seconds from signing in to an account to choosing one of its calendars
ALREADY = said("This calendar is in your list already.")

_ADD = sql_insert(CalendarSource).returning(CalendarSource)


@dataclass(frozen=True)
class Naming:
    """What an ambassador calls a calendar, and whether its all-day events are busy."""

    name: str = ""
    all_day: bool = True


@dataclass(frozen=True)
class Choice:
    """An account that opened, sealed so that a page can carry it, and its calendars."""

    sealed: str = field(repr=False)
    calendars: tuple[CalendarAddress, ...]


def add_address(
    session: Session, ambassador_id: int, naming: Naming, address: str, sealer: Sealer,
    guard: Guard, now: datetime,
) -> CalendarSource:  # fmt: skip
    """Adds a calendar by its secret address, to be read within seconds; Refused when it is none."""
    place = check_address(address, guard)
    row = {
        "kind": "address",
        "name": read_name(naming.name or said("Calendar at {host}", host=place.host)),
        "shown": place.host[:200],
        "sealed": sealer.seal({"address": place.url}),
        "mark": sealer.mark("address", place.url),
        "all_day": naming.all_day,
        "next_at": now,
    }
    return add(session, ambassador_id, row, now)


def check_address(address: str, guard: Guard) -> Place:
    """An address as it could be read; Refused with what is wrong with it."""
    if not address.strip():
        raise Refused(said("Paste the address here."), field="address")
    if len(address) > LONGEST_ADDRESS:
        raise Refused(said("This is too long to be an address."), field="address")
    try:
        return read_place(address, guard)
    except Unreachable as fault:
        raise Refused(fault.text, field="address") from fault


def count_look(session: Session, ambassador_id: int, now: datetime) -> None:
    """Refuses (429) the 21st look into accounts within an hour: no place to try passwords."""
    count_or_refuse(
        session, "caldav", str(ambassador_id), now, limit=20, per=timedelta(hours=1),
        why=said("That was tried too often within the hour. Please try again later."),
    )  # fmt: skip


def find_calendars(address: str, user: str, password: str, sealer: Sealer, guard: Guard) -> Choice:
    """The calendars of a CalDAV account. Asks the server, so never inside a transaction.

    Refused, with a sentence, when there are none or the server does not let us in.
    """
    place, user = check_address(address, guard), user.strip()
    if not user or not password:
        raise Refused(said("The account's user name and password are needed."), field="user")
    try:
        found = list_calendars(Account(place.url, user, password), guard)
    except Unreachable as fault:
        raise Refused(fault.text, field="address") from fault
    listed = json.dumps([(one.url, one.name) for one in found])
    return Choice(sealer.seal({"user": user, "password": password, "calendars": listed}), found)


def open_choice(sealed: str, sealer: Sealer) -> tuple[dict[str, str], tuple[CalendarAddress, ...]]:
    """The account of a choice and its calendars; Refused when that was too long ago."""
    account = sealer.open(sealed, CHOOSE_WITHIN)
    if account is None or "calendars" not in account:
        raise Refused(said("Please sign in to the calendar account again."), field="user")
    found = tuple(CalendarAddress(url, name) for url, name in json.loads(account["calendars"]))
    return account, found


def add_calendar(
    session: Session, ambassador_id: int, naming: Naming, sealed: str, number: str, sealer: Sealer,
    now: datetime,
) -> CalendarSource:  # fmt: skip
    """Adds one calendar of a choice by its place in the list; to be read within seconds."""
    account, found = open_choice(sealed, sealer)
    if not number.isdecimal() or len(number) > 3 or int(number) >= len(found):
        raise Refused(said("Choose one of the calendars."), field="calendar")
    chosen = found[int(number)]
    user, password = account["user"], account["password"]
    row = {
        "kind": "caldav",
        "name": read_name(naming.name or one_line(chosen.name, LONGEST_NAME) or said("Calendar")),
        "shown": one_line(user, 200),
        "sealed": sealer.seal({"address": chosen.url, "user": user, "password": password}),
        "mark": sealer.mark("caldav", chosen.url, user),
        "all_day": naming.all_day,
        "next_at": now,
    }
    return add(session, ambassador_id, row, now)


@dataclass(frozen=True)
class Upload:
    """A file that was read already, outside of any transaction: only what was found is kept."""

    filename: str
    data: bytes = field(repr=False)
    found: Found


def add_upload(
    session: Session, ambassador_id: int, naming: Naming, file: Upload, sealer: Sealer,
    now: datetime,
) -> CalendarSource:  # fmt: skip
    """Adds the busy spans of a file; neither the file nor a title in it is kept."""
    shown = one_line(file.filename, 200)
    row = {
        "kind": "file",
        "name": read_name(naming.name or shown.removesuffix(".ics")[:LONGEST_NAME] or said("File")),
        "shown": shown,
        "mark": sealer.mark("file", hashlib.sha256(file.data).hexdigest()),
        "all_day": naming.all_day,
        "tried_at": now,
        "read_at": now,
        **file.found.columns(),
    }
    source = add(session, ambassador_id, row, now)
    session.add(BusySpans(source_id=source.id, spans=write_spans(file.found.spans)))
    session.flush()
    return source


def add(session: Session, ambassador_id: int, row: dict[str, Any], now: datetime) -> CalendarSource:
    """Writes the row. Refused (409) when the calendar is there already, or is one too many."""
    lock(session, ambassador_id)
    count = session.scalar(
        select(func.count()).where(CalendarSource.ambassador_id == ambassador_id)
    )
    if (count or 0) >= MOST:
        raise Refused(
            said("At most {most} calendars can be added. Remove one first.", most=MOST), status=409
        )
    try:
        with attempt(session):
            values = {"ambassador_id": ambassador_id, "created_at": now, **row}
            return session.scalars(_ADD, [values]).one()
    except IntegrityError as fault:
        raise Refused(ALREADY, status=409, field="address") from fault


def read_name(name: str) -> str:
    """A name on one line; Refused when there is none or it is too long."""
    tidy = one_line(name).strip()
    if not tidy:
        raise Refused(said("Give the calendar a name."), field="name")
    if len(tidy) > LONGEST_NAME:
        raise Refused(
            said("The name is longer than {longest_name} characters.", longest_name=LONGEST_NAME),
            field="name",
        )
    return tidy
