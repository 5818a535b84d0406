"""Two or three students side by side, and what is looked for beside interests."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import make_ambassador
from tests.web.browser import open_page, send
from tests.web.test_prospect_finding import counted

WISH = "interest=track/thesis&interest=industry/automotive&zone=Asia/Kolkata"


@pytest.fixture
def three(session: Session) -> None:
    make_ambassador(session, "Ana Almeida", interests=["track/thesis", "industry/automotive"])
    make_ambassador(session, "Bo Li", interests=["track/thesis"], languages=["zh", "en"])
    make_ambassador(session, "Cy Roy", interests=["topic/additive"], hours="")


def test_the_page_of_matches_offers_to_compare_those_who_are_marked(
    client: FlaskClient, three: None
) -> None:
    page = open_page(client, f"/matches?{WISH}")
    boxes = [given for tag, given in page.tags if given.get("name") == "with"]
    assert [(one["value"], one["form"]) for one in boxes] == [("1", "compare"), ("2", "compare")]
    marked = {"with": [one["value"] for one in boxes]}
    table = send(client, page, page.form("/compare"), **marked)
    assert (table.status, "Ana Almeida Very close match 100 of 100" in table.text) == (200, True)


def test_a_table_says_fit_reasons_misses_languages_place_and_next_free_of_each(
    client: FlaskClient, three: None
) -> None:
    text = open_page(client, f"/compare?{WISH}&with=2&with=1&with=3").text
    assert "Track 50 of 50 50 of 50 0 of 50" in text
    assert "BL Bo Li Good match 50 of 100 AA Ana Almeida" in text
    assert "Cy Roy Shares none of the interests you chose" in text
    assert "Is taking the thesis option +50 Is taking the thesis option +50" in text
    assert "Has no experience with the automotive industry would add 50 points Nothing" in text
    assert "Languages Chinese and English English English Where they are" in text
    assert "No time at present" in text


@pytest.mark.parametrize(
    ("query", "status", "remark"),
    [
        ("", 422, "Mark two or three students"),
        ("with=1&with=1", 422, "Mark two or three students"),
        ("with=1&with=x&with=-2&with=²", 422, "Mark two or three students"),
        ("with=1&with=2&with=99", 200, "One of those you marked takes no chats at present."),
        ("with=1&with=2&with=3&with=4", 200, "these are the first three you marked"),
    ],
)
def test_too_few_too_many_and_those_who_are_gone_are_said(
    client: FlaskClient, three: None, query: str, status: int, remark: str
) -> None:
    page = open_page(client, f"/compare?{WISH}&{query}")
    assert (page.status, remark in page.text) == (status, True)


def test_a_comparison_without_interests_asks_for_them(client: FlaskClient, three: None) -> None:
    page = open_page(client, "/compare?with=1&with=2")
    assert (page.status, page.form("/matches#main").method) == (422, "GET")


def test_three_are_compared_with_as_many_queries_as_two(client: FlaskClient, three: None) -> None:
    open_page(client, f"/compare?{WISH}&with=1&with=2")  # fills what is kept in memory
    with counted() as two:
        open_page(client, f"/compare?{WISH}&with=1&with=2")
    with counted() as all_three:
        open_page(client, f"/compare?{WISH}&with=1&with=2&with=3")
    assert len(two) == len(all_three)


def test_languages_can_be_chosen_on_the_page_of_matches_itself(
    client: FlaskClient, three: None
) -> None:
    page = open_page(client, f"/matches?{WISH}")
    assert "2 students fit and have time. The best match comes first." in page.text
    form = next(form for form in page.forms if "language" in form.choices)
    assert form.choices["language"] == ["zh", "en"]
    fewer = send(client, page, form, language="zh")
    assert "1 student fits and has time." in fewer.text
    assert ("Bo Li" in fewer.text, "Ana Almeida" in fewer.text) == (True, False)
    again = open_page(client, fewer.link("Soonest"))
    assert "Speaks Chinese" in again.text


def test_who_shares_nothing_has_no_score_but_a_sentence(client: FlaskClient, three: None) -> None:
    page = open_page(client, f"/ambassadors/3?{WISH}")
    assert "Shares none of the interests you chose" in page.text
    assert ("0 of 100" in page.text, "Some overlap" in page.text) == (False, False)
    assert "What is missing Is not taking the thesis option would add 50 points" in page.text
