"""Being matched by a coordinator, when nobody fits or nobody is free."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import waiting
from ambassadors.services.programme import vocabulary as read_vocabulary
from ambassadors.services.waiting import Ask
from ambassadors.services.writing import write
from ambassadors.web.forms.prospect import NOBODY, Visitor, Wish, read_visitor, read_wish
from ambassadors.web.network import caller
from ambassadors.web.speaking import language

pages = Blueprint("asking", __name__)

WAKING_NAMES = ("wake", "sleep")
Page = str | tuple[str, int] | Response


@pages.get("/request")
def request_form() -> Page:
    """Name, address, question; the interests as they were chosen, or to choose here."""
    vocabulary = read_vocabulary(db.session())
    wish = read_wish(request.args, vocabulary, needs_interests=False)
    return render_request(wish, vocabulary, NOBODY), 200


@pages.post("/request")
def send_request() -> Page:
    """Takes the request; a coordinator sees it as waiting."""
    now, vocabulary = datetime.now(UTC), read_vocabulary(db.session())
    visitor = read_visitor(request.form)
    wish = read_wish_again(vocabulary, visitor)
    if not wish.wanted.interests:
        visitor.errors["interests"] = said("Please choose at least one interest.")
    if visitor.errors:
        return render_request(wish, vocabulary, visitor), 422
    try:
        write(db.session(), lambda session: waiting.ask(session, ask_of(wish, visitor), now))
    except Refused as refusal:
        visitor.errors[refusal.field or ""] = refusal.text
        return render_request(wish, vocabulary, visitor), refusal.status
    return redirect(url_for("asking.requested"), 303)


def read_wish_again(vocabulary: Vocabulary, visitor: Visitor) -> Wish:
    """The wish in the form; waking hours that make no sense are said there, and are as usual."""
    try:
        return read_wish(request.form, vocabulary, needs_interests=False)
    except Refused as refusal:
        if refusal.field != "waking":
            raise
        visitor.errors["waking"] = refusal.text
    usual = MultiDict(
        pair for pair in request.form.items(multi=True) if pair[0] not in WAKING_NAMES
    )
    return read_wish(usual, vocabulary, needs_interests=False)


@pages.get("/requested")
def requested() -> str:
    """What happens now."""
    return render_template("prospect/requested.html")


def ask_of(wish: Wish, visitor: Visitor) -> Ask:
    """What the service is asked."""
    wanted = wish.wanted
    return Ask(
        name=visitor.name,
        email=visitor.email,
        zone=wish.clock,
        interests=wanted.interests,
        most=tuple(sorted(wanted.most)),
        languages=wanted.languages,
        question=visitor.question,
        waking=wish.waking,
        network=caller(),
        locale=language().locale,
    )


def render_request(wish: Wish, vocabulary: Vocabulary, visitor: Visitor) -> str:
    """The form, as typed."""
    chosen = wish.wanted.interests if request.form.get("choosing") else ()
    return render_template(
        "prospect/request.html",
        wish=wish,
        vocabulary=vocabulary,
        visitor=visitor,
        choosing=bool(chosen) or not wish.wanted.interests,
        chosen=chosen,
        errors=visitor.errors,
    )
