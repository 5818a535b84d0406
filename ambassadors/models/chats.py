"""Chats, every change of them, and the keys that make a repeated request harmless.

That two live chats never overlap, that caps hold, that a UID stays and a SEQUENCE only
rises is kept by the database itself: see the exclusion constraints and triggers in
migrations/ (docs/decisions/the-database-arbitrates.md).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.many import written
from ambassadors.models.people import Ambassador, Prospect

LIVE = text("status IN ('held', 'confirmed')")
HELD = text("status = 'held'")
HANDED = text("action = 'handed-over'")
MOVED = text("action = 'moved'")
DROPPED = text("action = 'cancelled' AND actor = 'ambassador'")


class Chat(Base):
    """A time that an ambassador and a prospect have, or had, together.

    `blocked_from` to `blocked_until` is the chat with the ambassador's buffers. `cap_day` and
    `cap_week` (a Monday) are the start's date in the ambassador's zone. `nonce` signs its links:
    a new one revokes them. `held_from` is a keyed hash of the network address of a hold.
    `locale` is the language that the prospect reads. `offered`: the best matches when it was
    booked, as [ambassador id, points], the best first. `source`: "web" (booked on our pages) or
    "api"; '' where that was not kept yet.
    """

    __tablename__ = "chats"
    __table_args__ = (
        CheckConstraint(
            "status IN ('held', 'confirmed', 'cancelled', 'expired', 'completed', 'no_show')",
            name="status",
        ),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("blocked_from <= starts_at AND ends_at <= blocked_until", name="buffers"),
        CheckConstraint("status <> 'held' OR hold_expires_at IS NOT NULL", name="hold"),
        Index(
            "ix_chats_live",
            "ambassador_id",
            "blocked_until",
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_chats_caps", "ambassador_id", "cap_week", "status", "cap_day"),
        Index("ix_chats_prospect", "prospect_id", "ends_at"),
        Index("ix_chats_holds", "hold_expires_at", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_chats_held_from", "held_from", sqlite_where=HELD, postgresql_where=HELD),
        Index(
            "uq_chats_one_hold",
            "prospect_id",
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
        Index("ix_chats_created_at", "created_at"),
        Index("ix_chats_changed_at", "changed_at", "id"),
        # Two that hold all that reports count by: the chats themselves need not be read for it.
        Index(
            "ix_chats_firsts",
            *("prospect_id", "status", "starts_at", "created_at", "prospect_zone", "ambassador_id"),
        ),
        Index("ix_chats_starts_at", "starts_at", "id"),
        Index("ix_chats_source_starts_at", "source", "starts_at"),
        Index("ix_chats_status_starts_at", "status", "starts_at", "prospect_zone", "ambassador_id"),
        Index("ix_chats_ambassador_starts_at", "ambassador_id", "starts_at"),
        Index("ix_chats_zone_starts_at", "prospect_zone", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id"))
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_from: Mapped[datetime]
    blocked_until: Mapped[datetime]
    cap_day: Mapped[date]
    cap_week: Mapped[date]
    hold_expires_at: Mapped[datetime | None]
    guesses: Mapped[int] = mapped_column(default=0)
    held_from: Mapped[str | None] = mapped_column(String(64))
    prospect_name: Mapped[str] = mapped_column(String(120))
    prospect_zone: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    question: Mapped[str] = mapped_column(Text, default="")
    interests: Mapped[list[str]] = mapped_column(JSON, default=list)
    most: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    score: Mapped[int | None]
    offered: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    place: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ambassador: Mapped[Ambassador] = relationship(lazy="joined", innerjoin=True)
    prospect: Mapped[Prospect] = relationship(lazy="joined", innerjoin=True)
    changes: Mapped[list["ChatChange"]] = relationship(
        back_populates="chat", order_by="ChatChange.version"
    )

    @property
    def minutes(self) -> int:
        """The chat's length."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


# Written out for hot paths: the partial indexes above go by them.
IS_HELD = Chat.status == written("held")
IS_CONFIRMED = Chat.status == written("confirmed")


class ChatChange(Base):
    """History: who changed a chat, when, from what, to what, and why. One row a version."""

    __tablename__ = "chat_changes"
    __table_args__ = (
        CheckConstraint(
            "actor IN ('prospect', 'ambassador', 'coordinator', 'service')", name="actor"
        ),
        Index("uq_chat_changes_version", "chat_id", "version", unique=True),
        Index("ix_chat_changes_dropped", "at", sqlite_where=DROPPED, postgresql_where=DROPPED),
        Index("ix_chat_changes_handed", "chat_id", sqlite_where=HANDED, postgresql_where=HANDED),
        Index("ix_chat_changes_moved", "chat_id", sqlite_where=MOVED, postgresql_where=MOVED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    chat: Mapped[Chat] = relationship(back_populates="changes")


class IdempotencyKey(Base):
    """A client's key for one booking: the same key and body give the same answer.

    `answer` holds what was said, less the link's secret, which is written again from the chat.
    """

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)
