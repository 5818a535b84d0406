"""Counting searches that found nobody: a page that shows nobody says so once, by a script.

The page is got by GET, which changes nothing; its script posts the search back, signed by us, so
that only what we really answered is counted. See docs/decisions/searches-are-counted.md.
"""

import base64
import binascii
from contextlib import suppress
from datetime import UTC, datetime

from flask import Blueprint, Flask, current_app, request

from ambassadors.core.interests import Wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import keyed_hash, same
from ambassadors.core.waking import Awake
from ambassadors.extensions import csrf, db
from ambassadors.services import searches
from ambassadors.services.searches import Looked
from ambassadors.services.writing import write
from ambassadors.web.forms.prospect import Wish
from ambassadors.web.network import caller
from ambassadors.web.security import public

pages = Blueprint("searches", __name__)

PURPOSE = "search"
SIGNED = 64  # hexadecimal digits
LONGEST = 8000  # characters: sixty interests and twenty languages


def register(app: Flask) -> None:
    """Adds the address. The signature stands for a CSRF token: no cookie is looked at."""
    csrf.exempt(pages)
    app.add_template_filter(vain_token)
    app.register_blueprint(pages)


def looked_of(wanted: Wanted, awake: Awake) -> Looked:
    """What is counted of a search: not even what matters most."""
    return Looked(wanted.interests, wanted.languages, awake.zone, awake.waking)


def vain_token(wish: Wish) -> str:
    """A search that found nobody as its page carries it, signed."""
    text = looked_of(wish.wanted, Awake(wish.clock, wish.waking)).text
    return sign(text) + base64.urlsafe_b64encode(text.encode()).decode()


def sign(text: str) -> str:
    """Our signature of a search."""
    return keyed_hash(current_app.extensions["settings"].secret_key, PURPOSE, text)


def read_token(token: str) -> Looked:
    """The search in a token; refused (422) when it is none of ours."""
    try:
        text = base64.b64decode(token[SIGNED:].encode(), b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        text = ""
    if not text or len(token) > LONGEST or not same(sign(text), token[:SIGNED]):
        raise Refused(said("This is no search of ours."), field="search")
    return searches.read_looked(text)


@pages.post("/searches")
@public
def count_search() -> tuple[str, int]:
    """Counts one search that found nobody."""
    looked, now = read_token(request.form.get("search", "")), datetime.now(UTC)
    write(db.session(), lambda s: searches.count(s, looked, now, caller()))
    return "", 204


def count_vain(wanted: Wanted, awake: Awake, now: datetime) -> None:
    """Counts a search of a program that found nobody; one too many is no fault of the answer."""
    looked = looked_of(wanted, awake)
    with suppress(Refused):  # the limit of its network
        write(db.session(), lambda s: searches.count(s, looked, now, caller()))
