"""What belongs to an account: sessions, the second step, the sign-in through the school."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import User


class SignedIn(Base):
    """One browser in which somebody is signed in, until `expires_at` at the latest.

    `key_hash` is SHA-256 of the random text in its cookie. `way`: 'password' or 'school'.
    `network` is a keyed hash of where it was seen last, `browser` what it says it is, in words.
    """

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("way IN ('password', 'school')", name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    network: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(80), default="")
    user: Mapped[User] = relationship()


class SecondStep(Base):
    """The second step of somebody who signs in with a password: codes by time (RFC 6238).

    `sealed` is the secret, encrypted under SECRET_KEY. It counts once `confirmed_at` is set.
    `last_counter` is the interval of the last code that was used: no code counts twice.
    """

    __tablename__ = "second_steps"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    last_counter: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of the codes that stand for the second step once, kept as a keyed hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SchoolLink(Base):
    """Whom the school's sign-in means by (issuer, subject). While `by_claim`, the school says
    what they may do; otherwise whoever invited them did.
    """

    __tablename__ = "school_links"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("user_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    by_claim: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class AccountEvent(Base):
    """What happened to an account, when; `by_id` is who did it, if it was somebody else."""

    __tablename__ = "account_events"
    __table_args__ = (Index(None, "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[User | None] = relationship(foreign_keys=by_id)
