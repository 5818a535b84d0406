"""Development only: every component in every state, the tokens, and each mail as it would go out.

What it shows is made here or by the samples of mails that coordinators see too; it needs no data.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request

from ambassadors.core.fit import fits
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.core.programme_file import parse_programme
from ambassadors.core.reporting import Figures
from ambassadors.core.spans import minute_of
from ambassadors.extensions import db
from ambassadors.mail.compose import Mail
from ambassadors.services.service import post_of
from ambassadors.services.settings.samples import every_sample
from ambassadors.translations import LOCALES, SOURCE, catalog
from ambassadors.web import charts
from ambassadors.web.assets import STATIC
from ambassadors.web.forms.prospect import Wish
from ambassadors.web.security import MAIL_POLICY, framed_by, shows_frames
from ambassadors.web.weeks import Times, week_of_starts
from config import ROOT, Settings

PROGRAMME = ROOT / "ambassadors" / "data" / "aim-programme.toml"
ASKED = ("track/thesis", "industry/aerospace", "industry/controls")
WANTED = Wanted(ASKED, frozenset({"track/thesis"}), ("en",))
KOLKATA, BOSTON = "Asia/Kolkata", "America/New_York"
TOKEN = re.compile(r"^ +--([\w-]+): ([^;]+);", re.M)

pages = Blueprint("styleguide", __name__, url_prefix="/styleguide")


def register(app: Flask) -> None:
    """Adds the pages on a developer's own machine."""
    settings: Settings = app.extensions["settings"]
    if settings.local and not settings.production:
        app.register_blueprint(pages)


@dataclass(frozen=True)
class Sample:
    """What a card of a match reads of an offer."""

    match: Match
    next_starts: tuple[datetime, ...]
    lengths: tuple[int, ...] = (20,)


@pages.get("")
def components() -> str:
    """Tokens, and what every page is made of."""
    vocabulary = read_vocabulary()
    light, dark = read_tokens()
    return render_template(
        "styleguide/components.html",
        tokens=light,
        dark_tokens=dark,
        vocabulary=vocabulary,
        wish=Wish(WANTED, KOLKATA),
        zones=(KOLKATA, BOSTON),
    )


@pages.get("/matches")
def matches() -> str:
    """What prospects choose among, and a chat."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    vocabulary = read_vocabulary()
    steps = [timedelta(days=day, minutes=15 * step) for day in (2, 3, 5) for step in range(9)]
    starts = [now + step for step in steps]
    offers = invent_offers(vocabulary, starts)
    return render_template(
        "styleguide/matches.html",
        now=now,
        wish=Wish(WANTED, KOLKATA),
        offers=offers,
        fits=[fits(one.match, vocabulary) for one in offers],
        starts=starts,
        times=invent_times(starts, now),
        drawn=charts.draw([Figures("a", "Week 1", booked=9, held=6, no_shows=1)], True),
        zones=(KOLKATA, BOSTON),
    )


@pages.get("/mails")
def mails() -> str:
    """Every mail as HTML and in plain text, in one of the languages that prospects read."""
    shows_frames()
    locale = read_locale()
    return render_template(
        "styleguide/mails.html",
        mails=samples(locale),
        locale=locale,
        languages=[(one, catalog(one).tag) for one in LOCALES],
    )


def read_locale() -> str:
    """The language asked for; the source's when there is no such one."""
    locale = request.args.get("in", SOURCE)
    return locale if locale in LOCALES else SOURCE


@pages.get("/mails/<name>.html")
def mail(name: str) -> Response:
    """One mail's HTML, shut in as in a mail program."""
    found = samples(read_locale()).get(name) or abort(404)
    framed_by(())
    response = Response(found.html)
    response.headers["Content-Security-Policy"] = f"{MAIL_POLICY}; frame-ancestors 'self'"
    return response


def samples(locale: str) -> dict[str, Mail]:
    """One mail of each kind, in the words that hold now, to a prospect who reads `locale`."""
    settings: Settings = current_app.extensions["settings"]
    return every_sample(post_of(db.session(), settings).service, datetime.now(UTC), locale)


def read_vocabulary() -> Vocabulary:
    """The programme's interests, from its file."""
    return parse_programme(tomllib.loads(PROGRAMME.read_text("utf-8")))


def read_tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The tokens by name, as light screens have them, and those that differ on dark ones."""
    light, dark, *_ = (STATIC / "css" / "tokens.css").read_text("utf-8").split("@media")
    return dict(TOKEN.findall(light)), dict(TOKEN.findall(dark))


def invent_offers(vocabulary: Vocabulary, starts: list[datetime]) -> list[Sample]:
    """A close match, one with misses, one without time for this length."""
    people = (
        Profile(1, "Ana Almeida", BOSTON, ("en", "pt"), frozenset(ASKED)),
        Profile(2, "Bo Li", KOLKATA, ("en", "zh"), frozenset(ASKED[1:2])),
        Profile(3, "Cy Fox", BOSTON, ("en",), frozenset(ASKED[:1])),
    )
    first, second, third = explain(WANTED, people, vocabulary)
    times = tuple(starts[:3])
    return [Sample(first, times), Sample(second, times[:1]), Sample(third, ())]


def invent_times(starts: list[datetime], now: datetime) -> dict[str, Times]:
    """Weeks with a choice, with one in another week, with one that is gone, with nothing free."""
    minutes = [minute_of(start) for start in starts]
    week = week_of_starts(minutes, None, KOLKATA, now, 28)
    late = week_of_starts(minutes, now.date() + timedelta(days=21), KOLKATA, now, 28)
    return {
        "A time is chosen": Times(week, chosen=starts[4]),
        "The choice lies in another week": Times(late, chosen=starts[4], kept=starts[4]),
        "The choice is gone": Times(week, gone=starts[2], near=tuple(starts[3:6])),
    }
