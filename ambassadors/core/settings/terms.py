"""The academic calendar: named ranges of dates, and what they do to the hours of everybody.

A date is meant in each ambassador's own zone, like their hours and their caps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ambassadors.core.diaries import DayCap
from ambassadors.core.hours import TimeOff
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, shown
from ambassadors.core.text import one_line
from ambassadors.core.wording import count_text, day_text

KINDS: Mapping[str, str] = {"term": said("Term"), "exams": said("Exams"), "break": said("Break")}
EFFECTS: Mapping[str, str] = {
    "kept": said("Hours stay as they are"),
    "fewer": said("Fewer chats a day"),
    "closed": said("Closed: no chats"),
}
LONGEST_NAME, MOST_TERMS, LONGEST_RANGE, MOST_CAP = 60, 40, 366, 24
# Which field of a row is at fault, for the form.
FIELDS = ("name", "kind", "first", "last", "hours", "cap")


@dataclass(frozen=True)
class Term:
    """A range of dates, both ends included. `cap` counts chats a day and stands with 'fewer'."""

    name: str
    kind: str
    first: date
    last: date
    hours: str
    cap: int = 1

    def covers(self, day: date) -> bool:
        """Whether a date lies in it."""
        return self.first <= day <= self.last


def read_terms(rows: Sequence[Mapping[str, Any]]) -> tuple[Term, ...]:
    """Checked ranges, the earliest first; Refused with the field at fault, such as `last-2`."""
    if len(rows) > MOST_TERMS:
        raise Refused(
            said("The calendar has room for {most_terms} entries.", most_terms=MOST_TERMS),
            field="name-0",
        )
    terms = (read_term(row, number) for number, row in enumerate(rows))
    return tuple(sorted(terms, key=lambda one: (one.first, one.last, one.name)))


def read_term(row: Mapping[str, Any], number: int) -> Term:
    """One of them; `number` is its place in the form."""
    name = one_line(str(row["name"]))
    if not name or len(name) > LONGEST_NAME:
        refuse(
            said("Give it a name of at most {longest_name} characters.", longest_name=LONGEST_NAME),
            "name",
            number,
        )
    if row["kind"] not in KINDS:
        refuse(said("Choose whether it is a term, exams or a break."), "kind", number)
    if row["hours"] not in EFFECTS:
        refuse(said("Choose what it does to the hours."), "hours", number)
    first, last = read_day(row["first"], "first", number), read_day(row["last"], "last", number)
    if last < first or (last - first).days >= LONGEST_RANGE:
        refuse(said("It must end on its first day or later, within a year."), "last", number)
    cap = str(row.get("cap", 1)).strip() or "1"
    if row["hours"] == "fewer" and not (cap.isdecimal() and 1 <= int(cap) <= MOST_CAP):
        refuse(
            said("Say how many chats a day, from 1 to {most_cap}.", most_cap=MOST_CAP),
            "cap",
            number,
        )
    return Term(
        name, row["kind"], first, last, row["hours"], int(cap) if row["hours"] == "fewer" else 1
    )


def read_day(text: object, name: str, number: int) -> date:
    """A date as forms and rows write it."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Refused(said("Choose a date."), field=f"{name}-{number}") from None


def refuse(text: str, name: str, number: int) -> None:
    """Refuses a field of a row."""
    raise Refused(text, field=f"{name}-{number}")


def terms_value(terms: Iterable[Term]) -> dict[str, Any]:
    """The calendar as it is saved."""
    return {
        "terms": [
            {**vars(one), "first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in terms
        ]
    }


def closed(terms: Iterable[Term]) -> tuple[TimeOff, ...]:
    """The ranges without hours, for everybody's hours."""
    return tuple(TimeOff(one.first, one.last, one.name) for one in terms if one.hours == "closed")


def day_caps(terms: Iterable[Term]) -> tuple[DayCap, ...]:
    """The ranges with fewer chats a day."""
    return tuple(
        DayCap(one.first, one.last, one.cap, one.name) for one in terms if one.hours == "fewer"
    )


def range_text(term: Term) -> str:
    """`Spring break, March 1 to March 7, 2027`."""
    first, last = (shown(day_text, day) for day in (term.first, term.last))
    known = {"name": term.name, "first": first, "last": last, "year": term.last.year}
    if term.first == term.last:
        return said("{name}, {last}, {year}", **known)
    if term.first.year == term.last.year:
        return said("{name}, {first} to {last}, {year}", **known)
    return said(
        "{name}, {first}, {first_year} to {last}, {year}", first_year=term.first.year, **known
    )


def effect_text(term: Term) -> str:
    """What it does, as the end of a sentence."""
    if term.hours == "closed":
        return said("nobody can be booked")
    if term.hours == "fewer":
        return said(
            "at most {chats} a day with each ambassador", chats=count_text(term.cap, "chat")
        )
    return said("hours stay as they are")


def tell_terms(before: Sequence[Term], after: Sequence[Term]) -> Iterator[str]:
    """What is different, a sentence each."""
    for one in after:
        if one not in before:
            yield said("{days}: {effect}.", days=range_text(one), effect=effect_text(one))
    for one in before:
        if one not in after:
            yield said(
                "Not any more: {days} ({effect}).", days=range_text(one), effect=effect_text(one)
            )


def touched(day: date, before: Sequence[Term], after: Sequence[Term]) -> Term | None:
    """The new range that closes a date, or limits it, other than any that did so before."""
    for one in after:
        if one.hours != "kept" and one.covers(day) and one not in before:
            return one
    return None
