"""CSV as people exchange it: read with the place of every fault, written so that no cell is run.

A spreadsheet runs a cell that begins with one of `= + - @`, or in some languages with their
full-width forms: on the way out such a cell gets an apostrophe in front, on the way in that
apostrophe is taken off again, so that nothing changes.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ambassadors.core.said import said

FULL_WIDTH = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # = + - @ as East Asian keyboards type them
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH)
LONGEST_FILE = 20_000_000  # characters


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: the line it begins on (the header is line 1) and the column."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> str:
        """Where and why."""
        where = {"line": self.line, "reason": self.reason}
        if self.column:
            return said("line {line}, {column}: {reason}", column=self.column, **where)
        return said("line {line}: {reason}", **where)


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on, and its cells by column, stripped."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """What a file holds; with any problem, the rows are only those that could be read."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_table(data: bytes, required: Sequence[str], optional: Sequence[str]) -> Table:
    """Reads UTF-8 CSV with a header; columns in any order. Never raises: see `problems`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return _nothing(line, said("This is not UTF-8; save the file as “CSV UTF-8”."))
    if len(text) > LONGEST_FILE:
        return _nothing(1, said("The file is too long."))
    rows, broken = _lines(text)
    if not rows:
        return Table(
            (), broken or (Problem(1, "", said("The file is empty; a header is needed.")),)
        )
    header = [name.strip() for name in rows[0][1]]
    problems = _check_header(header, required, optional)
    if problems:
        return Table((), tuple(problems))
    read = [_row(line, header, cells) for line, cells in rows[1:]]
    uneven = tuple(row for row in read if isinstance(row, Problem))
    return Table(tuple(row for row in read if isinstance(row, Row)), (*uneven, *broken))


def _nothing(line: int, reason: str) -> Table:
    return Table((), (Problem(line, "", reason),))


def _lines(text: str) -> tuple[list[tuple[int, list[str]]], tuple[Problem, ...]]:
    """The rows that are not blank with their first lines, and the fault that ended the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((first, cells))
            first = reader.line_num + 1
    except csv.Error as fault:
        return rows, (Problem(first, "", said("This is not CSV: {fault}.", fault=fault)),)
    return rows, ()


def _check_header(
    header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> list[Problem]:
    known = {*required, *optional}
    if len(header) == 1 and ";" in header[0]:
        return [Problem(1, "", said("Columns are separated by commas, not semicolons."))]
    unknown = [name for name in header if name not in known]
    doubled = sorted(name for name, count in Counter(header).items() if count > 1)
    missing = [name for name in required if name not in header]
    return [
        *(
            Problem(1, name or said("(no name)"), said("There is no such column."))
            for name in unknown
        ),
        *(Problem(1, name, said("This column stands there twice.")) for name in doubled),
        *(Problem(1, name, said("This column is missing.")) for name in missing),
    ]


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
    if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
        cells = cells[: len(header)]  # spreadsheets pad rows with empty cells
    if len(cells) != len(header):
        return Problem(
            line,
            "",
            said(
                "There are {cells} cells, but the header names {header} columns.",
                cells=len(cells),
                header=len(header),
            ),
        )
    return Row(line, {name: _typed(cell) for name, cell in zip(header, cells, strict=True)})


def split_values(cell: str) -> tuple[str, ...]:
    """Several values in one cell: `en; pt-BR`."""
    return tuple(value for value in (part.strip() for part in cell.split(";")) if value)


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text as `read_table` reads it (RFC 4180, lines end with CR LF)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return out.getvalue()


def write_row(cells: Sequence[str]) -> str:
    """One line of CSV, as `write_table` writes it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([defused(cell) for cell in cells])
    return out.getvalue()


def defused(cell: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return "'" + cell if cell.startswith(RUN_BY_SPREADSHEETS) else cell


def _typed(cell: str) -> str:
    """The text that was meant: stripped, without the apostrophe that `defused` put there."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(RUN_BY_SPREADSHEETS) else text
