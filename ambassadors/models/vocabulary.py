"""The programme and the vocabulary that matching speaks: families of interests."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base


class Programme(Base):
    """The one programme this service speaks for; `facts` is its table in the vocabulary file.

    `profiles_wait`: the profiles of those invited wait for a coordinator's approval.
    """

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    short: Mapped[str] = mapped_column(String(40))
    time_zone: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    profiles_wait: Mapped[bool] = mapped_column(default=True, server_default=true())


class Family(Base):
    """A kind of interest. `weight` None: it shares what the weighted families leave of 100."""

    __tablename__ = "families"
    __table_args__ = (CheckConstraint("role IN ('core', 'detail')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    weight: Mapped[int | None]
    retired_at: Mapped[datetime | None]
    interests: Mapped[list["Interest"]] = relationship(
        back_populates="family", order_by="Interest.position"
    )


class Interest(Base):
    """One thing a prospect may be drawn to. Retired ones stay with those who chose them."""

    __tablename__ = "interests"
    __table_args__ = (UniqueConstraint("family_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("families.id"))
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(200))
    short: Mapped[str | None] = mapped_column(String(80))
    url: Mapped[str | None] = mapped_column(String(500))
    position: Mapped[int]
    retired_at: Mapped[datetime | None]
    family: Mapped[Family] = relationship(back_populates="interests")
