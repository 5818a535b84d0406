"""What the service goes by: every change of a setting, the newest of which counts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import User


class SettingsVersion(Base):
    """One change of a setting: who, when, to what, what it was before.

    `number` counts the changes of one `key` from 1: whoever saves names the number they saw, and
    the database lets one of two through. `effects` is what the change did to other rows, so that
    undoing it can give that back. `undoes_id`: the change that this one took back, once at most.
    """

    __tablename__ = "settings_versions"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        UniqueConstraint("undoes_id"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    effects: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("settings_versions.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    user: Mapped[User | None] = relationship()


class TermCap(Base):
    """Dates, both ends included, on which nobody has more than `most` chats a day.

    What the calendar says of them, for the triggers of `chats`: a date in each ambassador's zone.
    """

    __tablename__ = "term_caps"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        CheckConstraint("most > 0", name="most"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    most: Mapped[int]
