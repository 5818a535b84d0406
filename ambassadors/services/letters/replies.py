"""Mails that follow from what somebody answered in their calendar."""

from dataclasses import replace
from datetime import datetime

from ambassadors.core import tokens
from ambassadors.core.notices import Kind
from ambassadors.mail import compose
from ambassadors.mail.compose import Choice, Mail
from ambassadors.models import Chat, Offer
from ambassadors.services.letters.facts import facts_of
from ambassadors.services.letters.post import Task, sender


def write_about_reply(task: Task, chat: Chat) -> Mail | None:
    """A time to say yes to, a time that is not free, or a question; None when it is overtaken."""
    notice, message_id = task.notice, task.message_id
    post = replace(task.post, service=sender(chat, task.post, notice.recipient))
    facts = replace(facts_of(task.session, chat, post, notice.version), stamp=notice.created_at)
    side: compose.Side = "prospect" if notice.recipient == "prospect" else "ambassador"
    if task.kind == Kind.CONFIRM_CANCEL:
        url = f"{facts.manage_url}?to=cancel"
        return compose.confirm_cancel(facts, url, post.service, message_id)
    if task.kind == Kind.COUNTER_DECLINED:
        wanted = datetime.fromisoformat(notice.details["proposed"])
        found = (open_offer(task, one) for one in notice.details["offers"])
        choices = [choice(task, one) for one in found if one is not None]
        return compose.counter_declined(facts, side, wanted, choices, post.service, message_id)
    offer = open_offer(task, notice.details["offer"])
    if offer is None:
        return None
    return compose.proposal(
        facts, side, choice(task, offer), offer.comment, post.service, message_id
    )


def open_offer(task: Task, offer_id: int) -> Offer | None:
    """An offer that still counts."""
    offer = task.session.get(Offer, offer_id)
    return offer if offer is not None and offer.state == "open" else None


def choice(task: Task, offer: Offer) -> Choice:
    """An offered time with its link."""
    token = tokens.chat_token(task.post.secret, "offer", offer.uid, offer.nonce)
    return Choice(offer.starts_at, f"{task.base_url}/offers/{token}")
