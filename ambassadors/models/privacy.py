"""What was asked for under people's rights over what is held of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import User

OPEN = text("done_at IS NULL")


class PrivacyAct(Base):
    """An export or an erasure: of whom, by whom, when. Nothing here says who the person was.

    `key` is a keyed hash of their address: it recognises the address, and cannot be read back.
    `prospect_id` or `account_id` name the person only until an erasure is done; then the row is a
    line of the ledger that is applied again to a restored backup. `origin`: who asked for it, the
    'person', a 'coordinator' (`user_id`), 'retention' or 'replay'.
    """

    __tablename__ = "privacy_acts"
    __table_args__ = (
        CheckConstraint("action IN ('export', 'erasure')", name="action"),
        CheckConstraint("kind IN ('prospect', 'staff')", name="kind"),
        CheckConstraint(
            "origin IN ('person', 'coordinator', 'retention', 'replay')", name="origin"
        ),
        Index("uq_privacy_acts_prospect", "prospect_id", unique=True),
        Index("uq_privacy_acts_account", "account_id", unique=True),
        Index("ix_privacy_acts_open", "asked_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospects.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
