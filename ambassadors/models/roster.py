"""What coordinators did with ambassadors, and files of ambassadors on their way in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import Ambassador, User


class DeskEvent(Base):
    """Who did what with an ambassador, when: 'looked', 'looked-away', 'approved', 'held-back',
    'deactivated', 'activated', 'away', 'back', 'leaves', 'stays'. No `user_id`: the service did.
    """

    __tablename__ = "desk_events"
    __table_args__ = (Index(None, "ambassador_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300), default="")
    user: Mapped[User | None] = relationship()
    ambassador: Mapped[Ambassador] = relationship()


class RosterImport(Base):
    """A CSV file of ambassadors without a fault, on its way in.

    `status`: 'checked' (a coordinator looks at it), 'queued', 'running' (an `owner` works on it
    until `lease_until`, by the real clock), 'done', 'failed' (`error` says why) or 'cancelled'.
    `content` is the file; it is emptied when it is needed no more. `added` and `updated` count
    people: those expected at first, in the end those imported.
    """

    __tablename__ = "roster_imports"
    __table_args__ = (
        CheckConstraint(
            "status IN ('checked', 'queued', 'running', 'done', 'failed', 'cancelled')",
            name="status",
        ),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default="checked")
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    invite: Mapped[bool] = mapped_column(default=False)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
