"""Who somebody says they are: a name, an address, a zone, checked; and prospects by address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line, plain
from ambassadors.core.zones import canonical
from ambassadors.mail.addresses import parse_address
from ambassadors.models import Prospect
from ambassadors.models.bare import as_written, bare

LONGEST_NAME = 120
LONGEST_QUESTION = 2000

# Inside the write lock every statement counts: these are put together once.
_TABLE: Any = Prospect.__table__
_ADD = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
}
_LOCK = select(Prospect).where(Prospect.email == bindparam("email")).with_for_update(key_share=True)


@dataclass(frozen=True)
class Contact:
    """A checked name and address, and today's name of a zone."""

    name: str
    email: str
    zone: str


def read_contact(name: str, email: str, zone: str) -> Contact:
    """Checks what somebody typed; refuses with a sentence that names the field."""
    return Contact(read_name(name), parse_address(email).lower(), read_zone(zone))


def read_name(name: str) -> str:
    """A name on one line, 1 to 120 characters."""
    if plain(name) != name.strip() or one_line(name) != " ".join(name.split()):
        raise Refused(said("The name contains characters that are no text."), field="name")
    name = one_line(name)
    if not any(sign.isalnum() for sign in name):  # signs of no width alone are no name
        raise Refused(said("Please say your name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(
            said("The name is longer than {longest_name} characters.", longest_name=LONGEST_NAME),
            field="name",
        )
    return name


def read_zone(zone: str) -> str:
    """Today's name of a zone; old ones such as Asia/Calcutta are understood."""
    name = canonical(zone)
    if name is None:
        raise Refused(
            said("That time zone is not known. Please choose one from the list."), field="zone"
        )
    return name


def check_question(question: str) -> None:
    """Refuses a question that is too long or holds control characters."""
    if len(question) > LONGEST_QUESTION:
        raise Refused(
            said(
                "The question is longer than {longest_question} characters.",
                longest_question=LONGEST_QUESTION,
            ),
            field="question",
        )
    typed = question.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    if plain(question).replace("\t", " ") != typed:
        raise Refused(said("The question contains characters that are no text."), field="question")


def prospect_of(session: Session, contact: Contact, now: datetime) -> Prospect:
    """The prospect with this address, made if new, its row locked.

    An existing one keeps its name and zone until the address was proved with a code.
    """
    values = {
        "email": contact.email,
        "name": contact.name,
        "time_zone": contact.zone,
        "created_at": now,
        "erased_at": None,
    }
    connection = bare(session)
    added = connection.execute(_ADD[connection.dialect.name], values).scalar()
    if added is not None:  # nobody else sees the row yet
        return as_written(session, Prospect, values | {"id": added})
    return session.scalars(_LOCK, {"email": contact.email}).one()
