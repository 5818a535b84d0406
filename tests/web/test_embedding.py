"""Pages in a frame: who may frame them, what they set and need, where their links lead."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from ambassadors.translations import LOCALES, catalog
from ambassadors.web import embedding
from ambassadors.web.coordinator_embed import LANGUAGES
from config import ROOT, Settings
from tests.counting import counted
from tests.factories import load_vocabulary
from tests.web.browser import open_page
from tests.web.framing import LOCAL, SCHOOL, in_production, list_origins
from tests.web.staff import make_person

ASKED = "interest=track/thesis&zone=Asia/Kolkata"
CLOSED = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors "
)


def framed_pages(session: Session) -> list[str]:
    """An address of each page, errors included."""
    ana = make_person(session).id
    return [
        "/embed/",
        f"/embed/matches?{ASKED}",
        "/embed/matches?interest=track/nothing",
        "/embed/matches",
        f"/embed/ambassadors/{ana}?{ASKED}",
        f"/embed/cards/{ana}",
        "/embed/cards/999",
        "/embed/ambassadors/999?week=never",
    ]


def test_only_listed_pages_and_our_own_may_frame_and_nothing_is_set_or_asked_for(
    client: FlaskClient, session: Session
) -> None:
    list_origins(session, SCHOOL, LOCAL)
    for address in framed_pages(session):
        headers = open_page(client, address).headers
        assert headers["Content-Security-Policy"] == f"{CLOSED}'self' {SCHOOL} {LOCAL}"
        assert "X-Frame-Options" not in headers
        assert "Set-Cookie" not in headers
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"


@pytest.mark.parametrize("address", ["/", f"/matches?{ASKED}", "/sign-in", "/embed.js", "/nowhere"])
def test_nobody_frames_any_other_page(client: FlaskClient, session: Session, address: str) -> None:
    load_vocabulary(session)
    list_origins(session, SCHOOL)
    headers = open_page(client, address).headers
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert headers["X-Frame-Options"] == "DENY"


def test_a_change_of_the_list_counts_at_once(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    policy = open_page(client, "/embed/").headers["Content-Security-Policy"]
    assert policy == f"{CLOSED}'self'"
    list_origins(session, SCHOOL)
    policy = open_page(client, "/embed/").headers["Content-Security-Policy"]
    assert policy == f"{CLOSED}'self' {SCHOOL}"


def test_a_page_on_ones_own_machine_frames_in_development_only(
    settings: Settings, session: Session
) -> None:
    load_vocabulary(session)
    list_origins(session, LOCAL, SCHOOL)
    app = in_production(settings)
    policy = app.test_client().get("/embed/").headers["Content-Security-Policy"]
    with app.app_context():
        db.engine.dispose()
    assert policy == f"{CLOSED}'self' {SCHOOL}"


def test_below_embed_everything_is_a_look(app: Flask) -> None:
    methods = {
        method
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/embed") and (rule.methods is not None)
        for method in rule.methods
    }
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_no_form_in_a_frame_posts_and_no_script_there_reports(
    client: FlaskClient, session: Session
) -> None:
    """What is loaded there: height, zone, picks, and weeks fetched in place; no beacon."""
    methods, scripts, ids = set(), set(), set()
    for address in framed_pages(session):
        page = open_page(client, address)
        methods |= {form.method for form in page.forms}
        found = (given.get("src") or "" for tag, given in page.tags if tag == "script")
        scripts |= {src.partition("?")[0].rpartition("/")[2] for src in found}
        ids |= {name for form in page.forms for name, _ in form.fields if "csrf" in name}
    assert (methods, ids) == ({"GET"}, set())
    assert scripts == {"frame.js", "zone.js", "picks.js", "swap.js", "slots.js"}
    sending = [
        name
        for name in scripts
        if "sendBeacon" in (text := (ROOT / "static/js" / name).read_text("utf-8"))
        or "method:" in text
    ]
    assert sending == []


def test_links_stay_inside_up_to_the_slot_and_open_a_tab_from_there(
    client: FlaskClient, session: Session
) -> None:
    inside, outside = set(), set()
    for address in framed_pages(session):
        for tag, given in open_page(client, address).tags:
            leads = given.get("href") if tag == "a" else given.get("action")
            if tag not in ("a", "form") or not leads or leads.startswith("#"):
                continue
            if given.get("target") == "_blank":
                assert given.get("rel") == "noopener"
                outside.add(leads.partition("?")[0])
            else:
                inside.add(leads.partition("?")[0].partition("#")[0])
    assert {one for one in inside if not one.startswith("/embed/")} == set()
    assert {one for one in outside if one.startswith("/embed")} == set()
    assert "/book" in outside


def test_the_whole_way_carries_interests_zone_and_look(
    client: FlaskClient, session: Session
) -> None:
    ana = make_person(session)
    page = open_page(client, f"/embed/matches?{ASKED}&theme=dark&lang=es")
    carried = f"{ASKED.replace('&', '&theme=dark&lang=es&')}&minutes=30"
    link = page.links_to(f"/embed/ambassadors/{ana.id}")[0]
    assert link == f"/embed/ambassadors/{ana.id}?{carried}"
    page = open_page(client, link)
    book = page.form("/book")
    assert [pair for pair in book.fields if pair[0] != "start"] == [
        ("interest", "track/thesis"),
        ("theme", "dark"),
        ("lang", "es"),
        ("zone", "Asia/Kolkata"),
        ("minutes", "30"),
        ("ambassador", str(ana.id)),
    ]
    assert next(given for tag, given in page.tags if tag == "html")["data-theme"] == "dark"
    start = book.choices["start"][0]
    page = open_page(client, f"/book?{carried}&ambassador={ana.id}&start={start}")
    assert (page.status, "Ana Almeida" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("lang", "locale"),
    [("es", "es"), ("es-MX", "es"), ("zh-Hans", "zh_Hans"), ("zh", "zh_Hans"), ("HI", "hi")],
)
def test_the_language_of_the_page_around_beats_the_browsers(
    client: FlaskClient, session: Session, lang: str, locale: str
) -> None:
    load_vocabulary(session)
    answer = client.get(f"/embed/?lang={lang}", headers={"Accept-Language": "en"})
    assert f'<html lang="{locale.replace("_", "-")}"' in answer.text
    assert catalog(locale).gettext("Open in a page of its own") in answer.text
    assert answer.headers["Content-Language"] == locale.replace("_", "-")


def test_the_script_and_the_desk_know_every_language_that_there_is() -> None:
    tags = [locale.replace("_", "-") for locale in LOCALES]
    titles = re.findall(r"^ {4}(\w+): \"(.+)\"", embedding.SCRIPT.read_text("utf-8"), re.M)
    said = {one[:2]: catalog(one).gettext("Talk with a student") for one in LOCALES}
    assert list(LANGUAGES) == tags
    assert dict(titles) == said


def test_a_card_says_who_it_is_what_they_know_and_when_they_are_free(
    client: FlaskClient, session: Session
) -> None:
    ana = make_person(session, interests=["track/thesis", "industry/aerospace"], languages=["en"])
    page = open_page(client, f"/embed/cards/{ana.id}?zone=Asia/Kolkata")
    assert "AA Ana Almeida Speaks English" in page.text
    assert "Thesis option Aerospace Next free" in page.text
    times = [one for one in page.links_to(f"/embed/ambassadors/{ana.id}") if "start=" in one]
    assert len(times) == 3
    assert page.link("Talk with Ana") == f"/embed/ambassadors/{ana.id}?zone=Asia/Kolkata&minutes=30"


def test_what_goes_wrong_is_said_inside_the_frame(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    page = open_page(client, "/embed/cards/999?theme=dark")
    assert page.status == 404
    assert "This ambassador is not there, or takes no chats at present." in page.text
    assert page.link("Find a student to talk with") == "/embed/?theme=dark"
    page = open_page(client, "/embed/matches")
    assert page.status == 422
    assert "Choose at least one interest, so that we can look." in page.text
    assert page.form("/embed/matches").method == "GET"


def test_interests_of_the_page_around_are_ticked_and_unknown_ones_do_no_harm(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    page = open_page(client, "/embed/?interest=track/thesis&interest=track/nothing")
    assert page.status == 200
    assert ("interest", "track/thesis") in page.form("/embed/matches").fields


def test_a_frame_takes_as_many_queries_for_many(client: FlaskClient, session: Session) -> None:
    asked = []
    for name in ("Ana Almeida", "Bo Li", "Cy Young"):
        one = make_person(session, name).id
        counts = []
        for address in ("/embed/", f"/embed/matches?{ASKED}", f"/embed/cards/{one}"):
            open_page(client, address)
            with counted() as statements:
                open_page(client, address)
            counts.append(len(statements))
        asked.append(counts)
    assert asked == [asked[0]] * 3


def test_the_script_is_small_open_to_all_and_asked_for_again_soon(client: FlaskClient) -> None:
    source = embedding.SCRIPT.read_bytes()
    assert len(source) <= 4096
    first = client.get("/embed.js")
    assert first.data == source
    assert first.mimetype == "text/javascript"
    assert first.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers
    again = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/embed.js", headers=again).status_code == 304
    packed = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == source
