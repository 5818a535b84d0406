"""What we keep, and everybody's own way to it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ambassadors import jobs
from ambassadors.extensions import db
from ambassadors.models import Chat, Notice, PrivacyAct, Prospect, User
from ambassadors.services import passwords, privacy
from tests.factories import SECRET, make_user
from tests.mailbox import parse
from tests.web.browser import open_page, send
from tests.web.staff import PASSWORD, as_coordinator, booked, make_person, sign_in

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def chat(session):
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * DAY
    return booked(session, make_person(session), start, "Priya Raman", email="priya@example.org")


def letters(app):
    folder = app.extensions["settings"].mail_url.removeprefix("file://")
    return [parse(path.read_bytes()) for path in sorted(Path(folder).glob("*.eml"))]


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def ask(client, email):
    page = open_page(client, "/privacy/ask")
    return send(client, page, page.form("/privacy/ask"), email=email)


def erased(session, model, id):
    session.rollback()
    return session.get_one(model, id, populate_existing=True).erased_at is not None


def test_a_prospect_reads_takes_and_erases_all_by_a_mailed_link(app, client, session, chat):
    assert open_page(client, "/").links_to("/privacy") == ["/privacy"]
    told = ask(client, "Priya@example.org")
    jobs.tick(app)
    (link,) = [one for one in letters(app)[-1].links if len(one) > 60]
    assert (told.url, letters(app)[-1].to) == ("/privacy", "priya@example.org")
    page = open_page(client, link.removeprefix("http://localhost"))
    assert (page.url, page.status, "thesis adviser" in page.text) == ("/privacy/yours", 200, True)
    found = json.loads(client.get("/privacy/yours/export.json").text)
    assert found["prospect"]["chats"][0]["question"] == "How does one find a thesis adviser?"
    acts = count(session, PrivacyAct)
    page = send(client, page, page.form("/privacy/yours/erase"))
    assert (page.status, acts, count(session, PrivacyAct)) == (422, 0, 0)
    page = send(client, page, page.form("/privacy/yours/erase"), sure="yes")
    assert page.url == "/privacy/erased"
    for _ in range(2):
        jobs.tick(app)
    assert erased(session, Prospect, chat.prospect_id)
    again = open_page(client, link.removeprefix("http://localhost"))
    assert (again.status, client.get("/privacy/yours").status_code) == (404, 404)


def test_asking_says_the_same_of_known_and_unknown_addresses_and_is_limited(client, session, chat):
    known, unknown = ask(client, "priya@example.org"), ask(client, "nobody@example.org")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    links = select(func.count()).select_from(Notice).where(Notice.kind == "privacy-link")
    assert session.scalar(links) == 1
    statuses = [
        [ask(client, one).status for _ in range(3)]
        for one in ("priya@example.org", "nobody@example.org")
    ]
    assert statuses == [[200, 200, 429], [200, 200, 429]]
    assert ask(client, "no address").status == 422


def test_opening_a_link_however_often_changes_nothing(app, client, session, chat):
    link = f"/privacy/{privacy.write_token(SECRET, chat.prospect, datetime.now(UTC))}"
    before = count(session, PrivacyAct), count(session, Notice)
    for method in (client.get, client.head):
        assert method(link, follow_redirects=True).status_code == 200
    assert client.get("/privacy/yours/erase").status_code == 405
    assert (count(session, PrivacyAct), count(session, Notice)) == before


@pytest.mark.parametrize("late", [48 * HOUR, 500 * DAY])
def test_a_link_that_is_too_old_is_none(client, chat, late):
    token = privacy.write_token(SECRET, chat.prospect, datetime.now(UTC) - late)
    assert client.get(f"/privacy/{token}").status_code == 404


def test_a_coordinator_exports_and_erases_and_that_is_recorded(app, client, session, chat):
    as_coordinator(client, session)
    page = open_page(client, "/coordinator/privacy?email=priya@example.org")
    assert (page.status, "A prospect." in page.text) == (200, True)
    file = send(client, page, page.form("/coordinator/privacy/export"))
    assert json.loads(file.html)["prospect"]["email"] == "priya@example.org"
    again = send(client, page, page.form("/coordinator/privacy/erase"))
    assert again.status == 422
    page = send(client, page, page.form("/coordinator/privacy/erase"), sure="yes")
    assert (page.text.count("Kim Doe"), "under way" in page.text) == (3, True)
    for _ in range(2):
        jobs.tick(app)
    assert erased(session, Prospect, chat.prospect_id)
    acts = session.execute(select(PrivacyAct.action, PrivacyAct.origin).order_by(PrivacyAct.id))
    assert [tuple(one) for one in acts] == [("export", "coordinator"), ("erasure", "coordinator")]
    shown = open_page(client, f"/coordinator/chats/{chat.uid}")
    assert (shown.status, "Erased person" in shown.text, "Priya" in shown.text) == (
        200,
        True,
        False,
    )
    assert open_page(client, "/coordinator/privacy?email=priya@example.org").status == 200


def test_an_ambassador_takes_their_data_and_leaves_for_good(app, client, session, chat):
    user = chat.ambassador.user
    user.password_hash = HASH
    session.commit()
    sign_in(client, user)
    assert "/account/privacy" in open_page(client, "/account").links_to("/account/privacy")
    page = open_page(client, "/account/privacy")
    assert "1 chat to come" in page.text
    taken = json.loads(client.get("/account/privacy/export.json").text)
    assert taken["account"]["chats"][0]["prospect_name"] == "Priya Raman"
    wrong = send(
        client, page, page.form("/account/privacy/erase"), sure="yes", password="wrong one"
    )
    assert (wrong.status, count(session, PrivacyAct)) == (422, 0)
    right = {"sure": "yes", "password": PASSWORD}
    page = send(client, page, page.form("/account/privacy/erase"), **right)
    assert (page.url, client.get("/ambassador").status_code) == ("/privacy/erased", 302)
    for _ in range(2):
        jobs.tick(app)
    assert erased(session, User, user.id)
    assert session.get_one(Chat, chat.id, populate_existing=True).status == "cancelled"
    told = [one for one in letters(app) if one.method == "CANCEL"]
    assert told == [], "their copies are gone from the folder as well"
    sent = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.kind == "cancellation", Notice.state == "sent")
    )
    assert session.scalar(sent) == 2
    assert client.get(f"/ambassadors/{chat.ambassador_id}").status_code == 404


def test_nobody_erases_a_colleague_through_their_own_pages_nor_themselves_at_the_desk(
    client, session, chat
):
    kim, roe = make_user(session, name="Kim Doe"), make_user(session, name="Max Roe")
    sign_in(client, kim)
    page = open_page(client, f"/coordinator/privacy?email={kim.email}")
    own = send(client, page, page.form("/coordinator/privacy/erase"), sure="yes")
    assert own.status == 409
    page = open_page(client, f"/coordinator/privacy?email={roe.email}")
    other = send(client, page, page.form("/coordinator/privacy/erase"), sure="yes")
    assert (other.status, count(session, PrivacyAct)) == (200, 1)
    db.session.remove()
