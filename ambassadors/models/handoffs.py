"""Hand-offs: chats whose ambassador dropped out, and who was asked to take them over."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
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
from ambassadors.models.chats import Chat
from ambassadors.models.people import Ambassador

ASKING = text("status = 'asking'")
OPEN = text("answer = ''")


class HandOff(Base):
    """One search for somebody else, of a chat at one version of it.

    `status`: 'asking', 'taken' (somebody has it now), 'nobody' (the chat was cancelled) or
    'withdrawn' (the chat was changed otherwise, or its ambassador can come after all).
    `alternatives` are what the prospect was offered instead: {ambassador_id, start}.
    """

    __tablename__ = "hand_offs"
    __table_args__ = (
        CheckConstraint("status IN ('asking', 'taken', 'nobody', 'withdrawn')", name="status"),
        Index(
            "uq_hand_offs_asking",
            "chat_id",
            unique=True,
            sqlite_where=ASKING,
            postgresql_where=ASKING,
        ),
        Index(None, "chat_id"),
        Index("ix_hand_offs_status", "status", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    chat_version: Mapped[int]
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="asking")
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    chat: Mapped[Chat] = relationship(lazy="joined", innerjoin=True)
    ambassador: Mapped[Ambassador] = relationship()
    asks: Mapped[list["HandOffAsk"]] = relationship(
        back_populates="hand_off", order_by="HandOffAsk.id"
    )


class HandOffAsk(Base):
    """Somebody asked to take a chat over, one at a time.

    `answer`: '' until they say 'yes' or 'no', or it is 'expired', or 'overtaken' by an end of the
    hand-off. `uid` and `nonce` make their link.
    """

    __tablename__ = "hand_off_asks"
    __table_args__ = (
        UniqueConstraint("hand_off_id", "ambassador_id"),
        CheckConstraint("answer IN ('', 'yes', 'no', 'expired', 'overtaken')", name="answer"),
        Index(
            "uq_hand_off_asks_open",
            "hand_off_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    hand_off_id: Mapped[int] = mapped_column(ForeignKey("hand_offs.id"))
    ambassador_id: Mapped[int] = mapped_column(ForeignKey("ambassadors.id"))
    score: Mapped[int]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(20), default="")
    answered_at: Mapped[datetime | None]
    hand_off: Mapped[HandOff] = relationship(back_populates="asks", lazy="joined", innerjoin=True)
    ambassador: Mapped[Ambassador] = relationship(lazy="joined", innerjoin=True)
