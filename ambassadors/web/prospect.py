"""A prospect's pages up to the choice of a time: interests, matches, soonest, an ambassador."""

from flask import Blueprint, render_template

from ambassadors.web.security import public

pages = Blueprint("prospect", __name__)


@pages.get("/")
@public
def home() -> str:
    """The programme in three sentences and the form of interests."""
    return render_template("prospect/home.html")
