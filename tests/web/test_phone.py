"""The ambassador's start page on a phone: what is installed, what is kept, who never gets it."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador
from ambassadors.services import agenda
from tests.factories import make_chat
from tests.web.browser import open_page, read
from tests.web.staff import DAY, HOUR, as_ambassador, as_coordinator, booked, make_person, press

KEPT = "/ambassador/kept"


def next_hour() -> datetime:
    """The real clock's next full hour but one: pages read the clock themselves."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * HOUR


def starts(session: Session, ana: Ambassador, now: datetime) -> list[str]:
    chats = agenda.to_come(session, ana.id, now)
    return [one.prospect_name for one in agenda.soon(chats, ana.time_zone, now)]


def test_soon_is_today_where_the_ambassador_is_or_else_the_next_chat(
    session: Session, now: datetime
) -> None:
    ana = make_person(session, time_zone="Asia/Kolkata")  # 20:30 there
    assert starts(session, ana, now) == []
    for start, name in ((now + 4 * HOUR, "Tomorrow Early"), (now + 2 * DAY, "Later On")):
        make_chat(session, ana, start, now, name=name)
    assert starts(session, ana, now) == ["Tomorrow Early"]
    for start, name in ((now + HOUR, "Today One"), (now + 2 * HOUR, "Today Two")):
        make_chat(session, ana, start, now, name=name)
    assert starts(session, ana, now) == ["Today One", "Today Two"]


def test_the_next_chat_is_one_tap_from_joining_and_from_i_cannot(
    session: Session, client: FlaskClient
) -> None:
    ana = make_person(session)
    chat = booked(session, ana, next_hour(), "Priya Raman", zone="Asia/Kolkata")
    page = open_page(as_ambassador(client, ana), "/ambassador")
    assert page.link("Join the chat") == "https://meet.example.edu/ana"
    assert f"/ambassador/chats/{chat.uid}/cannot" in [href for href, _ in page.links]
    assert ("Boston" in page.text, "Kolkata" in page.text) == (True, True)


def test_what_is_kept_has_the_chats_and_nothing_that_could_act(
    session: Session, client: FlaskClient
) -> None:
    ana = make_person(session)
    booked(session, ana, next_hour(), "Priya Raman", question="Which lab?")
    page = open_page(as_ambassador(client, ana), KEPT)
    assert (page.status, page.forms, "csrf" in page.html) == (200, [], False)
    for words in ("Priya Raman", "Which lab?", "Saved at", "you are offline"):
        assert words in page.text
    assert ("priya" in page.html, page.headers["Cache-Control"]) == (False, "no-store")
    until = datetime.fromtimestamp(int(page.headers["X-Kept-Until"]) / 1000, UTC)
    assert round((until - datetime.now(UTC)) / HOUR) == 24


def test_each_account_has_a_name_of_its_own_for_what_is_kept(
    session: Session, client: FlaskClient
) -> None:
    ana, bo = make_person(session), make_person(session, "Bo Li")
    names = [
        open_page(as_ambassador(client, one), KEPT).headers["X-Kept-For"] for one in (ana, ana, bo)
    ]
    assert [name == names[0] for name in names] == [True, True, False]


def test_signing_out_clears_a_browser_that_kept_something_and_no_other(
    session: Session, client: FlaskClient
) -> None:
    cleared = []
    for addresses in (["/ambassador"], ["/ambassador", KEPT]):
        own = as_ambassador(client, make_person(session, f"Ana {len(addresses)}"))
        pages = [open_page(own, address) for address in addresses]
        token = dict(pages[0].form("/sign-out").fields)["csrf_token"]
        answer = own.post("/sign-out", data={"csrf_token": token})
        cleared.append((answer.status_code, answer.headers.get("Clear-Site-Data")))
    assert cleared == [(303, None), (303, '"storage"')]


def test_a_coordinator_who_looks_at_the_pages_keeps_nothing(
    session: Session, client: FlaskClient
) -> None:
    ana, desk = make_person(session), as_coordinator(client, session)
    address = f"/coordinator/ambassadors/{ana.id}"
    page = press(desk, open_page(desk, address), f"{address}/look")
    assert ("keep.js" in page.html, "webmanifest" in page.html) == (False, False)
    assert read(desk.get(KEPT)).status == 404


def test_the_worker_may_answer_for_the_start_page_alone(client: FlaskClient) -> None:
    answer = client.get("/ambassador/worker.js")
    assert (answer.mimetype, answer.headers["Service-Worker-Allowed"]) == (
        "text/javascript",
        "/ambassador",
    )
    assert "Set-Cookie" not in answer.headers


def test_the_manifest_names_icons_that_are_there(client: FlaskClient) -> None:
    answer = client.get("/ambassador.webmanifest")
    body = answer.get_json(force=True)
    assert (answer.mimetype, body["start_url"]) == ("application/manifest+json", "/ambassador")
    for icon in body["icons"]:
        with client.get(icon["src"]) as found:
            assert (found.status_code, found.mimetype) == (200, icon["type"])
    assert [icon["purpose"] for icon in body["icons"]] == ["any", "any", "maskable", "any"]
