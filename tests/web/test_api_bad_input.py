"""Whatever is malformed gets a clear sentence and the right status, and nothing is written."""

import copy
import json

import pytest
from sqlalchemy import func, select

from ambassadors.models import Chat, Notice, Prospect, WaitingRequest
from tests.factories import make_ambassador
from tests.web.api_client import ALWAYS, in_days, iso, problem, wish

LONG = "x" * 10_000


@pytest.fixture
def ana(session):
    """An ambassador who can be booked around the clock."""
    return make_ambassador(session, hours=ALWAYS)


@pytest.fixture(autouse=True)
def nothing_is_written(session, ana):
    """After every test of this module."""
    yield
    session.rollback()
    tables = (Chat, Prospect, Notice, WaitingRequest)
    counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts == [0, 0, 0, 0]


def changed(body, path, value):
    """The body with one member replaced; None takes it out."""
    body = copy.deepcopy(body)
    *way, last = path.split(".")
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = value
    if value is None:
        del inner[last]
    return body


@pytest.mark.parametrize(
    ("path", "value", "field", "detail"),
    [
        ("start", None, "start", "“start” is missing."),
        ("start", 1893456000, "start", "“start” must be a time such as “2027-03-01T15:00:00Z”."),
        ("start", "soon", "start", "that exists"),
        ("start", "2027-02-31T15:00:00Z", "start", "that exists"),
        ("start", "2027-03-01T15:00:00", "start", "“start” needs its time zone"),
        ("start", "2027-03-01", "start", "“start” needs its time zone"),
        ("start", "2020-03-01T15:00:00Z", "start", "That time has passed."),
        ("start", "9999-12-31T23:59:59-12:00", "start", "A chat starts on a whole minute."),
        ("start", "9999-12-31T23:59:00Z", "start", "Chats can be booked"),
        ("prospect.name", "\u200b\u2060", "name", "Please say your name."),
        ("minutes", "30", "minutes", "“minutes” must be a whole number."),
        ("minutes", True, "minutes", "“minutes” must be a whole number."),
        ("minutes", 30.5, "minutes", "“minutes” must be a whole number."),
        ("minutes", 0, "minutes", "“minutes” must be 1 or more."),
        ("minutes", 10**30, "minutes", "“minutes” must be 240 or less."),
        ("minutes", 25, "start", "minutes"),
        ("ambassador", "1", "ambassador", "“ambassador” must be a whole number."),
        ("prospect", "me", "prospect", "“prospect” must be an object."),
        ("prospect.name", None, "prospect.name", "“prospect.name” is missing."),
        ("prospect.name", "", "prospect.name", "“prospect.name” must not be empty."),
        ("prospect.name", "  ", "name", "Please say your name."),
        ("prospect.name", LONG, "prospect.name", "has more than 120 characters"),
        ("prospect.name", "Pri\x00ya", "prospect.name", "must not contain control characters"),
        ("prospect.name", "Pri\ud800ya", "prospect.name", "characters that are no text"),
        ("prospect.name", "a\r\nBcc: b@example.org", "name", "characters that are no text"),
        ("prospect.email", "nobody", "email", "exactly one @"),
        ("prospect.email", "a@b@example.org", "email", "exactly one @"),
        ("prospect.email", LONG, "prospect.email", "has more than 254 characters"),
        ("prospect.email", "a\n@example.org", "email", "no spaces or control characters"),
        ("prospect.time_zone", "Mars/Base", "prospect.time_zone", "must be a time zone such as"),
        ("prospect.time_zone", "../../etc/passwd", "prospect.time_zone", "must be a time zone"),
        ("prospect.time_zone", LONG, "prospect.time_zone", "must be a time zone"),
        ("interests", "track/thesis", "interests", "“interests” must be a list."),
        ("interests", [1], "interests[0]", "“interests[0]” must be text."),
        ("interests", ["track/nothing"], "interests", "“track/nothing” is not an interest"),
        ("interests", [LONG], "interests", "… is not an interest".replace("… ", "…” ")),
        ("interests", ["track/thesis"] * 61, "interests", "Choose at most 60 interests."),
        ("most", ["topic/additive"], "most", "not among the interests"),
        ("languages", ["not a tag"], "languages", "is not a language tag"),
        ("question", LONG, "question", "“question” has more than 2000 characters."),
        ("question", "Why\x1b[31m?", "question", "must not contain control characters"),
        ("question", 5, "question", "“question” must be text."),
    ],
)
def test_a_malformed_booking_is_a_422_that_names_the_member(
    client, ana, path, value, field, detail
):
    answer = client.post("/api/v1/chats", json=changed(wish(ana, in_days(3)), path, value))
    status, named, sentence = problem(answer)
    assert (status, named) == (422, field)
    assert detail in sentence
    assert sentence.endswith((".", "?"))
    assert len(sentence) < 300


