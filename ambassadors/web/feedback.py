"""The one question after a chat: did it help?"""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import feedback
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web.own_chats import linked_chat, wish_of

pages = Blueprint("feedback", __name__)

Page = str | tuple[str, int] | Response


@pages.get("/feedback/<token>")
def ask(token: str) -> Page:
    """The question, once the chat is over."""
    chat = linked_chat(token, "feedback")
    if not feedback.may_answer(chat, datetime.now(UTC)):
        raise Refused("This can be answered once the chat has taken place.", status=409)
    return render(chat, {}), 200


@pages.post("/feedback/<token>")
def answer(token: str) -> Page:
    """Keeps the answer."""
    chat, now = linked_chat(token, "feedback"), datetime.now(UTC)
    helped, comment = request.form.get("helped", ""), request.form.get("comment", "")
    try:
        write(db.session(), lambda s: feedback.answer(s, chat.uid, helped, comment, now))
    except Refused as refusal:
        return render(chat, {refusal.field or "": refusal.text}), refusal.status
    query = wish_of(chat, vocabulary(db.session())).query
    return render_template("prospect/thanked.html", chat=chat, query=query), 200


def render(chat: Chat, errors: dict[str, str]) -> str:
    """The form, as typed."""
    return render_template(
        "prospect/feedback.html",
        chat=chat,
        answers=feedback.ANSWERS,
        helped=request.form.get("helped", ""),
        comment=request.form.get("comment", ""),
        errors=errors,
    )
