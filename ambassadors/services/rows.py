"""CSV rows as people: every cell checked, every fault named with its line and column."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ambassadors.core.csvs import Problem, Row, Table, read_table, split_values
from ambassadors.core.hours import WeeklySpan, parse_weekly
from ambassadors.core.interests import Family, Vocabulary, wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain
from ambassadors.core.waking import WAKING, read_span
from ambassadors.mail.addresses import parse_address
from ambassadors.services.people import check_question, read_name, read_zone
from ambassadors.services.profile_fields import read_bio, read_url

NEEDED = ("name", "email", "time_zone")
AMBASSADOR_COLUMNS = (*NEEDED, "hours", "weekly_cap", "bio", "languages", "meeting_url")
PROSPECT_COLUMNS = (*NEEDED, "languages", "awake", "question")
LARGEST_WEEKLY_CAP = 100

T = TypeVar("T")


@dataclass(frozen=True)
class AmbassadorRow:
    """An ambassador as a row tells it; None where the file has no such column."""

    line: int
    name: str
    email: str
    zone: str
    weekly: tuple[WeeklySpan, ...] | None
    weekly_cap: int | None
    bio: str | None
    languages: tuple[str, ...] | None
    meeting_url: str | None
    families: frozenset[str]
    interests: frozenset[str]


@dataclass(frozen=True)
class ProspectRow:
    """Somebody who waits to be matched, as a row tells it."""

    line: int
    name: str
    email: str
    zone: str
    languages: tuple[str, ...]
    question: str
    waking: tuple[int, int]
    interests: frozenset[str]


@dataclass
class Cells:
    """One row being read; `problems` gathers what is wrong with it."""

    row: Row
    problems: list[Problem] = field(default_factory=list)

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """What a cell says; None when the file has no such column or the cell is refused."""
        cell = self.row.cells.get(column)
        if cell is None:
            return None
        try:
            return parse(cell)
        except Refused as refusal:
            self.problems.append(Problem(self.row.line, column, refusal.text))
            return None

    def read_interests(self, families: Iterable[Family]) -> frozenset[str]:
        """What the families' cells name."""
        read = (self.read(family.key, partial(items_of, family)) for family in families)
        return frozenset(key for keys in read if keys for key in keys)


def read_ambassadors(
    data: bytes, vocabulary: Vocabulary
) -> tuple[list[AmbassadorRow], list[Problem]]:
    """Everyone in the file, and all that is wrong with it."""
    table = read_table(data, NEEDED, (*AMBASSADOR_COLUMNS, *(f.key for f in vocabulary.families)))
    return _read_all(table, vocabulary, _ambassador)


def read_prospects(data: bytes, vocabulary: Vocabulary) -> tuple[list[ProspectRow], list[Problem]]:
    """Everyone in the file, and all that is wrong with it."""
    table = read_table(data, NEEDED, (*PROSPECT_COLUMNS, *(f.key for f in vocabulary.families)))
    return _read_all(table, vocabulary, _prospect)


Person = TypeVar("Person", AmbassadorRow, ProspectRow)


def _read_all(
    table: Table, vocabulary: Vocabulary, read: Callable[[Cells, Vocabulary], Person | None]
) -> tuple[list[Person], list[Problem]]:
    people: list[Person] = []
    problems = list(table.problems)
    lines: dict[str, int] = {}
    for cells in (Cells(row) for row in table.rows):
        person = read(cells, vocabulary)
        if person is not None:
            first = lines.setdefault(person.email.lower(), person.line)
            if first != person.line:
                cells.problems.append(
                    Problem(
                        person.line,
                        "email",
                        said("This address stands in line {first} already.", first=first),
                    )
                )
            people.append(person)
        problems += cells.problems
    return people, sorted(problems, key=lambda problem: problem.line)


