"""All that came after one chat, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ambassadors.core.afterwards import disagree
from ambassadors.models import Chat, ChatNote, Concern, Feedback, FollowUp
from ambassadors.services import chat_notes, concerns, feedback, follow_ups


@dataclass(frozen=True)
class Aftermath:
    """What the prospect said and wants, what the ambassador noted, what either reported."""

    feedback: Feedback | None
    follow_up: FollowUp | None
    note: ChatNote | None
    concerns: Sequence[Concern]
    disagree: bool


def look_back(session: Session, chat: Chat) -> Aftermath:
    """How a chat went."""
    said = feedback.find_feedback(session, chat)
    return Aftermath(
        said,
        follow_ups.find_for(session, chat),
        chat_notes.find_note(session, chat),
        concerns.of_chat(session, chat),
        said is not None and disagree(said.outcome, said.verdict, chat.status),
    )
