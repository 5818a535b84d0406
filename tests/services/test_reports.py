"""Reports and timesheets: every figure is counted again, another way, from the raw rows."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global
from sqlalchemy import select

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Chat, ChatChange, Feedback, User, WaitingRequest
from ambassadors.services import demo, reports, timesheets
from ambassadors.services.reports import Asked
from ambassadors.services.writing import write
from tests.factories import load_vocabulary

NOW = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
BOSTON = ZoneInfo("America/New_York")
SIZES = demo.Sizes(ambassadors=6, prospects=60, chats=400, requests=40)
FIRST, LAST = date(2025, 3, 5), date(2026, 11, 20)
BOOKED = ("confirmed", "cancelled", "completed", "no_show")


@pytest.fixture(params=["settings", "postgres_settings"])
def crowd(request):
    app = create_app(request.getfixturevalue(request.param))
    with app.app_context():
        session = db.session()
        load_vocabulary(session)
        write(session, lambda s: demo.add_crowd(s, SIZES, 3, NOW))
        yield session
        db.session.remove()
        db.engine.dispose()


def inside(moment):
    return FIRST <= moment.astimezone(BOSTON).date() <= LAST


def monday(moment):
    day = moment.astimezone(BOSTON).date()
    first = day - timedelta(days=day.weekday())
    return f"{first:%b} {first.day}, {first.year}"


def term(moment):
    day = moment.astimezone(BOSTON)
    return f"{('Spring', 'Summer', 'Fall')[(day.month - 1) // 4]} {day.year}"


def family(name, labels):
    return lambda row: [labels[key] for key in row.interests if key.startswith(f"{name}/")]


def keys_for(by, names):
    labels = {
        "track/thesis": "Thesis option",
        "track/project": "Project option",
        "industry/aerospace": "Aerospace",
        "industry/automotive": "Automotive",
    }
    at = {
        "week": lambda row: [monday(getattr(row, "starts_at", row.created_at))],
        "term": lambda row: [term(getattr(row, "starts_at", row.created_at))],
        "zone": lambda row: [getattr(row, "prospect_zone", "") or row.time_zone],
        "country": lambda row: [
            get_global("zone_territories")[getattr(row, "prospect_zone", "") or row.time_zone]
        ],
        "ambassador": lambda row: [names.get(row.ambassador_id, "Nobody yet")],
    }
    return at.get(by) or family(by, labels)


def recount(session, by):
    """From rows, one at a time, with dictionaries."""
    chats, asks = (list(session.scalars(select(one))) for one in (Chat, WaitingRequest))
    names = {}
    for chat in chats:
        names[chat.ambassador_id] = session.get(User, chat.ambassador.user_id).name
    moved = {one.chat_id for one in session.scalars(select(ChatChange)) if one.action == "moved"}
    stars = {one.chat_id: one.rating for one in session.scalars(select(Feedback))}
    keys = keys_for(by, names)
    found = defaultdict(lambda: {"n": [0] * 6, "stars": [], "waits": []})
    for row in asks:
        for key in keys(row) if inside(row.created_at) else ():
            found[key]["n"][0] += 1
            found[key]["n"][1] += row.state == "matched"
    for chat in chats:
        if chat.status not in BOOKED or not inside(chat.starts_at):
            continue
        for key in keys(chat):
            held, missed = chat.status == "completed", chat.status == "no_show"
            for place, add in enumerate((1, held, missed, chat.id in moved), 2):
                found[key]["n"][place] += add
            if stars.get(chat.id):
                found[key]["stars"].append(stars[chat.id])
    for person in {chat.prospect_id for chat in chats}:
        theirs = [chat for chat in chats if chat.prospect_id == person]
        held = sorted((c for c in theirs if c.status == "completed"), key=lambda c: c.starts_at)
        asked = [c.created_at for c in theirs]
        asked += [one.created_at for one in asks if one.prospect_id == person]
        if held and inside(held[0].starts_at):
            for key in keys(held[0]):
                found[key]["waits"].append(held[0].starts_at - min(asked))
    return found


@pytest.mark.parametrize(
    "by", ["week", "term", "track", "industry", "zone", "country", "ambassador"]
)
def test_a_report_says_what_the_rows_say(crowd, by):
    made = reports.make_report(crowd, Asked(by, FIRST, LAST))
    expected = recount(crowd, by)
    seen = {}
    for row in made.rows:
        counts = [row.requests, row.matched, row.booked, row.held, row.no_shows, row.moved]
        if any(counts):
            label = row.key if by in ("zone", "country") else row.label
            seen[label] = (counts, row.stars, row.rated, row.wait)
    assert seen == {
        key: (one["n"], sum(one["stars"]), len(one["stars"]), middle(one["waits"]))
        for key, one in expected.items()
    }
    assert sum(one.rated for one in made.rows) > 50
    if made.total:
        assert made.total.booked == sum(one["n"][2] for one in expected.values())
        waits = [wait for one in expected.values() for wait in one["waits"]]
        assert made.total.wait == middle(waits)


def middle(waits):
    return timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None


@pytest.mark.parametrize(
    "asked",
    [
        Asked("nonsense", FIRST, LAST),
        Asked("week", LAST, FIRST),
        Asked("week", date(2001, 1, 1), LAST),
    ],
)
def test_what_is_no_report_is_refused(session, asked):
    with pytest.raises(Refused) as refusal:
        reports.make_report(session, asked)
    assert refusal.value.status == 422


def test_timesheets_add_up_to_the_chats_that_took_place(crowd):
    first = timesheets.week_of(crowd, date(2026, 10, 14), NOW)
    assert (first, first.weekday()) == (date(2026, 10, 11), 6)
    expected = defaultdict(int)
    for chat in crowd.scalars(select(Chat)):
        day = chat.starts_at.astimezone(BOSTON).date()
        if not first <= day < first + timedelta(days=7) or chat.ends_at > NOW:
            continue
        length = (chat.ends_at - chat.starts_at) // timedelta(minutes=1)
        worth = {"completed": length, "no_show": min(length, 15)}.get(chat.status, 0)
        expected[chat.ambassador_id] += worth
    loads = timesheets.week_loads(crowd, first, NOW)
    assert {one.ambassador_id: one.worked for one in loads if one.worked} == {
        id: minutes for id, minutes in expected.items() if minutes
    }
    lines = timesheets.write_csv(crowd, first, first + timedelta(days=6), NOW).splitlines()[1:]
    assert sum(int(line.split(",")[-3]) for line in lines) == sum(expected.values())
