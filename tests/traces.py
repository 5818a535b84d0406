"""Looking for what is left of somebody: every column of every table, the file itself, the mails."""

import json
import zlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ambassadors.extensions import Base


def find_in_tables(session: Session, words: Iterable[str]) -> set[str]:
    """Columns in which a word stands, as `table.column`: all there are, whatever their type."""
    session.rollback()
    found: set[str] = set()
    wanted = [word.lower() for word in words]
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(*table.columns)).mappings():
            for name, value in row.items():
                if says(value, wanted):
                    found.add(f"{table.name}.{name}")
    rows = session.execute(text("SELECT * FROM chat_search")).mappings()
    searched = [f"chat_search.{name}" for row in rows for name, v in row.items() if says(v, wanted)]
    session.rollback()
    return found | set(searched)


def says(value: object, words: list[str]) -> bool:
    """Whether a value has one of the words in it; copies of mails are opened."""
    if isinstance(value, bytes) and value[:1] == b"x":
        value = zlib.decompress(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    shown = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return any(word in shown.lower() for word in words)


def find_in_files(paths: Iterable[Path], words: Iterable[str]) -> set[str]:
    """Files with one of the words in their bytes."""
    wanted = [word.lower().encode() for word in words]
    return {p.name for p in paths if any(word in p.read_bytes().lower() for word in wanted)}
