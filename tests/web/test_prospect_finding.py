"""Prospects choose interests, and see who fits and when."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from tests.factories import load_vocabulary, make_ambassador
from tests.web.browser import open_page, send

ASKED = "interest=track/thesis&interest=industry/automotive&most=track/thesis&zone=Asia/Kolkata"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the database is asked inside."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_first_page_asks_for_the_core_families_and_offers_the_others(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    page = open_page(client, "/")
    assert page.form("/matches#main").choices["interest"] == [
        "research-center/kostas",
        "research-center/robotics",
        "track/thesis",
        "track/project",
        "industry/aerospace",
        "industry/automotive",
        "topic/additive",
    ]
    assert "More to match on topic Topic Additive manufacturing" in page.text


def test_a_match_says_what_speaks_for_it_and_what_does_not(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, "Maya Okafor", languages=["en", "yo"])
    page = open_page(client, f"/matches?{ASKED}")
    assert "Maya Okafor Good match 50 of 100 Speaks English and Yoruba" in page.text
    assert "Is taking the thesis option, which you marked as mattering most +50" in page.text
    assert (
        "Why not higher? Has no experience with the automotive industry would add 50 points"
        in page.text
    )
    assert "Track 50 of 50 Industry 0 of 50" in page.text
    assert "What you chose shares 100 points" in page.text
    assert len(page.links_to("/ambassadors/1?")) == 5  # the name, three times, all times


def test_somebody_without_time_for_this_length_names_all_others(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, lengths=[20, 30, 45])
    page = open_page(client, "/matches?interest=track/thesis&minutes=60&zone=UTC")
    assert (page.status, "See times for 20, 30 or 45 minutes" in page.text) == (200, True)


def test_what_matters_most_counts_as_chosen(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = open_page(client, "/matches?most=track/thesis&zone=UTC")
    assert (page.status, "100 of 100" in page.text) == (200, True)


def test_an_old_name_of_a_zone_is_understood(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = open_page(client, "/matches?interest=track/thesis&zone=Asia/Calcutta")
    assert "Times are shown for Kolkata (" in page.text


def test_without_a_zone_the_page_says_so_and_asks(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = open_page(client, "/matches?interest=track/thesis")
    assert "Times are shown for Boston, because we do not know yet where you are." in page.text
    there = send(client, page, page.form("/matches"), zone="Europe/Berlin")
    assert "Times are shown for Berlin (" in there.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Choose at least one interest, so that we can look."),
        ("interest=track/dance", "“track/dance” is not an interest of this programme."),
        ("interest=" + "x" * 10_000, "x…” is not an interest of this programme."),
        ("interest=track/thesis&zone=Mars/Base", "That time zone is not known."),
        ("interest=track/thesis&language=%00", "is not a language tag"),
        ("interest=track/thesis&minutes=30.5", "The length of a chat is a number of minutes"),
        ("interest=track/thesis&minutes=٣٠", "The length of a chat is a number of minutes"),
    ],
)
@pytest.mark.parametrize("path", ["/matches", "/soonest"])
def test_what_cannot_be_read_is_said_on_the_form(
    client: FlaskClient, session: Session, path: str, query: str, sentence: str
) -> None:
    load_vocabulary(session)
    page = open_page(client, f"{path}?{query}")
    assert (page.status, sentence in page.text) == (422, True)
    assert page.form("/matches#main").method == "GET"


def test_when_nobody_shares_an_interest_the_page_says_so_and_offers_to_match(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = open_page(client, "/matches?interest=topic/additive&zone=Asia/Kolkata")
    assert "Nobody shares these interests yet" in page.text
    assert page.link("Ask us to match you").startswith("/request?interest=topic/additive&")


def test_when_nobody_who_fits_is_free_the_page_says_that(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, hours="")
    page = open_page(client, "/matches?interest=track/thesis&zone=Asia/Kolkata")
    assert "One student fits, but has no free time in the coming weeks." in page.text
    soonest = open_page(client, "/soonest?interest=track/thesis&zone=Asia/Kolkata")
    assert "Nobody who fits is free" in soonest.text


def test_soonest_names_the_best_match_at_each_time(client: FlaskClient, session: Session) -> None:
    make_ambassador(session, "Weaker One", interests=["industry/automotive"])
    make_ambassador(session, "Better One", interests=["track/thesis", "industry/automotive"])
    page = open_page(client, f"/soonest?{ASKED}")
    books = page.links_to("/book?")
    assert len(books) > 10
    assert all("ambassador=2" in href for href in books)
    assert "Better One" in open_page(client, books[0]).text


def test_times_are_paged_by_week_and_lead_to_the_form(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = open_page(client, f"/ambassadors/1?{ASKED}")
    later = open_page(client, page.link("Later →"))
    first, second = (one.form("/book").choices["start"] for one in (page, later))
    assert first[-1] < second[0]
    assert later.link("← Earlier").startswith("/ambassadors/1?")
    book = send(client, later, later.form("/book"), start=second[0])
    assert ("start", second[0]) in book.form("/book").fields


def test_each_time_is_labelled_with_its_full_date(client: FlaskClient, session: Session) -> None:
    make_ambassador(session, hours="Mon 09:00-09:30")
    page = open_page(client, "/ambassadors/1?zone=America/New_York")
    start = page.form("/book").choices["start"][0]
    radio = next(given for tag, given in page.tags if given.get("value") == start)
    label = radio["aria-label"]
    assert re.fullmatch(r"Monday, \w+ \d+, 20\d\d, 9:00 am in Boston", label or "") is not None
    assert "<span>9:00 am</span>" in page.html


def test_times_that_were_said_before_are_said_anew_to_who_reads_or_chose_otherwise(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, hours="Mon 09:00-09:30")
    start = open_page(client, "/ambassadors/1?zone=UTC").form("/book").choices["start"][0]

    def said(query: str) -> tuple[list[str], bool]:
        page = open_page(client, f"/ambassadors/1?{query}")
        radio = next(given for tag, given in page.tags if given.get("value") == start)
        return re.findall(r" in (\w+)", radio["aria-label"] or ""), "checked" in radio

    for _ in range(2):  # first said, then said again
        for zone, city in (("UTC", "UTC"), ("Europe/Berlin", "Berlin")):
            assert said(f"zone={zone}") == ([city, "Boston"], False)
            assert said(f"zone={zone}&start={start}") == ([city, "Boston"], True)
    assert "lunes" in open_page(client, "/ambassadors/1?zone=UTC&lang=es").html


def test_a_week_without_times_leads_to_the_next_one(client: FlaskClient, session: Session) -> None:
    make_ambassador(session, horizon_days=10)
    page = open_page(client, f"/ambassadors/1?{ASKED}&week=2199-01-01")
    assert "Nothing free this week. The last free time before:" in page.text
    back = open_page(
        client, [href for href in page.links_to("/ambassadors/1?") if "week=" in href][-1]
    )
    assert len(back.form("/book").choices["start"]) > 1


def test_a_length_that_is_not_offered_gives_way_to_the_nearest(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, lengths=[45])
    page = open_page(client, f"/ambassadors/1?{ASKED}&minutes=30")
    assert ("minutes", "45") in page.form("/book").fields


def test_a_time_that_is_gone_is_said_and_the_nearest_are_shown(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    page = open_page(client, f"/ambassadors/1?{ASKED}&start=2020-01-01T10:00:00Z")
    assert "is not free any more. These are the times near it:" in page.text
    near = [
        href
        for href in page.links_to("/ambassadors/1?")
        if "start=" in href and "week=" not in href
    ]
    there = open_page(client, near[1])
    assert len(near) == 3
    assert [v for n, v in there.form("/book").fields if n == "start"] == [
        there.form("/book").choices["start"][1]
    ]


def test_a_time_too_short_for_another_length_says_for_which_it_is_free(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, hours="Mon 09:00-09:30; Tue 09:00-10:00", lengths=[20, 30, 45])
    start = open_page(client, "/ambassadors/1?zone=UTC").form("/book").choices["start"][0]
    page = open_page(client, f"/ambassadors/1?zone=UTC&minutes=45&start={start}")
    assert "is free for 20 or 30 minutes, but not for this length." in page.text


def test_both_clocks_stand_at_each_time_unless_they_agree(
    client: FlaskClient, session: Session
) -> None:
    make_ambassador(session, hours="Mon 09:00-09:30")
    there = open_page(client, "/ambassadors/1?zone=Asia/Tokyo")
    assert re.findall(r"slot-there[^>]*>([^<]+)<", there.html)[0] == "9:00 am in Boston"
    assert "slot-there" not in open_page(client, "/ambassadors/1?zone=America/New_York").html


def test_a_chosen_time_stays_chosen_in_every_week(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    page = open_page(client, f"/ambassadors/1?{ASKED}")
    start = page.form("/book").choices["start"][0]
    here = open_page(client, f"/ambassadors/1?{ASKED}&start={start}")
    later = open_page(client, here.link("Later →"))
    assert [later.form("/book").choices["start"][0], start] == [start, start]
    assert ("start", start) in later.form("/book").fields
    assert "Your choice, in another week" in later.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ambassadors/99", 404),
        ("/ambassadors/99999999999999999999", 404),
        ("/ambassadors/1?start=tomorrow", 422),
        ("/ambassadors/1?start=2027-02-31T10:00:00Z", 422),
        ("/ambassadors/1?start=2027-03-01T10:00:00", 422),
        ("/ambassadors/1?start=9999-12-31T23:59:59Z", 422),
        ("/book?ambassador=1&minutes=30&start=0001-01-01T00:00:00Z", 422),
        ("/ambassadors/1?week=2027-02-31", 422),
        ("/ambassadors/1?zone=Nowhere", 422),
        ("/soonest?interest=track/thesis&day=never", 422),
    ],
)
def test_what_is_not_there_or_malformed_is_refused_in_a_sentence(
    client: FlaskClient, session: Session, path: str, status: int
) -> None:
    make_ambassador(session)
    page = open_page(client, path)
    assert (page.status, page.links[-1][1]) == (status, "Sign in for ambassadors and coordinators")


def test_an_inactive_ambassador_has_no_page(client: FlaskClient, session: Session) -> None:
    make_ambassador(session, status="inactive")
    assert open_page(client, "/ambassadors/1").status == 404


@pytest.mark.parametrize("path", ["/matches", "/ambassadors/1", "/soonest"])
def test_the_number_of_queries_does_not_grow_with_the_ambassadors(
    client: FlaskClient, session: Session, path: str
) -> None:
    make_ambassador(session)
    open_page(client, f"{path}?{ASKED}")  # fills what is kept in memory
    queries = []
    for newcomers in (1, 28):
        for _ in range(newcomers):
            make_ambassador(session, interests=["track/thesis"])
        with counted() as afresh:
            open_page(client, f"{path}?{ASKED}")
        with counted() as kept:
            open_page(client, f"{path}?{ASKED}")
        queries.append((len(afresh), len(kept)))
    assert queries[0] == queries[1]
    assert queries[0][1] <= 4


def test_when_only_the_languages_stand_in_the_way_the_page_says_so(client, session):
    make_ambassador(session, languages=["en"])
    page = client.get("/matches?interest=track/thesis&language=sw&zone=Asia/Kolkata")
    text = page.get_data(as_text=True)
    assert "Nobody who fits speaks your languages" in text
    assert 'href="/matches?interest=track/thesis&amp;zone=Asia/Kolkata&amp;minutes=30"' in text
