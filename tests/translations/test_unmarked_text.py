"""All that prospects see and receive is marked for translation: in a language of brackets, what
stands outside of them is somebody's name, an address, a date.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.mail.facts import ChatFacts, Person
from ambassadors.translations import LEARNED, learn
from ambassadors.web.speaking import COOKIE
from tests.conftest import settings_for
from tests.mail import samples
from tests.translations.pseudo import LOCALE, Pseudo, calendar_words, outside, unmarked, words
from tests.web.routes import ROUTES
from tests.web.world import World, make_world

PROSPECT = "prospect A"
STAFFS = (
    "/sign-in",
    "/forgotten",
    "/dev/",
    "/styleguide",
    "/invitation/",
    "/reset/",
    "/cannot/",
    "/take-over/",
)
FOUND = [
    route
    for route in ROUTES
    if route.method == "GET" and PROSPECT in route.allowed and not route.rule.startswith(STAFFS)
]
# Names of people, things and places in the world of the tests, and of languages.
KNOWN = set(
    words(
        "AIM Student Ambassadors Ana Almeida Bo Li Priya Raman Google Outlook example org com "
        "English Esperanto xx español Español 简体中文 हिन्दी angla America New York Asia "
        "Kolkata Kolkato UTC http "
        "localhost c a b held past Chat Boston How does one find a thesis adviser https meet "
        "ana edu"
    )
)

# People, typed text and addresses of the world of the tests; what is stored as a sentence.
OF_STAFF = set(
    words(
        "Kim Doe Wei Chen wei Cai Wu cai Max Fox Lee Roe Shanghai Ŝanhajo Work calendar busy Spam "
        "x They shouted Is the thesis option taking any Mine coordinator ambassador admissions "
        "privacy ok prospect request The times of reminders were changed to To"
    )
)
# Names of events, fields and scopes of other systems; languages, of which Babel knows few in eo;
# mails, which are in their reader's language; pages of everybody and of development.
OTHERS = (
    "/coordinator/integrations",
    "/coordinator/mail/<id:notice_id>/<id:attempt_id>.html",
    "/ambassador/profile",
    "/styleguide",
    "/dev/",
)


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(migrated, tmp_path_factory.mktemp("world"))


@pytest.fixture
def brackets() -> Iterator[None]:
    """The language is known while a test needs it."""
    learn(Pseudo())
    yield
    del LEARNED[LOCALE]


@pytest.fixture
def own_app(brackets: None, world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the world, with the language offered."""
    shutil.copy(world.database, tmp_path / "test.db")
    app = create_app(settings_for(tmp_path))
    app.config["LANGUAGES"] = (*app.config["LANGUAGES"], LOCALE)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def say(
    app: Flask, world: World, method: str, address: str, who: str = PROSPECT, **sent: object
) -> set[str]:
    """The words of an answer that no message holds, less what the test knows."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(world.sessions[who])
    client.set_cookie(COOKIE, LOCALE)
    answer = client.open(address, method=method, follow_redirects=True, **sent)
    if answer.mimetype != "text/html":
        return set()
    assert f'<html lang="{LOCALE}" dir="ltr"' in answer.text
    return unmarked(answer.text) - KNOWN - calendar_words()


def test_every_page_of_prospects_is_marked(own_app: Flask, world: World):
    found = {}
    for route in FOUND:
        address = route.path(world.names)
        if rest := say(own_app, world, "GET", address):
            found[route.rule] = sorted(rest)
    assert found == {}


@pytest.mark.parametrize("who", ["ambassador A", "coordinator"])
def test_every_page_of_staff_is_marked(own_app: Flask, world: World, who: str):
    """What was stored as a sentence, and what other systems call things, stands as it is."""
    found = {}
    for route in ROUTES:
        if route.method != "GET" or who not in route.allowed or route.rule.startswith(OTHERS):
            continue
        rest = say(own_app, world, "GET", route.path(world.names), who) - OF_STAFF
        if rest:
            found[route.rule] = sorted(rest)
    assert found == {}


def test_what_pages_answer_to_wrong_forms_is_marked(own_app: Flask, world: World):
    """Errors beside fields, refusals as pages, times that are gone, nobody who fits."""
    names = world.names
    book = {"ambassador": names["a"], "start": "2027-03-01T15:07:00Z", "zone": "Asia/Kolkata"}
    asked = [
        ("GET", "/matches", {}),
        ("GET", "/matches?interest=track/thesis&language=xx", {}),
        ("GET", "/soonest?interest=topic/cloud", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/chats/none", {}),
        ("GET", f"/ambassadors/{names['a']}?start=2027-03-01T15:07:00Z", {}),
        ("POST", "/book", {"data": book | {"name": "", "email": "x", "question": "y" * 2001}}),
        ("POST", "/book", {"data": book | {"name": "Bo", "email": "b@example.org"}}),
        ("POST", "/request", {"data": {"wake": "9", "sleep": "x", "name": "", "email": ""}}),
        ("POST", f"/chats/{names['held']}/code", {"data": {"code": "1"}}),
        ("POST", f"/chats/{names['held']}/address", {"data": {"email": "none"}}),
        ("POST", f"/chats/{names['chat']}/move", {"data": {"start": "2027-03-01T15:07:00Z"}}),
        ("POST", f"/chats/{names['chat']}/cancel", {"data": {"reason": "x" * 1001}}),
        ("POST", f"/chats/{names['chat']}/cancel", {"data": {"reason": ""}}),
        ("POST", f"/feedback/{names['feedback']}", {"data": {}}),
        ("POST", f"/feedback/{names['feedback']}", {"data": {"outcome": "talked", "rating": "5"}}),
        ("POST", f"/offers/{names['offer']}", {}),
        ("POST", f"/chats/{names['held']}/release", {}),
    ]
    found = {}
    for method, address, sent in asked:
        if rest := say(own_app, world, method, address, **sent):
            found[method, address] = sorted(rest)
    assert found == {}


def in_brackets(person: Person) -> Person:
    return replace(person, locale=LOCALE)


def facts(chat: ChatFacts) -> ChatFacts:
    return replace(
        chat,
        prospect=in_brackets(chat.prospect),
        ambassador=in_brackets(chat.ambassador),
        previous_ambassador=chat.previous_ambassador and in_brackets(chat.previous_ambassador),
    )


def test_every_mail_is_marked(brackets: None):
    """Typed text, labels of interests that no programme has, and addresses may stand outside."""
    data = set(
        words(
            "Ravi Kumar Ana Lima Bo Chen Cy Fox AIM student ambassadors MS in Advanced and "
            "Intelligent Manufacturing How much lab time is there And who pays for the co op "
            "Thesis Robotics My exam moved ill After my exam Work calendar example edu too busy "
            "to answer ambassador Asia Kolkata Kolkato meet https ana America New York UTC Shanghai"
        )
    )
    found = {}
    mails = samples.every_mail(facts(samples.CHAT), facts(samples.TAKEN_OVER), samples.SERVICE)
    del mails["hand-off, asked"]  # to somebody else, in English
    for kind, mail in mails.items():
        plain = re.sub(r"https?://\S+|\S+@\S+", "", mail.text)
        rest = set(words(outside(plain))) | set(words(outside(mail.subject))) | unmarked(mail.html)
        if rest := rest - data - calendar_words():
            found[kind] = sorted(rest)
    assert found == {}
