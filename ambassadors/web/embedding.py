"""What other sites show of us in a frame: interests, matches, one ambassador, free times.

Nothing here asks for a cookie, sets one, or changes anything: there is no POST below /embed, so
that a stolen click steals nothing. Booking begins on our own site, in a tab of its own.
See docs/decisions/frames-end-before-booking.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from sqlalchemy.orm import Session

from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.settings.origins import is_local
from ambassadors.core.zones import canonical
from ambassadors.extensions import db
from ambassadors.services import matching
from ambassadors.services.diary import load_diary
from ambassadors.services.matching import next_moments
from ambassadors.services.programme import vocabulary as read_vocabulary
from ambassadors.services.settings.current import current
from ambassadors.services.standing import STANDING
from ambassadors.web.choosing import find_match, read_times, with_offered_length
from ambassadors.web.finding import shown_of
from ambassadors.web.forms.prospect import Pairs, Wish, read_wish
from ambassadors.web.keeping import render_kept
from ambassadors.web.prospect import PARTS, any_detail, languages_of
from ambassadors.web.security import framed_by, public
from config import ROOT

THEMES = ("light", "dark")
CARD_TIMES = 3
SCRIPT = ROOT / "static/embed/embed.js"
SHORT = "public, max-age=300, must-revalidate"  # a new script counts everywhere in five minutes

pages = Blueprint("embedding", __name__, url_prefix="/embed")
script = Blueprint("embed_script", __name__)

Page = str | bytes | tuple[str, int]


def register(app: Flask) -> None:
    """Adds the pages and the script that puts them into others."""
    app.register_blueprint(pages)
    app.register_blueprint(script)


@script.get("/embed.js")
@public
def embed_js() -> Response:
    """The script of the snippet: open to every page, kept shortly, as its address never changes."""
    response = Response(SCRIPT.read_bytes(), mimetype="text/javascript")
    response.last_modified = datetime.fromtimestamp(SCRIPT.stat().st_mtime, UTC)
    response.headers["Cache-Control"] = SHORT
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


def listed_origins(session: Session) -> tuple[str, ...]:
    """The origins whose pages may frame us; those of somebody's own machine in development only."""
    origins = current(session).origins
    if not current_app.extensions["settings"].production:
        return origins
    return tuple(one for one in origins if not is_local(one))


@pages.before_request
def let_be_framed() -> None:
    """Says to browsers, and to the page's own script, who may frame this answer."""
    g.origins = listed_origins(db.session())
    framed_by(g.origins)


@pages.app_template_global()
def frame_origins() -> Sequence[str]:
    """Whom the page in the frame may tell its height."""
    origins: Sequence[str] = g.get("origins", ())
    return origins


@pages.app_template_global()
def frame_theme() -> str:
    """Light or dark, when the page around has chosen; empty: as the reader's system is."""
    theme = request.args.get("theme", "")
    return theme if theme in THEMES else ""


@pages.app_template_global()
def frame_look() -> Pairs:
    """What the page around has chosen and every link carries along: theme and language."""
    return tuple((name, request.args[name]) for name in ("theme", "lang") if request.args.get(name))


@dataclass(frozen=True)
class FramedWish(Wish):
    """A wish whose links and forms carry the frame's look along."""

    look: Pairs = ()

    @cached_property
    def choices(self) -> Pairs:
        """What a form carries along, less zone and minutes."""
        return (*super().choices, *self.look)


def read_framed_wish(vocabulary: Vocabulary, *, needs_interests: bool = True) -> FramedWish:
    """The wish in the address; Refused with a sentence that names the field."""
    wish = read_wish(request.args, vocabulary, needs_interests=needs_interests)
    return FramedWish(
        **{one.name: getattr(wish, one.name) for one in fields(wish)}, look=frame_look()
    )


@pages.get("/")
@public
def home() -> Page:
    """The form of interests; those that the page around has chosen are ticked."""
    return render_home({})


def render_home(errors: dict[str, str], status: int = 200) -> tuple[str, int]:
    """The form as the address fills it in, with what is wrong beside its parts."""
    session = db.session()
    vocabulary = read_vocabulary(session)
    most = request.args.getlist("most")
    chosen = {*request.args.getlist("interest"), *most}
    page = render_template(
        "embed/home.html",
        vocabulary=vocabulary,
        chosen=chosen,
        most=most,
        detailed=any_detail(vocabulary, chosen),
        languages=languages_of(STANDING.read(session)),
        spoken=request.args.getlist("language"),
        zone=canonical(request.args.get("zone", "")),
        errors=errors,
    )
    return page, status


@pages.get("/matches")
@public
def matches() -> Page:
    """Who fits best, each with the reasons and their next free times."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    try:
        wish = read_framed_wish(standing.vocabulary)
    except Refused as refusal:
        part = refusal.field if refusal.field in PARTS else "interests"
        return render_home({part: refusal.text}, refusal.status)
    found = matching.find(
        session, wish.wanted, now, minutes=wish.minutes, awake=wish.awake, standing=standing
    )
    return render_kept(
        "embed/matches.html",
        (standing.version, wish, shown_of(found), g.origins),
        now,
        wish=wish,
        vocabulary=standing.vocabulary,
        found=found,
    )


@pages.get("/ambassadors/<int:ambassador_id>")
@public
def ambassador(ambassador_id: int) -> Page:
    """Free times of one ambassador; the one chosen is booked on our own site."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    wish: Wish = read_framed_wish(standing.vocabulary, needs_interests=False)
    match = find_match(standing, ambassador_id, wish)
    diary = load_diary(session, ambassador_id, now, now + standing.horizon, now)
    wish = with_offered_length(wish, diary)
    return render_template(
        "embed/ambassador.html",
        wish=wish,
        vocabulary=standing.vocabulary,
        match=match,
        now=now,
        times=read_times(wish, diary, now),
        lengths=diary.rules.lengths,
        path=f"/embed/ambassadors/{ambassador_id}",
    )


@pages.get("/cards/<int:ambassador_id>")
@public
def card(ambassador_id: int) -> Page:
    """A card of one ambassador: who they are, what they know, when they are free next."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    wish: Wish = read_framed_wish(standing.vocabulary, needs_interests=False)
    profile = find_match(standing, ambassador_id, wish).profile
    diary = load_diary(session, ambassador_id, now, now + standing.horizon, now)
    wish = with_offered_length(wish, diary)
    order = standing.vocabulary.order
    known = sorted((key for key in profile.interests if key in order), key=order.__getitem__)
    return render_template(
        "embed/card.html",
        wish=wish,
        profile=profile,
        now=now,
        known=[standing.vocabulary.item(key) for key in known],
        starts=next_moments(diary, wish.minutes, now, CARD_TIMES),
    )
