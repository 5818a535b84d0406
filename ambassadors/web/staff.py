"""Everything behind a sign-in, and the sign-in itself."""

from flask import Flask

from ambassadors.web import (
    access,
    account,
    ambassador,
    ambassador_hours,
    ambassador_profile,
    coordinator,
    coordinator_ambassadors,
    coordinator_desk,
    feeds,
    telling,
)


def register(app: Flask) -> None:
    """Adds the pages of staff, and what they say in templates."""
    access.register(app)
    telling.register(app)
    for blueprint in (
        account.pages,
        account.own_pages,
        ambassador.pages,
        ambassador_hours.pages,
        ambassador_profile.pages,
        coordinator.pages,
        coordinator_ambassadors.pages,
        coordinator_desk.pages,
        feeds.pages,
    ):
        app.register_blueprint(blueprint)
