"""Who is free only while a prospect sleeps is no match, until the prospect says otherwise."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import load_vocabulary, make_ambassador
from tests.web.browser import open_page, send

# Boston's working afternoon is the middle of the night in Kolkata.
AFTERNOONS = "; ".join(f"{day} 14:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
KOLKATA = "/matches?interest=track/thesis&zone=Asia/Kolkata"


@pytest.fixture
def night(session: Session) -> None:
    make_ambassador(session, "Ana Almeida", hours=AFTERNOONS)


def test_who_is_free_only_at_night_is_passed_over(client: FlaskClient, night: None) -> None:
    page = open_page(client, KOLKATA)
    assert "Nobody who fits is free while you are awake" in page.text
    assert "One student fits, but has time only outside 07:00–22:00 by your clock." in page.text


def test_others_are_still_shown_and_the_rest_counted(
    client: FlaskClient, session: Session, night: None
) -> None:
    make_ambassador(session, "Bo Li", hours="Tue 08:00-11:00")
    page = open_page(client, KOLKATA)
    assert ("Bo Li" in page.text, "Ana Almeida" in page.text) == (True, False)
    assert "1 more student fits but has time only while you are asleep." in page.text


def test_waking_hours_can_be_changed_and_stay(client: FlaskClient, night: None) -> None:
    page = open_page(client, KOLKATA)
    form = next(form for form in page.forms if "wake" in dict(form.fields))
    page = send(client, page, form, wake="00:00", sleep="24:00")
    assert "Ana Almeida" in page.text
    assert all("wake=00%3A00&sleep=24%3A00" in link for link in page.links_to("/ambassadors/1?"))
    again = open_page(client, page.link("Change")).form("/matches#main")
    assert [pair for pair in again.fields if pair[0] in ("wake", "sleep")] == [
        ("wake", "00:00"),
        ("sleep", "24:00"),
    ]
    assert "Ana Almeida" in open_page(client, f"{KOLKATA}&wake=00:30&sleep=03:00").text


def test_without_a_zone_everybody_counts(client: FlaskClient, night: None) -> None:
    assert "Ana Almeida" in open_page(client, "/matches?interest=track/thesis").text


def test_pages_of_times_hide_nothing(client: FlaskClient, night: None) -> None:
    asked = "interest=track/thesis&zone=Asia/Kolkata"
    assert "Ana Almeida" in open_page(client, f"/soonest?{asked}").text
    assert open_page(client, f"/ambassadors/1?{asked}").status == 200


def test_waking_hours_that_make_no_sense_are_refused(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    page = open_page(client, f"{KOLKATA}&wake=23:00&sleep=08:00")
    assert page.status == 422
    assert "Waking hours begin before they end, within one day." in page.text
