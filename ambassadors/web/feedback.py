"""After a chat, by the link in a mail: whether one talked, two questions, what else is wanted."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.afterwards import RATINGS
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import concerns, feedback, follow_ups
from ambassadors.services.feedback import Said
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web.own_chats import linked_chat, wish_of

pages = Blueprint("feedback", __name__)

Page = str | tuple[str, int] | Response
OUTCOMES = {
    "talked": said("We talked"),
    "ambassador-missed": said("They did not come"),
    "prospect-missed": said("I could not come"),
}
SCALE = {1: said("1, not at all"), 2: "2", 3: "3", 4: "4", 5: said("5, very")}


@pages.get("/feedback/<token>")
def ask(token: str) -> Page:
    """The questions, once the chat is over, with what was answered before."""
    session, chat = db.session(), linked_chat(token, "feedback")
    if not feedback.may_answer(chat, datetime.now(UTC)):
        raise Refused(said("This can be answered once the chat has taken place."), status=409)
    before, wanted = feedback.find_feedback(session, chat), follow_ups.find_for(session, chat)
    values = {"rating": str(before.rating or "")} if before else {}
    if before:
        values |= {"outcome": before.outcome, "still_open": before.still_open}
    values["follow_up"] = "yes" if wanted and wanted.state == "open" else ""
    return render(chat, values, {}), 200


@pages.post("/feedback/<token>")
def answer(token: str) -> Page:
    """Keeps the answer."""
    chat, now = linked_chat(token, "feedback"), datetime.now(UTC)
    try:
        write(db.session(), lambda session: keep(session, chat.uid, now))
    except Refused as refusal:
        values = request.form.to_dict()
        return render(chat, values, {refusal.field or "": refusal.text}), refusal.status
    query = wish_of(chat, vocabulary(db.session())).query
    return render_template("prospect/thanked.html", chat=chat, query=query), 200


def keep(session: Session, uid: str, now: datetime) -> None:
    """All that the form says, or nothing of it."""
    form = request.form
    rating = form.get("rating", "")
    number = int(rating) if rating in map(str, RATINGS) else None
    said = Said(form.get("outcome", ""), number, form.get("still_open", ""))
    row = feedback.answer(session, uid, said, now)
    chat = session.get_one(Chat, row.chat_id)
    follow_ups.ask_for(session, chat, bool(form.get("follow_up")), now)
    if form.get("concern", "").strip():
        concerns.report(session, chat, "prospect", form["concern"], now)


def render(chat: Chat, values: dict[str, str], errors: dict[str, str]) -> str:
    """The form, as typed."""
    return render_template(
        "prospect/feedback.html",
        chat=chat,
        outcomes=OUTCOMES,
        scale=SCALE,
        values=values,
        errors=errors,
    )
