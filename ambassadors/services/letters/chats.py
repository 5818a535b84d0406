"""Mails about one chat, as that chat is now."""

from collections.abc import Callable
from dataclasses import replace

from ambassadors.core.notices import REMINDERS, Kind, ambassador
from ambassadors.mail import compose
from ambassadors.mail.compose import Mail
from ambassadors.models import Chat
from ambassadors.services.letters.facts import as_replaced, facts_of
from ambassadors.services.letters.handoffs import other_times
from ambassadors.services.letters.post import Task, sender
from ambassadors.services.settings.current import current


def write_about_chat(task: Task, chat: Chat) -> Mail:
    """One of the mails that both people of a chat may get."""
    notice, message_id = task.notice, task.message_id
    post = replace(task.post, service=sender(chat, task.post, notice.recipient))
    facts = facts_of(task.session, chat, post, notice.version)
    side: compose.Side = "prospect" if notice.recipient == "prospect" else "ambassador"
    parties = ("prospect", ambassador(chat.ambassador_id))
    if task.kind == Kind.CANCELLATION and notice.recipient not in parties:
        facts = as_replaced(task.session, chat, facts, notice)
        return compose.cancellation(facts, "replaced", post.service, message_id)
    if task.kind in REMINDERS or task.kind == Kind.EXTRA_REMINDER:
        return compose.reminder(facts, side, task.kind, post.service, message_id)
    if task.kind == Kind.CANCELLATION:
        others = other_times(task, chat)
        return compose.cancellation(
            facts, side, post.service, message_id, others is not None, others or ()
        )
    writers: dict[Kind, Callable[[], Mail]] = {
        Kind.CODE: lambda: compose.code(facts, post.service, message_id),
        Kind.INVITATION: lambda: compose.invitation(
            facts, side, post.service, message_id, current(task.session).reminders
        ),
        Kind.UPDATE: lambda: compose.update(facts, side, post.service, message_id),
        Kind.THANKS: lambda: compose.thanks(facts, post.service, message_id),
    }
    return writers[task.kind]()
