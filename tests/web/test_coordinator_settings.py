"""The pages of the settings: tried, saved, looked back on, undone; seen by who only looks."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.models import SettingsVersion
from ambassadors.services.settings.current import current
from tests.counting import counted
from tests.factories import load_vocabulary, make_user
from tests.web.browser import Page, open_page, send
from tests.web.staff import DAY, as_coordinator, booked, make_person, press, sign_in

HOME = "/coordinator/settings"


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """A coordinator's browser."""
    load_vocabulary(session)
    return as_coordinator(client, session)


def tried(desk: FlaskClient, key: str, **typed: object) -> Page:
    """The page that says what would happen."""
    return press(desk, open_page(desk, f"{HOME}/{key}"), f"{HOME}/{key}/preview", **typed)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SettingsVersion)) or 0


def test_reminders_are_tried_saved_and_undone(desk: FlaskClient, session: Session) -> None:
    page = tried(desk, "reminders", reminders=["reminder-2d", "reminder-1h", ""])
    assert "Reminders come 2 days before and an hour before" in page.text
    assert count(session) == 0, "a preview saves nothing"
    page = press(desk, page, f"{HOME}/reminders")
    assert "Both people of a chat are reminded 2 days before and an hour before." in page.text
    page = open_page(desk, f"{HOME}/history")
    assert "Kim Doe" in page.text
    undo = page.links_to(f"{HOME}/history/")[0]
    page = press(desk, open_page(desk, undo), undo)
    assert "Reminders: undone." in page.text
    assert "a day before and an hour before" in open_page(desk, HOME).text


def test_rules_say_whom_they_change(desk: FlaskClient, session: Session) -> None:
    make_person(session, weekly_cap=8)
    page = tried(desk, "rules", weekly_cap="6")
    assert "Chats a week: 6 chats instead of 8. 1 ambassador uses the default" in page.text
    assert tried(desk, "rules", weekly_cap="many").status == 422
    wrong = tried(desk, "rules", **{"most-horizon": "900"})
    assert "How far ahead: the bounds must lie from 1 to 180 days" in wrong.text


def test_the_calendar_lists_the_booked_chats_it_touches(
    desk: FlaskClient, session: Session
) -> None:
    ana = make_person(session)
    start = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) + 3 * DAY
    chat = booked(session, ana, start, "Priya Raman")
    day = start.date().isoformat()
    typed = {"name-0": "Break", "first-0": day, "last-0": day, "hours-0": "closed"}
    page = tried(desk, "calendar", **typed)
    assert "1 booked chat lies there. It stays booked" in page.text
    assert page.links_to("/coordinator/chats/") == [f"/coordinator/chats/{chat.uid}"]
    page = press(desk, page, f"{HOME}/calendar")
    assert "nobody can be booked" in page.text
    assert [one.name for one in current(session).terms] == ["Break"]


def test_an_unknown_placeholder_is_refused_at_its_field(desk: FlaskClient) -> None:
    page = tried(desk, "mail-invitation", opening="Dear {nobody}", subject="Hi {name}")
    assert page.status == 422
    assert "“{nobody}” is no placeholder of this mail." in page.text
    assert ("a", {"href": "#opening"}) in page.tags


def test_a_mail_is_shown_as_it_would_be_sent(desk: FlaskClient) -> None:
    page = tried(desk, "mail-invitation", opening="Dear {name}, bring questions.")
    assert "Dear Priya Raman, bring questions." in page.text
    html = press(desk, page, f"{HOME}/mail-invitation/letter")
    assert "Dear Priya Raman, bring questions." in html.text
    assert "sandbox" in html.headers["Content-Security-Policy"]
    page = press(desk, page, f"{HOME}/mail-invitation")
    assert "own text" in page.text


def test_whoever_comes_second_looks_again(desk: FlaskClient, session: Session) -> None:
    mine = tried(desk, "reminders", reminders=["reminder-2d"])
    press(desk, tried(desk, "reminders", reminders=["reminder-3d"]), f"{HOME}/reminders")
    page = press(desk, mine, f"{HOME}/reminders")
    assert (page.status, count(session)) == (409, 1)
    assert "Somebody has changed this setting in the meantime." in page.text


def test_changed_weights_are_in_the_history_and_undone(desk: FlaskClient, session: Session) -> None:
    weights = "/coordinator/weights"
    typed = {"family-research-center": "5", "family-track": "50"}
    page = open_page(desk, weights)
    page = press_get(desk, page, weights, **typed)
    press(desk, page, weights)
    page = open_page(desk, f"{HOME}/history?setting=weights")
    assert "Track: 50 instead of" in page.text
    undo = page.links_to(f"{HOME}/history/")[0]
    press(desk, open_page(desk, undo), undo)
    page = open_page(desk, f"{HOME}/history?setting=weights")
    assert "instead of 50" in page.text


def press_get(desk: FlaskClient, page: Page, action: str, **typed: object) -> Page:
    return send(desk, page, page.form(action, "GET"), **typed)


def test_what_is_no_setting_is_not_there(desk: FlaskClient) -> None:
    got = [desk.get(f"{HOME}/{key}").status_code for key in ("nothing", "weights", "mail-nothing")]
    assert got == [404, 404, 404]


def test_who_only_looks_sees_what_is_set_and_what_was_changed(
    desk: FlaskClient, session: Session
) -> None:
    press(desk, tried(desk, "reminders", reminders=["reminder-3d"]), f"{HOME}/reminders")
    other = sign_in(desk.application.test_client(), make_user(session, "admissions"))
    for address in (HOME, f"{HOME}/history"):
        page = open_page(other, address)
        assert "3 days before" in page.text
        assert [form.action for form in page.forms if form.method == "POST"] == ["/sign-out"]
    assert open_page(other, HOME).links_to(f"{HOME}/") == [f"{HOME}/history"]


def test_the_pages_take_as_many_queries_for_much(desk: FlaskClient, session: Session) -> None:
    asked = []
    for kind in ("reminder-2d", "reminder-3d", "reminder-7d"):
        press(desk, tried(desk, "reminders", reminders=[kind]), f"{HOME}/reminders")
        make_person(session)
        open_page(desk, HOME)
        now = []
        for address in (HOME, f"{HOME}/history", f"{HOME}/rules"):
            with counted() as statements:
                open_page(desk, address)
            now.append(len(statements))
        asked.append(now)
    assert asked == [asked[0]] * 3
