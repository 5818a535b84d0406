"""The programme in three sentences, from the facts that its vocabulary file states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.interests import first_part
from ambassadors.core.said import Said, said, term
from ambassadors.models import Programme
from ambassadors.services.versions import Kept

PAGES = {
    "details": said("Curriculum and requirements"),
    "admissions": said("Admissions"),
    "tuition_aid": said("Tuition and aid"),
    "request_info": said("Request information"),
    "apply": said("Apply"),
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
        return Introduction(said("the programme"), said("the programme"), (), ())
    return Introduction(
        row.name, row.short, sentences(row.name, row.short, row.facts), links(row.facts)
    )


INTRODUCTION = Kept(read_introduction)


def sentences(name: str, short: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What it is; what one does there; who may come. What the facts do not say is left out."""
    found = (_what(name, short, facts), _how(facts), _who(facts))
    return tuple(sentence for sentence in found if sentence)


def _what(name: str, short: str, facts: Mapping[str, Any]) -> Said:
    known = {"name": term(name), "short": short}
    if "delivery" in facts:
        known["delivery"] = term(facts["delivery"])
    if "school" in facts:
        known["school"] = term(first_part(facts["school"]))
    if "delivery" in facts and "school" in facts:
        return said("The {name} ({short}) is studied {delivery}, at the {school}.", **known)
    if "delivery" in facts:
        return said("The {name} ({short}) is studied {delivery}.", **known)
    if "school" in facts:
        return said("The {name} ({short}) is taught at the {school}.", **known)
    return said("The {name} ({short}) is taught here.", **known)


def _how(facts: Mapping[str, Any]) -> str:
    months = facts.get("coop_months_up_to")
    also = [term(one) for one in facts.get("also") or () if one][:1]
    if months and also:
        return said(
            "It offers up to {months} months of co-op and {also}.", months=months, also=also[0]
        )
    if months:
        return said("It offers up to {months} months of co-op.", months=months)
    return said("It offers {also}.", also=also[0]) if also else ""


def _who(facts: Mapping[str, Any]) -> str:
    if "open_to" not in facts:
        return ""
    return said("It is open to people with {open_to}.", open_to=term(facts["open_to"]))


def links(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The programme's own pages that are of use before a chat."""
    pages = facts.get("pages", {})
    return tuple((pages[key], text) for key, text in PAGES.items() if key in pages)
