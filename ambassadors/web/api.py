"""The API, version 1: what there is to find. Thin over the services that the pages use."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response

from ambassadors.core.interests import wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import starts
from ambassadors.core.spans import ceil_minute_of
from ambassadors.core.waking import WAKING, Awake, read_waking
from ambassadors.extensions import csrf, db
from ambassadors.services import matching, ranking, waiting
from ambassadors.services.diary import load_diary
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import api_chats, api_systems
from ambassadors.web import api_schemas as schemas
from ambassadors.web.api_json import answer, answer_named_slots, answer_slots, match_of
from ambassadors.web.api_spec import documented, refuse_unreadable, write_openapi
from ambassadors.web.network import caller
from ambassadors.web.searches import count_vain
from ambassadors.web.security import public
from ambassadors.web.speaking import language, speak

pages = Blueprint("api", __name__, url_prefix="/api")

FARTHEST = timedelta(days=181)  # beyond the longest horizon there can be
NEXT_SLOT = 30  # minutes


def register(app: Flask) -> None:
    """Adds the API; nothing in it looks at a cookie, so nothing needs a CSRF token."""
    for part in (pages, api_systems.pages, api_chats.pages):
        csrf.exempt(part)
        app.register_blueprint(part)


pages.before_request(refuse_unreadable)


def clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


@pages.get("/openapi.json")
@public
def show_openapi() -> Response:
    """This API, as OpenAPI 3.1."""
    return answer(write_openapi())


@pages.get("/v1/interests")
@public
@documented(schemas.InterestsAnswer)
def list_interests() -> Response:
    """All interests that can be asked for, by family, in the programme's order."""
    families = [
        {
            "key": family.key,
            "label": speak(family.label),
            "role": family.role,
            "items": [{"key": item.key, "label": speak(item.label)} for item in family.items],
        }
        for family in vocabulary(db.session()).families
    ]
    return answer({"families": families})


@pages.post("/v1/matches")
@documented(schemas.MatchesAnswer)
def list_matches(json: schemas.Matching) -> Response:
    """Ambassadors for these interests, best first, with the reasons and the next free slot; after
    them, with `next_slot` null, those without a time in common.
    """
    session = db.session()
    asked = wanted(vocabulary(session), json.interests, json.most, json.languages)
    awake = Awake(json.time_zone, waking_of(json.awake))
    now = clock()
    ranked = ranking.rank(session, asked, now, awake, minutes=NEXT_SLOT, limit=json.limit)
    if not any(one.next_start for one in ranked):
        count_vain(asked, awake, now)
    return answer({"matches": [match_of(one.match, one.next_start, NEXT_SLOT) for one in ranked]})


@pages.get("/v1/ambassadors/<int:ambassador_id>/slots")
@documented(schemas.SlotsAnswer, 404)
def list_slots(ambassador_id: int, query: schemas.Window) -> Response:
    """The starts at which this ambassador can be booked."""
    now = clock()
    start, end = clipped(query, now)
    diary = load_diary(db.session(), ambassador_id, start, end, now)
    first, last = ceil_minute_of(start), ceil_minute_of(end)
    return answer_slots(starts(diary, first, last, query.minutes, now), query.minutes)


@pages.get("/v1/slots")
@documented(schemas.NamedSlotsAnswer)
def list_soonest(query: schemas.MatchingWindow) -> Response:
    """Time first: every start at which any match is free, the best match named."""
    session, now = db.session(), clock()
    asked = wanted(vocabulary(session), query.interests, query.most, query.languages)
    start, end = clipped(query, now)
    line, places = matching.place_starts(session, asked, start, end, query.minutes, now)
    return answer_named_slots(line, places, query.minutes)


def waking_of(awake: schemas.Awake | None) -> tuple[int, int]:
    """From when to when, in minutes of the day."""
    if awake is None:
        return WAKING
    try:
        return read_waking(awake.from_, awake.to)
    except Refused as refusal:
        raise Refused(refusal.text, field="awake") from refusal


def clipped(window: schemas.Window, now: datetime) -> tuple[datetime, datetime]:
    """The window within what can be booked at all; beginning in the past is no fault."""
    start, end = window.from_ or now, window.to or now + FARTHEST
    if end < start:
        raise Refused(said("“to” must not be before “from”."), field="to")
    return min(max(start, now), now + FARTHEST), min(max(end, now), now + FARTHEST)


@pages.post("/v1/requests")
@documented(schemas.RequestAnswer, 429, status=201)
def ask_to_be_matched(json: schemas.Asking) -> Response:
    """Puts a prospect on the list of those whom a coordinator will match."""
    ask = waiting.Ask(
        name=json.prospect.name,
        email=json.prospect.email,
        zone=json.time_zone,
        interests=json.interests,
        most=json.most,
        languages=json.languages,
        question=json.question,
        waking=waking_of(json.awake),
        network=caller(),
        locale=language().locale,
    )
    row = write(db.session(), lambda session: waiting.ask(session, ask, clock()))
    return answer({"request": {"id": row.uid, "state": row.state}}, 201)
