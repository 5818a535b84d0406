"""The edge that speaks to people and programs: pages, forms, the API.

A view is four moves: authorise, validate, call a service, respond.
"""

from flask import Flask

from ambassadors.web import (
    api,
    asking,
    assets,
    booking_pages,
    chat_pages,
    choosing,
    choosing_language,
    codes,
    comparing,
    compiled,
    compression,
    copies,
    dev_mail,
    embedding,
    errors,
    feedback,
    filters,
    finding,
    glancing,
    health,
    keeping,
    metrics,
    offers,
    privacy,
    prospect,
    repeating,
    rules,
    searches,
    security,
    speaking,
    staff,
    styleguide,
)


def register(app: Flask) -> None:
    """Adds everything web to the app: what all pages share, then one line for each blueprint."""
    app.url_rule_class = rules.LazyRule
    for shared in (
        copies,
        compiled,
        speaking,
        filters,
        repeating,
        assets,
        compression,
        keeping,
        security,
        errors,
    ):
        shared.register(app)
    app.register_blueprint(prospect.pages)
    app.register_blueprint(finding.pages)
    app.register_blueprint(choosing.pages)
    app.register_blueprint(comparing.pages)
    app.register_blueprint(booking_pages.pages)
    app.register_blueprint(codes.pages)
    app.register_blueprint(chat_pages.pages)
    app.register_blueprint(asking.pages)
    app.register_blueprint(feedback.pages)
    app.register_blueprint(offers.pages)
    app.register_blueprint(privacy.pages)
    app.register_blueprint(health.pages)
    metrics.register(app)
    choosing_language.register(app)
    searches.register(app)
    api.register(app)
    embedding.register(app)
    dev_mail.register(app)
    styleguide.register(app)
    staff.register(app)
    glancing.register(app)
