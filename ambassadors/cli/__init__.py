"""The commands of `flask --app wsgi …`; see docs/operating.md."""

from flask import Flask

from ambassadors.cli.assigning import COMMANDS as ASSIGNING
from ambassadors.cli.integrations import COMMANDS as INTEGRATIONS
from ambassadors.cli.operating import COMMANDS as OPERATING
from ambassadors.cli.people import COMMANDS as PEOPLE
from ambassadors.cli.privacy import COMMANDS as PRIVACY
from ambassadors.cli.season import COMMANDS as SEASON
from ambassadors.cli.setting_up import COMMANDS as SETTING_UP


def register(app: Flask) -> None:
    """Adds every command to the app."""
    parts = (SETTING_UP, PEOPLE, ASSIGNING, OPERATING, PRIVACY, SEASON, INTEGRATIONS)
    for command in (command for part in parts for command in part):
        app.cli.add_command(command)
