"""Mail that came back: shown against the notice it was."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ambassadors.core.replies.machines import Returned
from ambassadors.core.said import said
from ambassadors.models import Notice
from ambassadors.services.letters import Post, reply_secret
from ambassadors.services.replies.outcomes import Outcome


def note_returned(
    session: Session, returned: Returned, secrets: Iterable[str], post: Post, now: datetime
) -> tuple[Outcome, int | None, str]:
    """Marks the notice; with the outcome its chat and its reader, where it is about a chat.

    A chat's mail has that chat's own sender, so it comes back to that address and to no other.
    """
    notice = session.scalar(
        select(Notice).where(Notice.message_id.in_(returned.message_ids)).limit(1)
    )
    if notice is None or notice.state != "sent" or not notice.sent_to:  # or they were erased
        return Outcome("ignored", said("A mail came back that is not ours.")), None, ""
    if notice.chat and reply_secret(notice.chat, post, notice.recipient) not in set(secrets):
        words = said("It says that a mail came back, but was not sent to the chat’s own address.")
        return Outcome("ignored", words), notice.chat_id, ""
    session.execute(
        update(Notice)
        .where(Notice.id == notice.id, Notice.state == "sent")
        .values(returned_at=now, returned_words=returned.words[:300])
        .execution_options(synchronize_session=False)
    )
    words = said(
        "A mail to {reader} came back: {words}",
        reader=notice.sent_to or said("its reader"),
        words=returned.words,
    )
    recipient = notice.recipient if notice.chat_id else ""
    return Outcome("noted", words), notice.chat_id, recipient
