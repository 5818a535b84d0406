"""The API finds: interests, matches, slots; and takes requests."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ambassadors.models import WaitingRequest
from tests.factories import load_vocabulary, make_ambassador, make_chat
from tests.web.api_client import ALWAYS, in_days, iso, problem

WISH = {"interests": ["track/thesis", "industry/automotive"], "time_zone": "Asia/Calcutta"}
AFTERNOON = "; ".join(f"{day} 14:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
PERSON = {"name": "Pat", "email": "pat@example.org"}


def test_interests_come_by_family_in_the_programmes_order(client, session):
    load_vocabulary(session)
    families = client.get("/api/v1/interests").get_json()["families"]
    assert [family["key"] for family in families] == [
        "research-center",
        "track",
        "industry",
        "topic",
    ]
    assert families[1] == {
        "key": "track",
        "label": "Track",
        "role": "core",
        "items": [
            {"key": "track/thesis", "label": "Thesis option"},
            {"key": "track/project", "label": "Project option"},
        ],
    }


def test_matches_come_best_first_with_reasons_misses_and_the_next_slot(client, session):
    make_ambassador(session, name="Bo", interests=["track/thesis"], hours=ALWAYS, bio="Hi")
    both = make_ambassador(session, name="Ana", interests=WISH["interests"], hours=ALWAYS)
    make_ambassador(session, name="Nobody", interests=["topic/additive"])
    matches = client.post("/api/v1/matches", json=WISH).get_json()["matches"]
    assert [(one["ambassador"]["name"], one["score"]) for one in matches] == [
        ("Ana", 100),
        ("Bo", 50),
    ]
    assert matches[0]["ambassador"]["id"] == both.id
    assert matches[1]["ambassador"]["bio"] == "Hi"
    assert [reason["interest"] for reason in matches[1]["reasons"]] == ["track/thesis"]
    assert sum(reason["points"] for reason in matches[1]["reasons"]) == matches[1]["score"]
    assert [miss["interest"] for miss in matches[1]["misses"]] == ["industry/automotive"]


def test_whoever_has_no_time_in_common_comes_after_all_others_without_a_slot(client, session):
    make_ambassador(session, name="Full", interests=WISH["interests"], hours="")
    make_ambassador(session, name="Night", interests=WISH["interests"], hours=AFTERNOON)
    make_ambassador(session, name="Bo", interests=["track/thesis"], hours=ALWAYS)
    make_ambassador(session, name="German", interests=["track/thesis"], languages=["de"])
    wish = WISH | {"languages": ["en"]}
    matches = client.post("/api/v1/matches", json=wish).get_json()["matches"]
    found = [(one["ambassador"]["name"], one["next_slot"] is None) for one in matches]
    assert (found[0], sorted(found[1:])) == (("Bo", False), [("Full", True), ("Night", True)])
    wish["awake"] = {"from": "00:00", "to": "24:00"}
    matches = client.post("/api/v1/matches", json=wish).get_json()["matches"]
    assert [one["ambassador"]["name"] for one in matches] == ["Night", "Bo", "Full"]


@pytest.mark.parametrize(
    ("awake", "field"),
    [
        ({"from": "22:00", "to": "07:00"}, "awake"),
        ({"from": "soon", "to": "07:00"}, "awake"),
        ({"from": "07:00:00"}, "awake.from"),
        ("always", "awake"),
    ],
)
def test_waking_hours_that_make_no_sense_are_refused(client, session, awake, field):
    load_vocabulary(session)
    answer = client.post("/api/v1/matches", json=WISH | {"awake": awake})
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    answer = client.post("/api/v1/requests", json=WISH | {"prospect": PERSON, "awake": awake})
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_a_request_keeps_when_the_prospect_is_awake(client, session):
    load_vocabulary(session)
    wish = WISH | {"prospect": PERSON, "awake": {"from": "05:30"}}
    assert client.post("/api/v1/requests", json=wish).status_code == 201
    assert session.scalars(select(WaitingRequest)).one().awake.texts == ("05:30", "22:00")


def test_a_family_put_before_a_whole_key_does_no_harm(client, session):
    make_ambassador(session, name="Bo", interests=["track/thesis"], hours=ALWAYS)
    wish = WISH | {"interests": ["track/track/thesis"]}
    matches = client.post("/api/v1/matches", json=wish).get_json()["matches"]
    assert [reason["interest"] for reason in matches[0]["reasons"]] == ["track/thesis"]


def test_the_next_slot_of_a_match_is_the_first_of_its_slots(client, session):
    ana = make_ambassador(session, hours=ALWAYS)
    matches = client.post("/api/v1/matches", json=WISH).get_json()["matches"]
    slots = client.get(f"/api/v1/ambassadors/{ana.id}/slots").get_json()["slots"]
    assert matches[0]["next_slot"] == slots[0]


def test_no_more_matches_come_than_asked_for(client, session):
    for _ in range(3):
        make_ambassador(session)
    assert len(client.post("/api/v1/matches", json=WISH | {"limit": 2}).get_json()["matches"]) == 2


def test_what_matters_most_and_languages_count(client, session):
    make_ambassador(session, name="Thesis", interests=["track/thesis"], languages=["en"])
    make_ambassador(session, name="Cars", interests=["industry/automotive"], languages=["pt-BR"])
    make_ambassador(session, name="German", interests=WISH["interests"], languages=["de"])
    wish = WISH | {"most": ["industry/automotive"], "languages": ["en", "pt"]}
    matches = client.post("/api/v1/matches", json=wish).get_json()["matches"]
    assert {one["ambassador"]["name"] for one in matches} == {"Cars", "Thesis"}


def test_slots_stand_every_quarter_hour_in_utc(client, session):
    ana = make_ambassador(session, hours=ALWAYS)
    start = in_days(3)
    window = {"from": iso(start), "to": iso(start + timedelta(hours=1)), "time_zone": "Asia/Tokyo"}
    slots = client.get(f"/api/v1/ambassadors/{ana.id}/slots", query_string=window).get_json()
    expected = [start + timedelta(minutes=15 * n) for n in range(4)]
    half = timedelta(minutes=30)
    assert slots["slots"] == [{"start": iso(one), "end": iso(one + half)} for one in expected]


def test_a_window_is_clipped_and_never_refused_for_its_past_or_its_length(client, session):
    ana = make_ambassador(session, hours=ALWAYS)
    address = f"/api/v1/ambassadors/{ana.id}/slots"
    everything = client.get(address).get_json()
    far = {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-12:00"}
    assert len(everything["slots"]) > 2000
    assert client.get(address, query_string=far).get_json()["slots"][0] == everything["slots"][0]
    gone = {"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"}
    assert client.get(address, query_string=gone).get_json() == {"slots": []}


def test_a_plus_that_nobody_escaped_is_understood(client, session):
    ana = make_ambassador(session, hours=ALWAYS)
    start = in_days(3)
    window = f"from={start:%Y-%m-%dT%H:%M:%S}+00:00&to={start + timedelta(hours=1):%Y-%m-%dT%H:%MZ}"
    slots = client.get(f"/api/v1/ambassadors/{ana.id}/slots?{window}").get_json()["slots"]
    assert slots[0]["start"] == iso(start)


def test_taken_times_are_no_slots(client, session):
    ana = make_ambassador(session, hours=ALWAYS)
    start = in_days(3)
    make_chat(session, ana, start, in_days(0))
    window = {"from": iso(start), "to": iso(start + timedelta(hours=1))}
    slots = client.get(f"/api/v1/ambassadors/{ana.id}/slots", query_string=window).get_json()
    assert [slot["start"] for slot in slots["slots"]] == [iso(start + timedelta(minutes=45))]


@pytest.mark.parametrize("joined", [True, False])
def test_time_first_names_the_best_match_free_then(client, session, joined):
    best = make_ambassador(session, name="Best", interests=WISH["interests"], hours=ALWAYS)
    make_ambassador(session, name="Second", interests=["track/thesis"], hours=ALWAYS)
    start = in_days(3)
    make_chat(session, best, start, in_days(0))
    asked = [",".join(WISH["interests"])] if joined else WISH["interests"]
    window = {"from": iso(start), "to": iso(start + timedelta(hours=1)), "interests": asked}
    slots = client.get("/api/v1/slots", query_string=window).get_json()["slots"]
    assert [(slot["ambassador"]["name"], slot["score"]) for slot in slots] == [
        *[("Second", 50)] * 3,
        ("Best", 100),
    ]


def test_a_request_waits_for_a_coordinator(client, session):
    load_vocabulary(session)
    body = {"interests": ["track/thesis"], "time_zone": "Asia/Calcutta", "prospect": PERSON}
    answer = client.post("/api/v1/requests", json=body)
    row = session.scalars(select(WaitingRequest)).one()
    assert answer.status_code == 201
    assert answer.get_json() == {"request": {"id": row.uid, "state": "waiting"}}
    assert (row.name, row.time_zone, row.interests) == ("Pat", "Asia/Kolkata", ["track/thesis"])


def test_unknown_addresses_and_methods_are_problems_too(client):
    assert problem(client.get("/api/v1/nothing"))[0] == 404
    assert problem(client.get("/api/v1/ambassadors/99999999999999999999/slots"))[0] == 404
    answer = client.delete("/api/v1/matches")
    assert problem(answer)[0] == 405
    assert "POST" in answer.headers["Allow"]
