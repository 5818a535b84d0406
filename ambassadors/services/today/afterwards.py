"""Needs after a chat: reports of bad behaviour, two words on one chat, prospects to write to."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.moments import spoken
from ambassadors.core.wording import count_text
from ambassadors.services import concerns, feedback, follow_ups
from ambassadors.services.today.needs import SHORT, Line, Need


def reports(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Whatever was reported as inappropriate stands above everything else."""
    rows = concerns.open_reports(session)
    if rows:
        yield Need(
            "concerns",
            "urgent",
            f"{count_text(len(rows), 'report')} of inappropriate behaviour",
            len(rows),
            tuple(
                Line(
                    row.chat.prospect_name,
                    f"/coordinator/chats/{row.chat.uid}",
                    f"with {row.chat.ambassador.name}; reported by the {row.side}",
                    row.at,
                )
                for row in rows[:SHORT]
            ),
            min(row.at for row in rows),
            "/coordinator/concerns",
            "Read and decide",
            for_all=False,
        )


def disagreements(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Chats of which the two sides say different things."""
    rows = feedback.disagreements(session)
    if rows:
        yield Need(
            "disagreements",
            "hand",
            f"{count_text(len(rows), 'chat')} on which the two people disagree",
            len(rows),
            tuple(
                Line(
                    chat.prospect_name,
                    f"/coordinator/chats/{chat.uid}",
                    f"with {chat.ambassador.name}, {spoken(chat.starts_at, zone)}",
                    said.changed_at,
                )
                for chat, said in rows[:SHORT]
            ),
            min(said.changed_at for _, said in rows),
            "/coordinator/concerns",
            "Settle",
            for_all=False,
        )


def to_write_to(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Prospects who want to hear from the admissions office."""
    found = follow_ups.find_follow_ups(session, "open", 1)
    if found.total:
        verb = "wants" if found.total == 1 else "want"
        yield Need(
            "follow-ups",
            "hand",
            f"{count_text(found.total, 'prospect')} {verb} to hear from admissions",
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
            "Follow-ups",
        )
