"""After the chat: what prospects say, what they still want, what went wrong, who is shut out."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.chats import Chat
from ambassadors.models.people import User

IN_FORCE = text("lifted_at IS NULL")
OUTCOMES = "('', 'talked', 'ambassador-missed', 'prospect-missed')"


class Feedback(Base):
    """What a prospect said of a chat; the last answer counts.

    `outcome`: whether they talked, or who did not come, '' in answers of before that was asked.
    `rating`: how helpful, 1 to 5. `verdict`: the outcome as a coordinator decided it, '' until
    then; it goes when the prospect says otherwise later.
    """

    __tablename__ = "feedbacks"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"verdict IN {OUTCOMES}", name="verdict"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index(None, "outcome", "verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    rating: Mapped[int | None]
    still_open: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(20), default="")
    verdict_at: Mapped[datetime | None]
    verdict_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    chat: Mapped[Chat] = relationship()
    verdict_by: Mapped[User | None] = relationship()


class FollowUp(Base):
    """A prospect wants the admissions office to write to them. `done_by_id` is None where they
    took it back themselves.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done')", name="state"),
        Index(None, "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    chat: Mapped[Chat] = relationship()
    done_by: Mapped[User | None] = relationship()


class ChatNote(Base):
    """What an ambassador noted of a chat, for staff alone."""

    __tablename__ = "chat_notes"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Concern(Base):
    """Something inappropriate that one side reports; the other side never sees it.

    `fingerprint` is a hash of the text: what is sent twice is there once.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("side IN ('prospect', 'ambassador')", name="side"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        UniqueConstraint("chat_id", "side", "fingerprint"),
        Index(None, "state", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    side: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="open")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    chat: Mapped[Chat] = relationship()
    closed_by: Mapped[User | None] = relationship()


class Block(Base):
    """A person who can book and ask no more: who decided it, when, why; and the same of its end.

    `key` is what all addresses of one mailbox have in common (`core.afterwards.person_key`);
    of somebody erased it is a keyed hash of that, and `email` is empty.
    """

    __tablename__ = "blocks"
    __table_args__ = (
        Index(
            "uq_blocks_one_in_force",
            "key",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(254))
    email: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    lifted_by: Mapped[User | None] = relationship(foreign_keys=[lifted_by_id])
