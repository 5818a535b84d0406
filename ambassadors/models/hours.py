"""An ambassador's hours: wall time in the ambassador's own zone, expanded date by date."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ambassadors.extensions import Base


class WeeklyHours(Base):
    """One span of a weekday (0 is Monday), in minutes of wall time, half-open."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND end_minute <= 1440", name="day"),
        CheckConstraint("start_minute < end_minute", name="order"),
        Index(None, "ambassador_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class HoursException(Base):
    """Other hours on one date; `spans` are [start, end) minutes of wall time, none is closed."""

    __tablename__ = "hours_exceptions"
    __table_args__ = (UniqueConstraint("ambassador_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    day: Mapped[date]
    spans: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(200), default="")


class TimeOff(Base):
    """Days without chats, both ends included, in the ambassador's zone."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        Index(None, "ambassador_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
