"""A proposed other time: looked at, and said yes to, by the link in a mail."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.notices import PROSPECT
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Offer
from ambassadors.services import replies
from ambassadors.services.replies.offers import is_taken, require_open
from ambassadors.services.replies.outcomes import name_of
from ambassadors.services.writing import write
from ambassadors.web.own_chats import secret

pages = Blueprint("offers", __name__)

Page = str | tuple[str, int] | Response


@pages.get("/offers/<token>")
def show(token: str) -> Page:
    """Both times; nothing changes before the button is pressed."""
    offer = replies.find_offer(db.session(), secret(), token)
    if not is_taken(offer):
        require_open(offer)
    return render(offer)


@pages.post("/offers/<token>")
def accept(token: str) -> Page:
    """Moves the chat; both are told by mail."""
    session, now = db.session(), datetime.now(UTC)
    offer = replies.find_offer(session, secret(), token)
    uid = offer.uid
    try:
        write(session, lambda s: replies.accept(s, uid, now))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return render(replies.find_offer(session, secret(), token), refusal), refusal.status
    return redirect(request.path, 303)


def render(offer: Offer, refusal: Refused | None = None) -> str:
    """The page, in the zone of the one whom the time is offered to."""
    chat = offer.chat
    zones = chat.prospect_zone, chat.ambassador.time_zone
    names = chat.prospect_name, chat.ambassador.name
    mine = 0 if offer.recipient == PROSPECT else 1
    return render_template(
        "offers/offer.html",
        offer=offer,
        chat=chat,
        taken=is_taken(offer),
        zone=zones[mine],
        other=names[1 - mine],
        other_zone=zones[1 - mine],
        proposer=name_of(chat, offer.proposed_by) if offer.proposed_by else "",
        refusal=refusal,
    )
