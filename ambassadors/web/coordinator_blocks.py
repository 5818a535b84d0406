"""People who can book and ask no more: blocked, looked at, let in again."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import blocks
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.speaking import speak

BLOCKS = "/coordinator/blocks"

pages = Blueprint("coordinator_blocks", __name__, url_prefix=BLOCKS)
pages.before_request(access.coordinator_only)


@pages.get("")
@access.acts
def everybody() -> str:
    """Who is blocked, and was; `email` in the address fills the form. Not for who only looks."""
    return show_all({"email": request.args.get("email", "")[:254], "reason": ""}, {})


def show_all(values: dict[str, str], errors: dict[str, str]) -> str:
    """The list, and the form with these values."""
    rows = blocks.list_blocks(db.session())
    return render_template("coordinator/blocks.html", rows=rows, values=values, errors=errors)


@pages.post("")
def block() -> Page:
    """Shuts somebody out."""
    now, me, form = datetime.now(UTC), access.reader().id, request.form
    values = {"email": form.get("email", ""), "reason": form.get("reason", "")}
    try:
        row = write(
            db.session(), lambda s: blocks.block(s, values["email"], values["reason"], me, now)
        )
    except Refused as refusal:
        return show_all(values, {refusal.field or "": refusal.text}), refusal.status
    flash(speak(said("{email} can book and ask no more.", email=row.email)))
    return redirect(f"{BLOCKS}/{row.id}", 303)


@pages.get("/<id:block_id>")
@access.acts
def one_block(block_id: int) -> str:
    """Who decided it, why, and the chats that are still to come."""
    session, now = db.session(), datetime.now(UTC)
    row = blocks.find_block(session, block_id)
    chats = blocks.live_chats(session, row, now)
    return render_template("coordinator/block.html", row=row, chats=chats)


@pages.post("/<id:block_id>/lift")
def lift(block_id: int) -> Response:
    """Lets somebody in again."""
    now, me = datetime.now(UTC), access.reader().id
    row = write(db.session(), lambda s: blocks.lift(s, block_id, me, now))
    flash(speak(said("{email} can book again.", email=row.email)))
    return redirect(f"{BLOCKS}/{block_id}", 303)
