"""Drafts: a few claimed notices read together and written as mails, before the first one leaves.

Reading twenty chats together costs a third of reading them one by one. A mail about a chat leaves
only if, in the moment before, its notice is still ours and the chat still what it was.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.notices import LASTING, REMINDERS, Kind
from ambassadors.mail.compose import Mail
from ambassadors.mail.masking import mask
from ambassadors.mail.messages import serialise, to_message
from ambassadors.models import Chat, Notice
from ambassadors.services.letters import Post, look_up_changes, sender, write_letter
from ambassadors.services.notices import is_still_due

# Mails that say nothing which can change without a new version of their chat.
AHEAD = {Kind.CODE, Kind.INVITATION, Kind.UPDATE, *REMINDERS, Kind.EXTRA_REMINDER, Kind.THANKS}
FRESH = 0.25  # seconds for which a look counts as the moment before
# What a draft is held against: looked at for every mail, so put together once.
_STANDING = (
    select(Notice.state, Notice.owner, Chat.version, Chat.status)
    .outerjoin(Chat, Chat.id == Notice.chat_id)
    .where(Notice.id == bindparam("notice"))
)
_TOGETHER = (
    select(Notice)
    .where(Notice.id.in_(bindparam("notices", expanding=True)))
    .options(joinedload(Notice.chat))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Draft:
    """A mail ready to go: its bytes, its envelope sender, the masked copy to keep."""

    mail: Mail
    message: bytes
    from_address: str
    copy: bytes


@dataclass(frozen=True)
class Writer:
    """Who has claimed the notices, and what writing them needs."""

    session: Session
    owner: str
    post: Post
    now: datetime

    def draft(self, notice: Notice) -> Draft | None:
        """The mail of a notice; None when nobody needs it, or there is nobody to write to."""
        if not self.wants(notice):
            return None
        mail = write_letter(self.session, notice, self.post, self.now)
        if mail is None:
            return None
        service = self.post.service
        shown = sender(notice.chat, self.post, notice.recipient) if notice.chat else service
        message = serialise(to_message(mail, shown, self.now))
        copy = mask(message, mail, service.base_url, notice.kind == Kind.CODE)
        return Draft(mail, message, service.address, copy)

    def wants(self, notice: Notice) -> bool:
        """Whether the notice still says how things stand, in time to be of use.

        A cancellation is tried once however late: an entry must not stay in a calendar.
        """
        if self.late(notice) and (notice.kind != Kind.CANCELLATION or notice.attempts > 1):
            return False
        return is_still_due(notice)

    def late(self, notice: Notice) -> bool:
        """Whether the notice is of no use any more."""
        return notice.not_after is not None and self.now >= notice.not_after

    def missed(self, notice: Notice) -> bool:
        """Whether the notice still says how things stand and came too late, as when nothing could
        be sent for long, and somebody's calendar lacks it.
        """
        return notice.kind in LASTING and self.late(notice) and is_still_due(notice)

    def holds(self, notice: Notice | None) -> bool:
        """Whether the notice is still waiting in these hands."""
        return notice is not None and notice.state == "waiting" and notice.owner == self.owner


class Batch:
    """Drafts of one batch, each with how its notice and its chat stood when it was written.

    What depends on more than its chat, or cannot be written, is left for when it is its turn.
    """

    def __init__(self, writer: Writer, ids: Sequence[int]) -> None:
        self.writer, self.session = writer, writer.session
        self.written: dict[int, tuple[Draft, tuple[Any, ...]]] = {}
        self.looked: tuple[int, float, Any] = (0, 0.0, None)
        notices = self.session.scalars(_TOGETHER, {"notices": list(ids)}).all()
        look_up_changes(self.session, [one.chat_id for one in notices if one.chat_id])
        for notice in notices:
            try:
                self.write(notice)
            except Exception:  # tried again when it is its turn, which then says what is wrong
                self.session.rollback()
        self.session.rollback()

    def write(self, notice: Notice) -> None:
        """Writes one ahead, if it can be."""
        chat = notice.chat
        if chat is None or Kind(notice.kind) not in AHEAD or not self.writer.holds(notice):
            return
        stood = (notice.state, notice.owner, chat.version, chat.status)
        draft = self.writer.draft(notice)
        if draft is not None:
            self.written[notice.id] = draft, stood

    def take(self, notice_id: int) -> Draft | None:
        """The draft of a notice, None unless all still stands as it did when it was written."""
        draft, stood = self.written.pop(notice_id, (None, ()))
        if draft is None:
            return None
        looked, at, stands = self.looked
        if looked != notice_id or time.monotonic() - at > FRESH:
            stands = self.look(self.session, notice_id)
            self.session.rollback()
        return draft if stands is not None and tuple(stands) == stood else None

    def look(self, session: Session, notice_id: int) -> Any:
        """How a notice and its chat stand now. Whoever marks one mail looks at the next one in the
        same transaction: a transaction of its own costs twice what the looking does.
        """
        stands = session.connection().execute(_STANDING, {"notice": notice_id}).first()
        self.looked = (notice_id, time.monotonic(), stands)
        return stands

    def look_ahead(self, session: Session, following: Sequence[int]) -> None:
        """Looks at those that come next and are written already."""
        for notice_id in following:
            if notice_id in self.written:
                self.look(session, notice_id)
