"""An ambassador's page: who they are, why they fit, and their free times to choose from."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request

from ambassadors.core.interests import Profile
from ambassadors.core.matching import Match, explain
from ambassadors.core.refused import Refused
from ambassadors.core.slots import Diary, starts
from ambassadors.core.spans import minute_of
from ambassadors.core.zones import zone as tz
from ambassadors.extensions import db
from ambassadors.services.diary import load_diary
from ambassadors.services.standing import STANDING, Standing
from ambassadors.web.forms.prospect import Wish, read_start, read_wish
from ambassadors.web.security import public
from ambassadors.web.weeks import Week, read_day, week_of_starts

pages = Blueprint("choosing", __name__)

NOBODY = "This ambassador is not there, or takes no chats at present."


@pages.get("/ambassadors/<int:ambassador_id>")
@public
def ambassador(ambassador_id: int) -> str:
    """Times of one ambassador, a week at a time, in the reader's zone."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    wish = read_wish(request.args, standing.vocabulary, needs_interests=False)
    match = find_match(standing, ambassador_id, wish)
    diary = load_diary(session, ambassador_id, now, now + standing.horizon, now)
    wish = with_offered_length(wish, diary)
    return render_template(
        "prospect/ambassador.html",
        wish=wish,
        vocabulary=standing.vocabulary,
        match=match,
        now=now,
        times=read_times(wish, diary, now),
        lengths=diary.rules.lengths,
        path=f"/ambassadors/{ambassador_id}",
    )


@dataclass(frozen=True)
class Times:
    """A week of free times, and the time that was chosen before.

    `chosen` is free still, and `kept` is the same when this week does not show it; `gone` is a
    chosen time that is free no more.
    """

    week: Week
    chosen: datetime | None = None
    kept: datetime | None = None
    gone: datetime | None = None


def read_times(wish: Wish, diary: Diary, now: datetime) -> Times:
    """The week that the address names, else that of the chosen time, else that of the first."""
    chosen = read_start(request.args["start"]) if request.args.get("start") else None
    wanted = read_day(request.args.get("week", ""), "week")
    if wanted is None and chosen is not None:
        wanted = chosen.astimezone(tz(wish.clock)).date()
    free = free_starts(diary, wish.minutes, now)
    week = week_of_starts(free, wanted, wish.clock, now, diary.rules.horizon)
    if chosen is None:
        return Times(week)
    if minute_of(chosen) not in free:
        return Times(week, gone=chosen)
    return Times(week, chosen, None if week.shows(chosen) else chosen)


def find_match(standing: Standing, ambassador_id: int, wish: Wish) -> Match:
    """An active ambassador and how they fit, whatever the score; refused (404) for nobody."""
    return explain(wish.wanted, [find_profile(standing, ambassador_id)], standing.vocabulary)[0]


def find_profile(standing: Standing, ambassador_id: int) -> Profile:
    """An active ambassador; refused (404) for nobody."""
    place = standing.pool.places.get(ambassador_id)
    if place is None:
        raise Refused(NOBODY, status=404)
    return standing.pool.profiles[place]


def with_offered_length(wish: Wish, diary: Diary) -> Wish:
    """The wish, with a length that this ambassador offers."""
    lengths = diary.rules.lengths
    if wish.minutes in lengths or not lengths:
        return wish
    return replace(wish, minutes=min(lengths, key=lambda one: abs(one - wish.minutes)))


def free_starts(diary: Diary, minutes: int, now: datetime) -> list[int]:
    """All bookable starts up to the horizon, as epoch minutes."""
    end = now + timedelta(days=diary.rules.horizon + 1)
    return starts(diary, minute_of(now), minute_of(end), minutes, now)
