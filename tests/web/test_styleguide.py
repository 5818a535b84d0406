"""The style guide shows every component and every mail, on a developer's machine only."""

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from ambassadors import create_app
from ambassadors.core.notices import REMINDERS, Kind
from ambassadors.services.settings.samples import every_sample
from ambassadors.translations import LOCALES, catalog
from ambassadors.web.security import MAIL_POLICY
from config import ROOT, Settings
from tests.mail.samples import SERVICE

GUIDE, COMPONENTS = ROOT / "templates" / "styleguide", ROOT / "templates" / "components"


def trees(folder: Path) -> list[nodes.Template]:
    """The parsed templates of a folder."""
    environment = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - nothing is rendered
    return [environment.parse(file.read_text("utf-8")) for file in sorted(folder.glob("*.html"))]


def calls_in(tree: nodes.Node) -> set[str]:
    """The names that are called somewhere in it; `each_again(macro, …)` calls the macro."""
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    kept = [call.args[0] for call in calls if call.node == nodes.Name("each_again", "load")]
    return {
        one.name for one in (*(call.node for call in calls), *kept) if isinstance(one, nodes.Name)
    }


def test_every_macro_of_the_components_is_shown_in_the_style_guide() -> None:
    bodies = {one.name: one for tree in trees(COMPONENTS) for one in tree.find_all(nodes.Macro)}
    shown, fresh = set(), set().union(*map(calls_in, trees(GUIDE)))
    while fresh:  # a component shows those that it is made of
        shown |= fresh
        fresh = set().union(*(calls_in(bodies[name]) for name in fresh & set(bodies))) - shown
    assert set(bodies) - shown == set()


def test_the_style_guide_shows_tokens_and_components(client: FlaskClient) -> None:
    pages = client.get("/styleguide").text + client.get("/styleguide/matches").text
    wanted = ("space-4", "pick-star", "match-who", "slots-day", "chart-line")
    assert [name for name in wanted if name not in pages] == []


def test_the_style_guide_names_the_colours_of_dark_screens_too(client: FlaskClient) -> None:
    dark = (ROOT / "static/css/tokens.css").read_text("utf-8").split("@media")[1]
    colours = re.findall(r"--[\w-]+: (#[0-9a-f]{6});", dark)
    page = client.get("/styleguide").text
    assert [one for one in colours if f"in dark {one}" not in page] == []
    assert len(colours) == 29


def test_every_kind_of_mail_has_a_sample_that_is_previewed() -> None:
    names = {str(kind).replace("-", "_") for kind in set(Kind) - {*REMINDERS, Kind.EXTRA_REMINDER}}
    assert (names | {"reminder"}) - set(every_sample(SERVICE, datetime.now(UTC))) == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_mails_are_previewed_in_each_language_shut_in_frames(
    client: FlaskClient, session: object, locale: str
) -> None:
    page = client.get(f"/styleguide/mails?in={locale}")
    sample = every_sample(SERVICE, datetime.now(UTC), locale)
    frames = re.findall(r'<iframe [^>]*src="([^"]*)"[^>]* sandbox ', page.text)
    assert frames == [f"/styleguide/mails/{name}.html?in={locale}" for name in sample]
    mail = client.get(f"/styleguide/mails/code.html?in={locale}")
    assert f'<html lang="{catalog(locale).tag}"' in mail.text
    policy = mail.headers["Content-Security-Policy"]
    assert policy == f"{MAIL_POLICY}; frame-ancestors 'self'"
    assert (
        "X-Frame-Options" in mail.headers,
        "frame-src 'self'" in page.headers["Content-Security-Policy"],
    ) == (False, True)


def test_every_mail_is_previewed_in_text_and_html(client: FlaskClient, session: object) -> None:
    page = client.get("/styleguide/mails").text
    names = every_sample(SERVICE, datetime.now(UTC))
    assert [name for name in names if f"/styleguide/mails/{name}.html" not in page] == []
    answers = [client.get(f"/styleguide/mails/{name}.html").status_code for name in names]
    assert answers == [200] * len(names)


def test_in_production_there_is_no_style_guide(settings: Settings) -> None:
    app = create_app(
        dataclasses.replace(
            settings,
            app_env="production",
            mail_url="smtp://localhost",
            base_url="https://a.example",
        )
    )
    app.testing = True
    assert app.test_client().get("/styleguide").status_code == 404
