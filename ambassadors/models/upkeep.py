"""What the service remembers of itself: heartbeats, throttles, the data version."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ambassadors.extensions import Base


class Heartbeat(Base):
    """When a scheduler last ticked, by the real clock."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    beat_at: Mapped[datetime]


class Throttle(Base):
    """One counted act (a sign-in, a code mail) of one key; keys are hashed."""

    __tablename__ = "throttles"
    __table_args__ = (Index(None, "kind", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class DataVersion(Base):
    """Rises with every change of vocabulary, profiles or hours (by triggers): caches key on it."""

    __tablename__ = "data_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
