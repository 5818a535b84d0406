"""Plans: who should talk with whom when many prospects wait, before and after they are accepted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import Ambassador, WaitingRequest


class Plan(Base):
    """One plan for everybody who waits.

    `status`: 'queued', 'running' (an `owner` works on it until `lease_until`, by the real clock),
    'ready' to be looked at, 'accepted', 'failed' (`error` says why) or 'cancelled'. `progress` is
    0–100. `edits` is what a coordinator fixed by hand: {"pinned": {request: ambassador},
    "excluded": {request: [ambassadors]}, "left_out": [requests]}. `outlooks` holds, for each
    ambassador, id, name, capacity, given, helped, price and text. `notes` are sentences.
    """

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint(
            "status IN ('queued', 'running', 'ready', 'accepted', 'failed', 'cancelled')",
            name="status",
        ),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default="queued")
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    placed: Mapped[int] = mapped_column(default=0)
    unplaced: Mapped[int] = mapped_column(default=0)
    proven: Mapped[bool] = mapped_column(default=False)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    edits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outlooks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class PlanLine(Base):
    """What a plan says of one prospect who waits.

    `points` and `choice` (1: nobody possible scores more for them) stand where there is an
    ambassador. `reasons` are {interest, points, text}. `why` are {code, text}: why a better one
    was not given, or, with `code`, why nobody was. `excluded` are ambassadors ruled out by hand.
    `outcome` is '' until the plan is accepted, then 'matched' or 'skipped'.
    """

    __tablename__ = "plan_lines"
    __table_args__ = (
        UniqueConstraint("plan_id", "request_id"),
        CheckConstraint("outcome IN ('', 'matched', 'skipped')", name="outcome"),
        Index(None, "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    ambassador_id: Mapped[int | None] = mapped_column(ForeignKey("ambassadors.id"))
    previous_ambassador_id: Mapped[int | None] = mapped_column(ForeignKey("ambassadors.id"))
    points: Mapped[int | None]
    choice: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(20), default="")
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    why: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    pinned: Mapped[bool] = mapped_column(default=False)
    left_out: Mapped[bool] = mapped_column(default=False)
    excluded: Mapped[list[int]] = mapped_column(JSON, default=list)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    request: Mapped[WaitingRequest] = relationship()
    ambassador: Mapped[Ambassador | None] = relationship(foreign_keys=[ambassador_id])
    previous_ambassador: Mapped[Ambassador | None] = relationship(
        foreign_keys=[previous_ambassador_id]
    )
