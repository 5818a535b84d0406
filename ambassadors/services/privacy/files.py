"""The ledger of erasures outside the database: a line of JSON for each, only ever added to.

It says when somebody was erased, and of which kind they were; the address is a keyed hash. A
backup is older than what was erased after it: applied to it again, the ledger makes up for that.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ambassadors.core.refused import Refused
from ambassadors.models import PrivacyAct


@dataclass(frozen=True)
class Line:
    """One erasure: of a 'prospect' or of 'staff', by which hash, when it was done."""

    kind: str
    key: str
    at: datetime


def line_of(act: PrivacyAct) -> Line:
    """An erasure that is done, as a line."""
    return Line(act.kind, act.key, act.done_at or act.asked_at)


def written(line: Line) -> str:
    """A line as text."""
    return json.dumps({"at": line.at.isoformat(), "kind": line.kind, "key": line.key}) + "\n"


def append(path: Path, lines: Iterable[Line]) -> None:
    """Adds lines, whole and on the disk when this returns; several processes may do it at once."""
    content = "".join(written(line) for line in lines).encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def read(lines: Iterable[str]) -> Iterator[Line]:
    """Every erasure of a ledger; Refused, with the number, for a line that is none."""
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield read_line(number, text)


def read_line(number: int, text: str) -> Line:
    """One line, checked."""
    try:
        values = json.loads(text)
        line = Line(str(values["kind"]), str(values["key"]), datetime.fromisoformat(values["at"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise Refused(f"Line {number} is no erasure.") from fault
    if line.kind not in ("prospect", "staff") or line.at.tzinfo is None:
        raise Refused(f"Line {number} is no erasure.")
    return line
