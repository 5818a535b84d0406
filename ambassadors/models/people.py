"""People: staff with accounts, ambassadors with profiles, prospects without accounts."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.core.waking import WAKING, Awake
from ambassadors.extensions import Base
from ambassadors.models.hours import HoursException, TimeOff, WeeklyHours
from ambassadors.models.vocabulary import Interest

PRESENT = text("erased_at IS NULL")

ambassador_interests = Table(
    "ambassador_interests",
    Base.metadata,
    Column("ambassador_id", ForeignKey("ambassadors.id"), primary_key=True),
    Column("interest_id", ForeignKey("interests.id"), primary_key=True),
    Index(None, "interest_id"),
)


class User(UserMixin, Base):  # type: ignore[misc]  # Flask-Login has no types
    """Somebody who signs in: a coordinator, an ambassador, or admissions staff, who only look.

    A new `session_key` makes every link worthless that was mailed to set a password.
    `password_hash` is Argon2id, or None until the invitation was followed. A new `feed_nonce`
    ends the signed address of their feed: everybody's chats, or when an ambassador is busy.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('coordinator', 'ambassador', 'admissions')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(64))
    feed_nonce: Mapped[str] = mapped_column(String(64), default="", server_default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="America/New_York")
    locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    ambassador: Mapped["Ambassador | None"] = relationship(back_populates="user")

    # The key of the session in whose name they are here; no column.
    session_id = ""

    def get_id(self) -> str:
        """What a browser's cookie keeps of a signed-in person: the key of its session."""
        return self.session_id

    # Flask-Login compares by `get_id`, so people without a session here would all be one.
    __eq__, __ne__, __hash__ = object.__eq__, object.__ne__, object.__hash__


class Ambassador(Base):
    """A current student who talks with prospects, and the rules of their slots.

    `status`: 'invited' (not yet signed in), 'active' (shown and bookable), 'inactive'.
    Minutes for lengths, buffers and notice; days for the horizon; caps count chats. While
    `pending_since` is set, their profile waits for a coordinator's approval and nobody finds them;
    `approved_at` is when one last said yes. `profile_changed_at`: what prospects read changed;
    `changed_at`: they changed anything. `caps_changed_at`: since when their caps, and the zone in
    which these count, are what they are. `leaves_on` is their last day, in their zone.
    `other_hours`: how long they work elsewhere on campus, in hours a week, if they say so.
    """

    __tablename__ = "ambassadors"
    __table_args__ = (
        CheckConstraint("status IN ('invited', 'active', 'inactive')", name="status"),
        CheckConstraint("buffer_before BETWEEN 0 AND 240", name="buffer_before"),
        CheckConstraint("buffer_after BETWEEN 0 AND 240", name="buffer_after"),
        CheckConstraint("notice_minutes BETWEEN 0 AND 20160", name="notice"),
        CheckConstraint("horizon_days BETWEEN 1 AND 180", name="horizon"),
        CheckConstraint("daily_cap BETWEEN 0 AND 24", name="daily_cap"),
        CheckConstraint("weekly_cap BETWEEN 0 AND 100", name="weekly_cap"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    status: Mapped[str] = mapped_column(String(20), default="invited")
    bio: Mapped[str] = mapped_column(Text, default="")
    time_zone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    meeting_url: Mapped[str] = mapped_column(String(500), default="")
    meeting_place: Mapped[str] = mapped_column(String(200), default="")
    lengths: Mapped[list[int]] = mapped_column(JSON, default=lambda: [20, 30, 45])
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=10)
    notice_minutes: Mapped[int] = mapped_column(default=720)
    horizon_days: Mapped[int] = mapped_column(default=28)
    daily_cap: Mapped[int] = mapped_column(default=3)
    weekly_cap: Mapped[int] = mapped_column(default=8)
    feed_secret: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    pending_since: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    profile_changed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    caps_changed_at: Mapped[datetime | None]
    leaves_on: Mapped[date | None]
    other_hours: Mapped[int | None]
    user: Mapped[User] = relationship(back_populates="ambassador", lazy="joined", innerjoin=True)
    interests: Mapped[list[Interest]] = relationship(secondary=ambassador_interests)
    weekly_hours: Mapped[list[WeeklyHours]] = relationship(
        cascade="all, delete-orphan", order_by=(WeeklyHours.weekday, WeeklyHours.start_minute)
    )
    exceptions: Mapped[list[HoursException]] = relationship(
        cascade="all, delete-orphan", order_by=HoursException.day
    )
    time_off: Mapped[list[TimeOff]] = relationship(
        cascade="all, delete-orphan", order_by=TimeOff.first_day
    )

    @property
    def name(self) -> str:
        """The name on their account."""
        return self.user.name

    @property
    def place(self) -> str:
        """Where their chats happen: the link when there is one, else the place."""
        return self.meeting_url or self.meeting_place


class Prospect(Base):
    """Somebody thinking of the programme, known by their e-mail address alone.

    From `erased_at` on the row only holds anonymous chats together.
    """

    __tablename__ = "prospects"
    __table_args__ = (
        Index("ix_prospects_kept", "created_at", sqlite_where=PRESENT, postgresql_where=PRESENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class WaitingRequest(Base):
    """A prospect whom nobody matched, or nobody was free for: a coordinator will match them.

    `wake` and `sleep`: from when to when they are awake, in wall minutes of each day.
    """

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'matched', 'closed')", name="state"),
        CheckConstraint("0 <= wake AND wake < sleep AND sleep <= 1440", name="waking"),
        Index(
            "uq_requests_one_waiting",
            "prospect_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "state", "created_at"),
        Index("ix_requests_changed_at", "changed_at", "id"),
        Index(None, "prospect_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id"))
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    interests: Mapped[list[str]] = mapped_column(JSON)
    most: Mapped[list[str]] = mapped_column(JSON, default=list)
    question: Mapped[str] = mapped_column(Text, default="")
    wake: Mapped[int] = mapped_column(default=WAKING[0], server_default=str(WAKING[0]))
    sleep: Mapped[int] = mapped_column(default=WAKING[1], server_default=str(WAKING[1]))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    ambassador_id: Mapped[int | None] = mapped_column(ForeignKey("ambassadors.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    prospect: Mapped[Prospect] = relationship()
    ambassador: Mapped[Ambassador | None] = relationship()

    @property
    def awake(self) -> Awake:
        """When they are awake."""
        return Awake(self.time_zone, (self.wake, self.sleep))
