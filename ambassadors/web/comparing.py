"""Two or three students side by side: how each fits, what is missing, and when they are free."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext

from ambassadors.core.fit import Fit, fits
from ambassadors.core.matching import Match, explain
from ambassadors.core.refused import Refused
from ambassadors.core.slots import Diary
from ambassadors.extensions import db
from ambassadors.services.diary import load_diaries
from ambassadors.services.matching import next_moments
from ambassadors.services.standing import STANDING, Standing
from ambassadors.web.forms.prospect import Wish, read_wish
from ambassadors.web.prospect import render_home_again
from ambassadors.web.security import public

pages = Blueprint("comparing", __name__)

FEWEST, MOST = 2, 3
NEXT = 3  # free times of each

Page = str | tuple[str | bytes, int]


@dataclass(frozen=True)
class Compared:
    """One of those compared: the match, its fit by family and their next free times (UTC)."""

    match: Match
    fits: tuple[Fit, ...]
    next_starts: tuple[datetime, ...]


@pages.get("/compare")
@public
def compare() -> Page:
    """A table of those marked; says so when they are too few or too many, or some are gone."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    try:
        wish = read_wish(request.args, standing.vocabulary)
    except Refused as refusal:
        return render_home_again(refusal)
    asked = read_ids(request.args.getlist("with"))
    ids = [one for one in asked if one in standing.pool.places][:MOST]
    diaries = load_diaries(session, ids, now, now + standing.horizon, now)
    people = compare_all(standing, ids, diaries, wish, now)
    page = render_template(
        "prospect/compare.html",
        wish=wish,
        vocabulary=standing.vocabulary,
        people=people,
        now=now,
        remark=remark_on(asked, people),
    )
    return page if len(people) >= FEWEST else (page, 422)


def compare_all(
    standing: Standing, ids: list[int], diaries: dict[int, Diary], wish: Wish, now: datetime
) -> list[Compared]:
    """Those with these ids, in the order in which they were marked."""
    profiles = [standing.pool.profiles[standing.pool.places[one]] for one in ids]
    return [
        Compared(
            match,
            fits(match, standing.vocabulary),
            next_moments(diaries[match.profile.id], wish.minutes, now, NEXT),
        )
        for match in explain(wish.wanted, profiles, standing.vocabulary)
    ]


def read_ids(texts: list[str]) -> list[int]:
    """The ids in an address, each once; what is no id is nobody's."""
    known = (text for text in texts if text.isascii() and text.isdigit() and len(text) < 10)
    return list(dict.fromkeys(map(int, known)))


def remark_on(asked: list[int], people: list[Compared]) -> str:
    """What to say of who is not shown; nothing when all are."""
    if len(people) < FEWEST:
        text = gettext("Mark two or three students on the page of matches, then compare them.")
    elif len(asked) > MOST:
        text = gettext("Three at most stand side by side: these are the first three you marked.")
    elif len(people) < len(asked):
        text = gettext("One of those you marked takes no chats at present.")
    else:
        text = ""
    return str(text)
