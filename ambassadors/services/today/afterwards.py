"""Needs after a chat: reports of bad behaviour, two words on one chat, prospects to write to."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.moments import spoken
from ambassadors.core.said import pattern, said, said_n, shown
from ambassadors.services import concerns, feedback, follow_ups
from ambassadors.services.today.needs import SHORT, Line, Need

BY_PROSPECT = pattern("with {name}; reported by the prospect")
BY_AMBASSADOR = pattern("with {name}; reported by the ambassador")


def reports(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Whatever was reported as inappropriate stands above everything else."""
    rows = concerns.open_reports(session)
    if rows:
        yield Need(
            "concerns",
            "urgent",
            said_n(
                "{count} report of inappropriate behaviour",
                "{count} reports of inappropriate behaviour",
                len(rows),
            ),
            len(rows),
            tuple(
                Line(
                    row.chat.prospect_name,
                    f"/coordinator/chats/{row.chat.uid}",
                    said(
                        BY_PROSPECT if row.side == "prospect" else BY_AMBASSADOR,
                        name=row.chat.ambassador.name,
                    ),
                    row.at,
                )
                for row in rows[:SHORT]
            ),
            min(row.at for row in rows),
            "/coordinator/concerns",
            said("Read and decide"),
            for_all=False,
        )


def disagreements(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Chats of which the two sides say different things."""
    rows = feedback.disagreements(session)
    if rows:
        yield Need(
            "disagreements",
            "hand",
            said_n(
                "{count} chat on which the two people disagree",
                "{count} chats on which the two people disagree",
                len(rows),
            ),
            len(rows),
            tuple(
                Line(
                    chat.prospect_name,
                    f"/coordinator/chats/{chat.uid}",
                    said(
                        "with {name}, {time}",
                        name=chat.ambassador.name,
                        time=shown(spoken, chat.starts_at, zone),
                    ),
                    word.changed_at,
                )
                for chat, word in rows[:SHORT]
            ),
            min(word.changed_at for _, word in rows),
            "/coordinator/concerns",
            said("Settle"),
            for_all=False,
        )


def to_write_to(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Prospects who want to hear from the admissions office."""
    found = follow_ups.find_follow_ups(session, "open", 1)
    if found.total:
        yield Need(
            "follow-ups",
            "hand",
            said_n(
                "{count} prospect wants to hear from admissions",
                "{count} prospects want to hear from admissions",
                found.total,
            ),
            found.total,
            tuple(
                Line(
                    row.chat.prospect_name,
                    "/coordinator/follow-ups",
                    words[:120],
                    row.created_at,
                )
                for row, words in found.items[:SHORT]
            ),
            min(row.created_at for row, _ in found.items),
            "/coordinator/follow-ups",
            said("Follow-ups"),
        )
