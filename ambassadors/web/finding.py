"""Finding somebody to talk with: the best matches, or the soonest times."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, request
from sqlalchemy.orm import Session

from ambassadors.core.hours import local_date
from ambassadors.core.refused import Refused
from ambassadors.core.spans import minute_of
from ambassadors.core.zones import zone as tz
from ambassadors.extensions import db
from ambassadors.services import matching
from ambassadors.services.matching import Found, Soonest
from ambassadors.services.standing import STANDING
from ambassadors.web.forms.prospect import Wish, read_wish
from ambassadors.web.keeping import render_kept
from ambassadors.web.prospect import languages_of, render_home_again
from ambassadors.web.security import public
from ambassadors.web.weeks import DAY, PART_OF, midnight, read_day

pages = Blueprint("finding", __name__)

MOST_SHOWN = 10  # matches on a page
STRIP = 7 * DAY  # to choose from at once

Page = str | bytes | tuple[bytes, int]
Run = tuple[Soonest, ...]  # with one person


@pages.get("/matches")
@public
def matches() -> Page:
    """Who fits best, each with the reasons and their next free times."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    try:
        wish = read_wish(request.args, standing.vocabulary)
    except Refused as refusal:
        return render_home_again(refusal)
    found = matching.find(
        session,
        wish.wanted,
        now,
        minutes=wish.minutes,
        awake=wish.awake,
        standing=standing,
        limit=MOST_SHOWN,
    )
    unspoken = not (found.offers or found.passed_over) and any_language_would_do(session, wish, now)
    return render_kept(
        "prospect/matches.html",
        (standing.version, wish, shown_of(found), unspoken),
        now,
        languages=languages_of(standing),
        most=MOST_SHOWN,
        wish=wish,
        vocabulary=standing.vocabulary,
        found=found,
        unspoken=unspoken,
    )


def shown_of(found: Found) -> Hashable:
    """What the page shows of a finding beyond what follows from wish and data version."""
    offers = tuple((one.match.profile.id, one.next_starts or one.lengths) for one in found.offers)
    return offers, found.full, found.asleep


def any_language_would_do(session: Session, wish: Wish, now: datetime) -> bool:
    """Whether only the languages stand between a prospect and somebody who fits."""
    if not wish.wanted.languages:
        return False
    found = matching.find(session, wish.in_any_language.wanted, now, minutes=wish.minutes, limit=1)
    return bool(found.offers or found.full)


@dataclass(frozen=True)
class Strip:
    """Some days in a row and, for one of them, when somebody who fits is free.

    `counts` has the number of times of each day, `parts` the chosen day's times by part of the
    day, those in a row with the same person together. `before` and `after` begin the strips to
    page to; `elsewhere` is the next time at all, looked for when the strip has none.
    """

    counts: tuple[tuple[date, int], ...]
    chosen: date
    parts: tuple[tuple[str, tuple[Run, ...]], ...]
    before: date | None
    after: date | None
    elsewhere: Soonest | None


@pages.get("/soonest")
@public
def soonest() -> Page:
    """Time first: on a day, every time at which somebody who fits is free, best match named."""
    session, now = db.session(), datetime.now(UTC)
    standing = STANDING.read(session)
    try:
        wish = read_wish(request.args, standing.vocabulary)
    except Refused as refusal:
        return render_home_again(refusal)
    wanted = read_day(request.args.get("day", ""), "day")
    strip = find_strip(session, wish, wanted, now, now + standing.horizon)
    return render_kept(
        "prospect/soonest.html",
        (standing.version, wish, shown_in(strip)),
        now,
        languages=languages_of(standing),
        wish=wish,
        vocabulary=standing.vocabulary,
        strip=strip,
    )


def shown_in(strip: Strip) -> Hashable:
    """What the page shows of a strip beyond what follows from wish and data version."""
    times = (one for _, runs in strip.parts for run in runs for one in run)
    named = tuple((one.minute, one.profile.id) for one in times)
    elsewhere = strip.elsewhere and (strip.elsewhere.minute, strip.elsewhere.profile.id)
    return strip.counts, strip.chosen, strip.before, strip.after, named, elsewhere


def find_strip(
    session: Session, wish: Wish, wanted: date | None, now: datetime, farthest: datetime
) -> Strip:
    """The strip that holds the wanted day, counted from the reader's today."""
    zone = wish.clock
    today = local_date(zone, minute_of(now))
    first = max(today, wanted or today)
    first -= (first - today) % STRIP
    begin, end = midnight(first, zone), midnight(first + STRIP, zone)
    times = matching.soonest(session, wish.wanted, begin, end, wish.minutes, now)
    days = [first + n * DAY for n in range(STRIP // DAY)]
    by_day = {day: held for day in days if (held := of_day(times, day, zone))}
    chosen = wanted if wanted in days else min(by_day, default=first)
    return Strip(
        counts=tuple((day, len(by_day.get(day, ()))) for day in days),
        chosen=chosen,
        parts=parts_of(by_day.get(chosen, ()), zone),
        before=first - STRIP if first > today else None,
        after=first + STRIP if end <= farthest else None,
        elsewhere=None if times else find_next(session, wish, now, farthest),
    )


def of_day(times: Sequence[Soonest], day: date, zone: str) -> Sequence[Soonest]:
    """Those of the times, which are in order, that fall on the reader's day."""
    begin, end = (minute_of(midnight(one, zone)) for one in (day, day + DAY))
    first = bisect_left(times, begin, key=attrgetter("minute"))
    return times[first : bisect_left(times, end, key=attrgetter("minute"))]


def find_next(session: Session, wish: Wish, now: datetime, farthest: datetime) -> Soonest | None:
    """The first time at all at which somebody who fits is free."""
    times = matching.soonest(session, wish.wanted, now, farthest, wish.minutes, now)
    return times[0] if times else None


def parts_of(times: Iterable[Soonest], zone: str) -> tuple[tuple[str, tuple[Run, ...]], ...]:
    """A day's times by part of the day and by person; empty parts are left out."""
    parts: dict[str, list[Soonest]] = {}
    for one in times:
        hour = one.start.astimezone(tz(zone)).hour
        parts.setdefault(PART_OF[hour], []).append(one)
    return tuple((name, runs_of(some)) for name, some in parts.items())


def runs_of(times: Iterable[Soonest]) -> tuple[Run, ...]:
    """Times in order, those that follow each other with the same person in one run."""
    return tuple(tuple(run) for _, run in groupby(times, key=lambda one: one.profile.id))
