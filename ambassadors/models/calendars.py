"""Ambassadors' calendars elsewhere, and the busy spans read from them: never what an event is."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import Ambassador

TO_BE_READ = text("next_at IS NOT NULL")


class CalendarSource(Base):
    """One calendar of an ambassador: what it is, how it is read, and how that went.

    `kind`: 'address' (a secret iCalendar address), 'caldav' (a calendar of an account), 'file'
    (uploaded once). `sealed` is what opens it, encrypted under SECRET_KEY; `shown` the little that
    may be seen of that; `mark` a keyed hash of it, so that nobody adds one twice.

    `next_at` is when it is to be read (NULL: never by itself), `owner` who reads it until
    `lease_until` (by the real clock). `read_until` is how far its events were expanded, in the wall
    time of `read_zone` as it was on `read_on`. `etag`, `modified` and the like are what the server
    said of the version read last. `failing_since` is when reading began to fail, `spells` how often
    that has happened, `told_at` when the ambassador was told of this one.
    """

    __tablename__ = "calendar_sources"
    __table_args__ = (
        CheckConstraint("kind IN ('address', 'caldav', 'file')", name="kind"),
        UniqueConstraint("ambassador_id", "mark"),
        Index(
            "ix_calendar_sources_next_at",
            "next_at",
            sqlite_where=TO_BE_READ,
            postgresql_where=TO_BE_READ,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[str] = mapped_column(String(200), default="")
    mark: Mapped[str] = mapped_column(String(64))
    all_day: Mapped[bool] = mapped_column(default=True)
    paused: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    read_on: Mapped[date | None]
    read_zone: Mapped[str] = mapped_column(String(64), default="")
    read_until: Mapped[datetime | None]
    etag: Mapped[str] = mapped_column(String(500), default="")
    modified: Mapped[str] = mapped_column(String(500), default="")
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    spells: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(Text, default="")
    events: Mapped[int] = mapped_column(default=0)
    busy: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[str]] = mapped_column(default=list)
    ambassador: Mapped[Ambassador] = relationship(lazy="joined", innerjoin=True)


class BusySpans(Base):
    """When a calendar is busy: [start, end) in epoch minutes, in order, none touching another.

    One row a calendar, replaced as a whole, and only when something in it has really changed.
    """

    __tablename__ = "busy_spans"

    source_id: Mapped[int] = mapped_column(ForeignKey("calendar_sources.id"), primary_key=True)
    spans: Mapped[str] = mapped_column(Text, default="[]")
