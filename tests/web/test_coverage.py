"""The coverage map in pages, and how searches that found nobody come to be on it."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Search
from tests.counting import counted
from tests.factories import make_ambassador
from tests.web.browser import open_page
from tests.web.staff import as_coordinator, make_request

HERE = "/coordinator/coverage"
ROBOTS = "/matches?interest=research-center/robotics&zone=Asia/Kolkata"


@pytest.fixture
def ana(session: Session) -> Ambassador:
    """Thesis, Monday to Friday nine to five in Boston."""
    return make_ambassador(session, interests=["track/thesis"])


def token_of(client: FlaskClient, address: str) -> str:
    """What the page of a search that found nobody sends back."""
    found = re.search(r'data-vain="([^"]+)"', client.get(address).get_data(as_text=True))
    return found[1] if found else ""


def looked_for(session: Session) -> list[tuple[list[str], str, int]]:
    rows = session.scalars(select(Search).order_by(Search.id))
    return [(row.interests, row.zone, row.count) for row in rows]


def test_a_search_that_found_nobody_counts_when_its_page_says_so_and_not_before(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    token = token_of(client, ROBOTS)
    assert looked_for(session) == []
    assert client.post("/searches", data={"search": token}).status_code == 204
    session.rollback()
    assert looked_for(session) == [(["research-center/robotics"], "Asia/Kolkata", 1)]


def test_a_search_that_found_somebody_is_not_counted(client: FlaskClient, ana: Ambassador) -> None:
    assert token_of(client, "/matches?interest=track/thesis") == ""
    assert token_of(client, "/soonest?interest=track/thesis") == ""
    assert token_of(client, "/soonest?interest=research-center/robotics") != ""


@pytest.mark.parametrize("spoilt", ["", "x", "{}x", "0{}", "é" * 80])
def test_a_search_that_we_have_not_signed_is_refused(
    client: FlaskClient, ana: Ambassador, spoilt: str
) -> None:
    token = spoilt.format(token_of(client, ROBOTS))
    assert client.post("/searches", data={"search": token}).status_code == 422


def test_a_search_of_a_program_is_counted(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    for key in ("track/thesis", "research-center/robotics"):
        body = {"interests": [key], "time_zone": "Asia/Kolkata"}
        assert client.post("/api/v1/matches", json=body).status_code == 200
    session.rollback()
    assert looked_for(session) == [(["research-center/robotics"], "Asia/Kolkata", 1)]


def test_the_worst_gap_is_a_sentence_that_leads_to_its_people(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    token = token_of(client, ROBOTS)
    for _ in range(3):
        client.post("/searches", data={"search": token})
    desk = as_coordinator(client, session)
    page = open_page(desk, HERE)
    sentence = "3 look for Institute for Experiential Robotics; no ambassador knows it."
    people = open_page(desk, page.link(sentence))
    assert "No ambassador knows it." in people.text
    assert "Institute for Experiential Robotics Kolkata 3" in people.text


def test_from_the_map_to_an_interest_to_the_people_of_an_hour(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    make_request(session)
    desk = as_coordinator(client, session)
    week = open_page(desk, open_page(desk, HERE).link("Thesis option"))
    assert week.text.count(" h") >= 56
    people = open_page(desk, f"{HERE}/people?interest=track/thesis&cell=11")
    assert "Thesis option, Tuesday 9–12" in people.text
    assert people.link("Ana Almeida") == f"/coordinator/ambassadors/{ana.id}"
    assert "12 hours" in people.text


def test_the_file_has_every_cell_and_the_same_hours(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    answer = as_coordinator(client, session).get(f"{HERE}/map.csv?zone=America/New_York")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 8 * 56  # seven interests, and all together
    thesis = [row for row in rows if row["interest"] == "track/thesis"]
    free = {(row["weekday"], row["from"]) for row in thesis if float(row["free_hours"])}
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert free == {(day, hour) for day in days for hour in ("09:00", "12:00", "15:00")}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?zone=Nowhere&days=7", 200),
        ("?interest=none/such", 404),
        ("/people?cell=56", 404),
        ("/people?cell=²", 404),
        ("/people", 200),
    ],
)
def test_what_makes_no_sense_is_no_fault_of_ours(
    session: Session, client: FlaskClient, ana: Ambassador, query: str, status: int
) -> None:
    assert open_page(as_coordinator(client, session), HERE + query).status == status


def test_the_map_takes_as_many_queries_with_one_person_as_with_three(
    session: Session, client: FlaskClient, ana: Ambassador
) -> None:
    desk, taken = as_coordinator(client, session), []
    for rows in (1, 2):
        for n in range(rows):
            make_ambassador(session, f"Person {rows}{n}")
            make_request(session, f"Name{rows}{n} Chen")
        open_page(desk, HERE)
        session.rollback()
        with counted() as statements:
            open_page(desk, HERE)
        taken.append(len([one for one in statements if one.startswith("SELECT")]))
    assert taken[0] == taken[1]
