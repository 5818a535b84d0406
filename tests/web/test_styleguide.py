"""The style guide shows every component and every mail, on a developer's machine only."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from ambassadors import create_app
from ambassadors.services.settings.samples import every_sample
from config import ROOT, Settings
from tests.mail.samples import SERVICE

GUIDE, COMPONENTS = ROOT / "templates" / "styleguide", ROOT / "templates" / "components"


def trees(folder: Path) -> list[nodes.Template]:
    """The parsed templates of a folder."""
    environment = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - nothing is rendered
    return [environment.parse(file.read_text("utf-8")) for file in sorted(folder.glob("*.html"))]


def calls_in(tree: nodes.Node) -> set[str]:
    """The names that are called somewhere in it."""
    calls = tree.find_all(nodes.Call)
    return {call.node.name for call in calls if isinstance(call.node, nodes.Name)}


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
