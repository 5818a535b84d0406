"""Everything behind a sign-in, and the sign-in itself."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from ambassadors.web import (
    access,
    account,
    account_privacy,
    account_words,
    ambassador,
    ambassador_afterwards,
    ambassador_away,
    ambassador_calendar_adding,
    ambassador_calendars,
    ambassador_hours,
    ambassador_profile,
    arriving,
    coordinator,
    coordinator_absence,
    coordinator_accounts,
    coordinator_afterwards,
    coordinator_ambassadors,
    coordinator_approval,
    coordinator_blocks,
    coordinator_bulk,
    coordinator_coverage,
    coordinator_desk,
    coordinator_embed,
    coordinator_feed,
    coordinator_filters,
    coordinator_imports,
    coordinator_inbox,
    coordinator_integrations,
    coordinator_leaving,
    coordinator_letters,
    coordinator_plan,
    coordinator_privacy,
    coordinator_reports,
    coordinator_settings,
    coordinator_staff,
    coordinator_today,
    coordinator_weights,
    feeds,
    hand_offs,
    looking,
    own_account,
    phone,
    school,
    telling,
    timesheets,
)

PAGES = (
    account.pages,
    arriving.pages,
    own_account.pages,
    school.pages,
    account_privacy.pages,
    ambassador.pages,
    ambassador_calendar_adding.pages,
    ambassador_calendars.pages,
    ambassador_afterwards.pages,
    ambassador_away.pages,
    ambassador_hours.pages,
    ambassador_profile.pages,
    coordinator.pages,
    coordinator_absence.pages,
    coordinator_accounts.pages,
    coordinator_ambassadors.pages,
    coordinator_afterwards.pages,
    coordinator_approval.pages,
    coordinator_bulk.pages,
    coordinator_blocks.pages,
    coordinator_filters.pages,
    coordinator_letters.pages,
    coordinator_desk.pages,
    coordinator_embed.pages,
    coordinator_feed.pages,
    coordinator_imports.pages,
    coordinator_leaving.pages,
    coordinator_inbox.pages,
    coordinator_integrations.pages,
    coordinator_plan.pages,
    coordinator_privacy.pages,
    coordinator_reports.pages,
    coordinator_settings.pages,
    coordinator_staff.pages,
    coordinator_weights.pages,
    feeds.pages,
    looking.pages,
    phone.open_pages,
    phone.pages,
    timesheets.pages,
    timesheets.own_pages,
    hand_offs.pages,
)


class Id(IntegerConverter):
    """A number in an address that can name a row; a larger one is no address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def register(app: Flask) -> None:
    """Adds the pages of staff, and what they say in templates."""
    app.url_map.converters["id"] = Id
    access.register(app)
    telling.register(app)
    looking.register(app)
    school.register(app)
    account_words.register(app)
    coordinator_today.register(app)
    coordinator_coverage.register(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
