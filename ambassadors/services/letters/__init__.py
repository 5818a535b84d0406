"""From a notice to the mail it stands for: the database read as it is now, links written again.

A new kind of mail is a line in one of the four tables.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.notices import REMINDERS, Kind
from ambassadors.mail.compose import Mail
from ambassadors.models import Chat, Notice, Prospect, User, WaitingRequest
from ambassadors.services.letters.accounts import write_about_account, write_approved
from ambassadors.services.letters.calendars import write_clash, write_stale
from ambassadors.services.letters.chats import write_about_chat
from ambassadors.services.letters.facts import drop_out_token, facts_of, look_up_changes
from ambassadors.services.letters.handoffs import write_asked, write_told
from ambassadors.services.letters.plans import write_digest
from ambassadors.services.letters.post import Post, Task, reply_secret, sender
from ambassadors.services.letters.privacy import write_link, write_way
from ambassadors.services.letters.replies import write_about_reply
from ambassadors.services.letters.requests import write_about_request

__all__ = [
    "Post",
    "drop_out_token",
    "facts_of",
    "look_up_changes",
    "reply_secret",
    "sender",
    "write_letter",
]

ABOUT_CHATS: dict[Kind, Callable[[Task, Chat], Mail | None]] = dict.fromkeys(
    (
        Kind.CODE,
        Kind.INVITATION,
        Kind.UPDATE,
        Kind.CANCELLATION,
        *REMINDERS,
        Kind.EXTRA_REMINDER,
        Kind.THANKS,
    ),
    write_about_chat,
)
ABOUT_CHATS |= dict.fromkeys(
    (Kind.PROPOSAL, Kind.COUNTER_DECLINED, Kind.CONFIRM_CANCEL), write_about_reply
)
ABOUT_CHATS |= {
    Kind.HAND_OFF_ASKED: write_asked,
    Kind.HAND_OFF_STARTED: write_told,
    Kind.HAND_OFF_OVER: write_told,
    Kind.CALENDAR_CLASH: write_clash,
}
ABOUT_REQUESTS: dict[Kind, Callable[[Task, WaitingRequest], Mail | None]] = {
    Kind.REQUEST_RECEIVED: write_about_request,
    Kind.REQUEST_MATCHED: write_about_request,
}
TO_PROSPECTS: dict[Kind, Callable[[Task, Prospect], Mail | None]] = {
    Kind.PRIVACY_LINK: write_link,
}
TO_USERS: dict[Kind, Callable[[Task, User], Mail | None]] = {
    Kind.PLAN_DIGEST: write_digest,
    Kind.CALENDAR_STALE: write_stale,
    Kind.PROFILE_APPROVED: write_approved,
    Kind.ACCOUNT_INVITATION: write_about_account,
    Kind.PASSWORD_RESET: write_about_account,
    Kind.PRIVACY_LINK: write_way,
}


def write_letter(session: Session, notice: Notice, post: Post, now: datetime) -> Mail | None:
    """The mail of a notice, None when there is nobody to write to any more."""
    task = Task(session, notice, post, now)
    if task.kind in ABOUT_CHATS and notice.chat is not None:
        return ABOUT_CHATS[task.kind](task, notice.chat)
    if task.kind in ABOUT_REQUESTS and notice.request is not None:
        return ABOUT_REQUESTS[task.kind](task, notice.request)
    if task.kind in TO_PROSPECTS and notice.prospect is not None:
        return TO_PROSPECTS[task.kind](task, notice.prospect)
    if notice.user is not None and notice.user.active:
        return TO_USERS[task.kind](task, notice.user)
    return None
