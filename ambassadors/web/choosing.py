"""An ambassador's page: who they are, why they fit, and their free times to choose from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request

from ambassadors.core.interests import Profile
from ambassadors.core.matching import Match, explain
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import Diary, starts, why_not
from ambassadors.core.spans import minute_of
from ambassadors.extensions import db
from ambassadors.services.diary import load_diary
from ambassadors.services.standing import STANDING, Standing
from ambassadors.web.forms.prospect import Wish, read_start, read_wish
from ambassadors.web.security import public
from ambassadors.web.weeks import Times, read_day, times_of_week

pages = Blueprint("choosing", __name__)

NOBODY = said("This ambassador is not there, or takes no chats at present.")


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


def read_times(wish: Wish, diary: Diary, now: datetime) -> Times:
    """The week that the address names, with the time chosen before."""
    chosen = read_start(request.args["start"]) if request.args.get("start") else None
    wanted = read_day(request.args.get("week", ""), "week")
    free = free_starts(diary, wish.minutes, now)
    times = times_of_week(free, wanted, chosen, wish.clock, now, diary.rules.horizon)
    if times.gone is None:
        return times
    return replace(times, lengths=lengths_free(diary, minute_of(times.gone), now))


def lengths_free(diary: Diary, start: int, now: datetime) -> tuple[int, ...]:
    """The offered lengths for which an epoch minute can be booked."""
    return tuple(
        one for one in sorted(diary.rules.lengths) if why_not(diary, start, one, now) is None
    )


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
