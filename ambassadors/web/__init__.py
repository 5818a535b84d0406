"""The edge that speaks to people and programs: pages, forms, the API.

A view is four moves: authorise, validate, call a service, respond.
"""

from flask import Flask

from ambassadors.web import (
    api,
    assets,
    choosing,
    compression,
    errors,
    filters,
    finding,
    health,
    prospect,
    security,
)


def register(app: Flask) -> None:
    """Adds everything web to the app: what all pages share, then one line for each blueprint."""
    for shared in (filters, assets, compression, security, errors):
        shared.register(app)
    app.register_blueprint(prospect.pages)
    app.register_blueprint(finding.pages)
    app.register_blueprint(choosing.pages)
    app.register_blueprint(health.pages)
    api.register(app)
