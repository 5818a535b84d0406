"""Searches that found nobody, counted by day: what was looked for, never who looked."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ambassadors.extensions import Base


class Search(Base):
    """How often on a day (UTC) somebody looked for just this and nobody had a time.

    `mark` is a hash of all but day and count, so that the same search is one row. `wake` and
    `sleep` are wall minutes in `zone`.
    """

    __tablename__ = "searches"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("0 <= wake AND wake < sleep AND sleep <= 1440", name="waking"),
        UniqueConstraint("day", "mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    mark: Mapped[str] = mapped_column(String(64))
    interests: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    zone: Mapped[str] = mapped_column(String(64))
    wake: Mapped[int]
    sleep: Mapped[int]
    count: Mapped[int]