def _ambassador(cells: Cells, vocabulary: Vocabulary) -> AmbassadorRow | None:
    name, email, zone = _contact(cells)
    families = [family for family in vocabulary.families if family.key in cells.row.cells]
    weekly = cells.read("hours", parse_weekly)
    weekly_cap = cells.read("weekly_cap", parse_cap)
    bio = cells.read("bio", parse_bio)
    languages = cells.read("languages", lambda cell: parse_languages(cell) or ("en",))
    meeting_url = cells.read("meeting_url", read_url)
    interests = cells.read_interests(families)
    if cells.problems or name is None or email is None or zone is None:
        return None
    keys = frozenset(family.key for family in families)
    return AmbassadorRow(
        cells.row.line, name, email.lower(), zone, weekly, weekly_cap, bio, languages, meeting_url,
        keys, interests,
    )  # fmt: skip


def _prospect(cells: Cells, vocabulary: Vocabulary) -> ProspectRow | None:
    name, email, zone = _contact(cells)
    languages = cells.read("languages", parse_languages) or ()
    question = cells.read("question", parse_question) or ""
    waking = cells.read("awake", read_span) or WAKING
    interests = cells.read_interests(vocabulary.families)
    if not interests and not cells.problems:
        core = ", ".join(family.key for family in vocabulary.families if family.role == "core")
        cells.problems.append(Problem(cells.row.line, core, said("Name at least one interest.")))
    if cells.problems or name is None or email is None or zone is None:
        return None
    return ProspectRow(cells.row.line, name, email, zone, languages, question, waking, interests)


def _contact(cells: Cells) -> tuple[str | None, str | None, str | None]:
    name = cells.read("name", lambda cell: read_name(needed(cell)))
    email = cells.read("email", lambda cell: parse_address(needed(cell)))
    return name, email, cells.read("time_zone", parse_zone)


# Cells, one function each.


def needed(cell: str) -> str:
    """The cell, which must say something."""
    if not cell:
        raise Refused(said("This cell is empty."))
    return cell


def parse_zone(cell: str) -> str:
    """Today's name of a zone."""
    try:
        return read_zone(needed(cell))
    except Refused as refusal:
        if not cell:
            raise
        raise Refused(
            said("“{cell}” is not a time zone such as “America/New_York”.", cell=cell[:60])
        ) from refusal


def parse_cap(cell: str) -> int | None:
    """Chats a week; empty means the usual cap."""
    if not cell:
        return None
    if not (
        cell.isascii() and cell.isdecimal() and len(cell) < 4 and int(cell) <= LARGEST_WEEKLY_CAP
    ):
        raise Refused(
            said(
                "“{cell}” is not a whole number from 0 to {largest_weekly_cap}.",
                cell=cell[:20],
                largest_weekly_cap=LARGEST_WEEKLY_CAP,
            )
        )
    return int(cell)


def parse_bio(cell: str) -> str:
    """Some lines of text."""
    if plain(cell) != cell.replace("\r\n", "\n").replace("\r", "\n"):
        raise Refused(said("This contains characters that are no text."))
    return read_bio(cell)


def parse_question(cell: str) -> str:
    """A prospect's question."""
    check_question(cell)
    return cell


def parse_languages(cell: str) -> tuple[str, ...]:
    """BCP 47 tags."""
    return wanted(Vocabulary(()), (), languages=split_values(cell)).languages


def items_of(family: Family, cell: str) -> tuple[str, ...]:
    """The interests a cell names, by key (`thesis`, `track/thesis`) or by label."""
    names: dict[str, str] = {}
    for item in family.items:
        short_key = item.key.partition("/")[2]
        for name in (item.label, item.short, item.key, short_key):
            names[name.casefold()] = item.key
    found = []
    for value in split_values(cell):
        key = names.get(value.casefold())
        if key is None:
            keys = ", ".join(item.key.partition("/")[2] for item in family.items)
            raise Refused(said("“{value}” is none of: {keys}.", value=value[:60], keys=keys))
        found.append(key)
    return tuple(found)
