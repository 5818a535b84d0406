"""Refusals and faults as pages for people, as problem details for programs."""

import sqlite3

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from ambassadors.core.refused import Refused
from tests.web.browser import open_page


def test_an_unknown_address_is_a_page_that_leads_back(client: FlaskClient) -> None:
    page = open_page(client, "/nowhere")
    assert (page.status, page.link("To the start")) == (404, "/")


def test_programs_get_problem_details(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such page, or it is not yours.",
    }


def test_who_prefers_json_gets_problem_details(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/problem+json"


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/")
    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


def raising(app: Flask, fault: Exception) -> FlaskClient:
    """A browser for an app whose page at /fault fails so."""

    def fail() -> str:
        raise fault

    app.add_url_rule("/fault", "fault", fail)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    return app.test_client()


def test_a_locked_database_is_503_and_when_to_try_again(app: Flask) -> None:
    fault = OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))
    answer = raising(app, fault).get("/fault")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was changed; please try again shortly." in answer.text


def test_an_unforeseen_fault_tells_nothing_of_the_inside(app: Flask) -> None:
    answer = raising(app, RuntimeError("the inside")).get("/fault")
    assert (answer.status_code, "the inside" in answer.text) == (500, False)


def test_a_refusal_is_a_page_with_its_own_words(app: Flask) -> None:
    answer = raising(app, Refused("Not <today>.", status=429)).get("/fault")
    assert (answer.status_code, "Not &lt;today&gt;." in answer.text) == (429, True)


def test_files_with_a_fingerprint_are_kept_for_a_year(client: FlaskClient) -> None:
    page = open_page(client, "/")
    sheet = next(tag["href"] for name, tag in page.tags if tag.get("rel") == "stylesheet")
    kept = client.get(str(sheet)).headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    assert client.get("/assets/site.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/other.css").status_code == 404


def test_public_answers_are_compressed_and_private_ones_are_not(client: FlaskClient) -> None:
    accepting = {"Accept-Encoding": "gzip"}
    assert client.get("/assets/site.css", headers=accepting).headers["Content-Encoding"] == "gzip"
    private = client.get("/request", headers=accepting)
    assert "Content-Encoding" not in private.headers


def test_the_first_page_with_all_it_needs_is_at_most_60_kb(client: FlaskClient) -> None:
    page = open_page(client, "/")
    files = [
        tag.get("href") or tag.get("src")
        for name, tag in page.tags
        if name in ("link", "script", "img")
    ]
    accepting = {"Accept-Encoding": "gzip"}
    sizes = [len(client.get(str(file), headers=accepting).data) for file in {"/", *files}]
    assert sum(sizes) <= 60_000
    assert all(str(file).startswith("/") for file in files)
