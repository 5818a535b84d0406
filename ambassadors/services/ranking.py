"""The ranked list for programs: everyone who matches, also those without a free time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from ambassadors.core.interests import Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.core.slots import first_starts
from ambassadors.core.spans import moment_of
from ambassadors.services.diary import Diaries
from ambassadors.services.standing import STANDING, line_up


@dataclass(frozen=True)
class Ranked:
    """A match and their next start (UTC) for the length asked, None where there is none."""

    match: Match
    next_start: datetime | None


def rank(
    session: Session, wanted: Wanted, now: datetime, *, minutes: int, limit: int
) -> list[Ranked]:
    """The best `limit` matches, best first; a fixed number of queries."""
    standing = STANDING.read(session)
    diaries = Diaries(session, standing.offered, now, now + standing.horizon)
    line = line_up(session, standing, wanted, now, limit, diaries)
    people = [profile for _, profile in islice(line, limit)]
    opened = diaries.read([profile.id for profile in people])
    nexts = (first_starts(opened[profile.id], minutes, now, 1) for profile in people)
    matches = explain(wanted, people, standing.vocabulary)
    return [
        Ranked(match, moment_of(found[0]) if found else None)
        for match, found in zip(matches, nexts, strict=True)
    ]