@pytest.mark.parametrize("away", ["2:07", "2:00:30"])
def test_a_start_off_the_grid_is_a_422(client, ana, away):
    start = f"{in_days(3):%Y-%m-%d}T0{away}Z".replace("2:07Z", "2:07:00Z")
    assert problem(client.post("/api/v1/chats", json=wish(ana, start)))[0] == 422


@pytest.mark.parametrize("days", [0, 40])
def test_a_start_within_the_notice_or_beyond_the_horizon_is_a_422(client, ana, days):
    start = in_days(days).replace(hour=0) if days else in_days(0)
    assert problem(client.post("/api/v1/chats", json=wish(ana, start)))[0] == 422


@pytest.mark.parametrize("ambassador", [0, -5, 4_000, 2**31, 10**30])
def test_an_ambassador_who_is_nobody_is_a_404(client, ana, ambassador):
    body = wish(ana, in_days(3)) | {"ambassador": ambassador}
    assert problem(client.post("/api/v1/chats", json=body)) == (
        404,
        None,
        "There is no such ambassador.",
    )


@pytest.mark.parametrize(
    ("data", "kind", "detail"),
    [
        (b"{", "application/json", "The body is not JSON."),
        (b"\xff\xfe", "application/json", "The body is not JSON."),
        (b"[" * 100_000, "application/json", "The body is not JSON."),
        (b'{"limit": ' + b"9" * 5000 + b"}", "application/json", "The body is not JSON."),
        (b"[]", "application/json", "The body must be a JSON object."),
        (b"null", "application/json", "The body must be a JSON object."),
        (b"interests=x", "application/x-www-form-urlencoded", "Send a JSON object"),
        (b"{}", "text/plain", "Send a JSON object"),
        (b"", "application/json", "“interests” is missing."),
    ],
)
def test_a_body_that_is_no_json_object_is_a_422(client, data, kind, detail):
    status, _, sentence = problem(client.post("/api/v1/matches", data=data, content_type=kind))
    assert status == 422
    assert detail in sentence


@pytest.mark.parametrize("depth", [20, 700, 850, *range(900, 1000, 10)])
def test_a_body_of_any_depth_is_a_422(client, ana, depth):
    body = json.dumps(wish(ana, in_days(3)))[:-1] + ', "more": ' + "[" * depth + "]" * depth + "}"
    kind, headers = "application/json", {"Idempotency-Key": "deep"}
    answer = client.post("/api/v1/chats", data=body, content_type=kind, headers=headers)
    status, _, sentence = problem(answer)
    assert status == 422
    assert sentence in (
        "The body holds more than 20 objects and lists in each other.",
        "The body is not JSON.",
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2027-03-01T10:00:00", "from"),
        ("to=2027-02-31T10:00:00Z", "to"),
        ("from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z", "to"),
        ("minutes=half", "minutes"),
        ("minutes=0", "minutes"),
        ("minutes=99999999999999999999", "minutes"),
        ("time_zone=Nowhere", "time_zone"),
        ("time_zone=UTC&time_zone=UTC", "time_zone"),
    ],
)
def test_a_malformed_window_is_a_422(client, ana, query, field):
    answer = client.get(f"/api/v1/ambassadors/{ana.id}/slots?{query}")
    assert problem(answer)[:2] == (422, field)


def test_empty_values_in_a_window_are_as_good_as_none(client, ana):
    answer = client.get(f"/api/v1/ambassadors/{ana.id}/slots?from=&to=&minutes=30&time_zone=")
    assert answer.status_code == 200


def test_time_first_needs_interests(client):
    assert problem(client.get("/api/v1/slots?from=&interests="))[:2] == (422, "interests")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"interests": []}, "interests"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"prospect": {"name": "Pat"}}, "prospect.email"),
        ({"prospect": {"name": "Pat", "email": "pat"}}, "email"),
    ],
)
def test_a_malformed_request_is_a_422(client, change, field):
    body = {
        "interests": ["track/thesis"],
        "time_zone": "UTC",
        "prospect": {"name": "Pat", "email": "pat@example.org"},
    }
    assert problem(client.post("/api/v1/requests", json=body | change))[:2] == (422, field)


def test_a_moment_of_a_move_is_checked_before_the_chat_is_looked_for(client):
    answer = client.post("/api/v1/chats/x/move", json={"start": iso(in_days(3))[:-1]})
    assert problem(answer)[:2] == (422, "start")
