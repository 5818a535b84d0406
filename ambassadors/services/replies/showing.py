"""What both people answered, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT, ambassador
from ambassadors.core.said import pattern, said
from ambassadors.models import Chat, InboxMessage, Participation
from ambassadors.services.replies.outcomes import name_of

SENTENCES: Mapping[str, str] = {
    "ACCEPTED": pattern("{name} accepted the invitation."),
    "TENTATIVE": pattern("{name} answered “maybe”."),
    "DECLINED": pattern("{name} declined the invitation."),
}
OWN: Mapping[str, str] = {
    "ACCEPTED": said("You accepted the invitation."),
    "TENTATIVE": said("You answered “maybe”."),
    "DECLINED": said("You declined the invitation."),
}


@dataclass(frozen=True)
class Said:
    """One person's last answer to the chat as it is now; `who` is "prospect" or "ambassador"."""

    who: str
    name: str
    answer: str
    comment: str
    at: datetime

    @property
    def sentence(self) -> str:
        """The answer in words, by name."""
        return said(SENTENCES[self.answer], name=self.name)

    @property
    def own(self) -> str:
        """The same as it is said to whom it is about."""
        return OWN[self.answer]


def said_about(session: Session, chat: Chat) -> list[Said]:
    """What the people of a chat answered to it as it is now; earlier answers do not count."""
    rows = session.scalars(
        select(Participation).where(
            Participation.chat_id == chat.id,
            Participation.sequence == chat.sequence,
            Participation.recipient.in_((PROSPECT, ambassador(chat.ambassador_id))),
        )
    )
    return [
        Said(
            row.recipient.partition(":")[0],
            name_of(chat, row.recipient),
            row.answer,
            row.comment,
            row.at,
        )
        for row in sorted(rows, key=lambda row: (row.at, row.recipient))
    ]


def mails_about(session: Session, chat: Chat) -> list[InboxMessage]:
    """Every mail that came in about a chat, the first one first."""
    return list(
        session.scalars(
            select(InboxMessage)
            .where(InboxMessage.chat_id == chat.id)
            .order_by(InboxMessage.arrived_at, InboxMessage.id)
        )
    )
