"""The programme in three sentences, from the facts that its vocabulary file states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Programme
from ambassadors.services.versions import Kept

PAGES = {
    "details": "Curriculum and requirements",
    "admissions": "Admissions",
    "tuition_aid": "Tuition and aid",
    "request_info": "Request information",
    "apply": "Apply",
}


@dataclass(frozen=True)
class Introduction:
    """What the first page says of the programme; `links` are (address, text)."""

    name: str
    short: str
    sentences: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


def read_introduction(session: Session) -> Introduction:
    """The programme as its row has it; something to say even before a file was loaded."""
    row = session.scalars(select(Programme)).first()
    if row is None:
        return Introduction("the programme", "the programme", (), ())
    return Introduction(
        row.name, row.short, sentences(row.name, row.short, row.facts), links(row.facts)
    )


INTRODUCTION = Kept(read_introduction)


def sentences(name: str, short: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What it is; what one does there; who may come. What the facts do not say is left out."""
    found = (_what(name, short, facts), _how(facts), _who(facts))
    return tuple(sentence for sentence in found if sentence)


def _what(name: str, short: str, facts: Mapping[str, Any]) -> str:
    delivery = f" is studied {facts['delivery']}," if "delivery" in facts else " is taught"
    school = f" at the {_first_part(facts['school'])}" if "school" in facts else " here"
    return f"The {name} ({short}){delivery}{school}."


def _how(facts: Mapping[str, Any]) -> str:
    months = facts.get("coop_months_up_to")
    coop = f"up to {months} months of co-op" if months else ""
    also = facts.get("also") or [""]
    parts = [part for part in (coop, also[0]) if part]
    return f"It offers {' and '.join(parts)}." if parts else ""


def _who(facts: Mapping[str, Any]) -> str:
    return f"It is open to people with {facts['open_to']}." if "open_to" in facts else ""


def _first_part(school: str) -> str:
    """The department and the university: the college between them is left to the links."""
    parts = school.split(", ")
    return f"{parts[0]}, {parts[-1]}" if len(parts) > 2 else school


def links(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The programme's own pages that are of use before a chat."""
    pages = facts.get("pages", {})
    return tuple((pages[key], text) for key, text in PAGES.items() if key in pages)
