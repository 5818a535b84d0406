"""Coordinators list the pages that may show us, and copy the snippet for them."""

from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.orm import Session

from ambassadors.extensions import db
from config import Settings
from tests.factories import load_vocabulary
from tests.web.browser import Page, open_page
from tests.web.framing import LOCAL, SCHOOL, in_production, list_origins
from tests.web.staff import as_coordinator, make_person, press

FORM = "/coordinator/settings/embedding"


def tried(desk: FlaskClient, origins: str) -> Page:
    """The page that says what listing these would do."""
    return press(desk, open_page(desk, FORM), f"{FORM}/preview", origins=origins)


def test_pages_are_listed_with_a_preview_and_the_change_is_undone(
    client: FlaskClient, session: Session
) -> None:
    load_vocabulary(session)
    desk = as_coordinator(client, session)
    page = tried(desk, f"{SCHOOL}/\n\nHTTPS://www.example.edu")
    assert f"{SCHOOL} may show us. https://www.example.edu may show us." in page.text
    page = press(desk, page, FORM)
    assert "Pages that may show us: saved." in page.text
    assert f"{SCHOOL} https://www.example.edu The snippet for a page" in page.text
    page = tried(desk, SCHOOL)
    assert "https://www.example.edu may not show us any more." in page.text
    undo = open_page(desk, "/coordinator/settings/history").links_to(
        "/coordinator/settings/history/"
    )[0]
    page = press(desk, open_page(desk, undo), undo)
    assert "Pages that may show us: undone." in page.text
    assert open_page(desk, FORM).form(f"{FORM}/preview").fields[-1] == ("origins", "")


def test_what_is_no_page_is_refused_at_its_field(client: FlaskClient, session: Session) -> None:
    load_vocabulary(session)
    desk = as_coordinator(client, session)
    page = tried(desk, f"{SCHOOL}; script-src *")
    assert page.status == 422
    assert "write each page’s own name, without a star." in page.text
    assert ("a", {"href": "#origins"}) in page.tags


def test_in_production_ones_own_machine_is_no_page(settings: Settings, session: Session) -> None:
    load_vocabulary(session)
    app = in_production(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    desk = as_coordinator(app.test_client(), session)
    answer = desk.post(f"{FORM}/preview", data={"origins": LOCAL, "seen": "0"})
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == 422
    assert "is somebody’s own machine, not a page." in answer.text


def test_the_snippet_is_what_was_chosen_and_is_shown_as_it_will_look(
    client: FlaskClient, session: Session
) -> None:
    ana = make_person(session)
    desk = as_coordinator(client, session)
    page = open_page(desk, "/coordinator/embed")
    assert "No site may show it yet." in page.text
    assert page.headers["Content-Security-Policy"].endswith(
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    list_origins(session, SCHOOL)
    chosen = f"who={ana.id}&language=es&theme=dark&interest=track/thesis&interest=x/%22%3E"
    page = open_page(desk, f"/coordinator/embed?{chosen}")
    given = {
        "data-ambassador": str(ana.id),
        "data-interests": "track/thesis",
        "data-language": "es",
        "data-theme": "dark",
    }
    attributes = " ".join(f'{name}="{value}"' for name, value in given.items())
    assert f"These sites may show it: {SCHOOL}." in page.text
    line = f'<script src="http://localhost/embed.js" async {attributes}></script>'
    assert str(escape(line)) in page.html
    preview = next(given for tag, given in page.tags if given.get("src") == "/embed.js")
    assert preview == {"src": "/embed.js", "async": None, **given}
