"""The first page: what the programme is, and what one would like to talk about."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request

from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.zones import canonical
from ambassadors.extensions import db
from ambassadors.services.programme import vocabulary as read_vocabulary
from ambassadors.services.standing import STANDING, Standing
from ambassadors.web.languages import name_of
from ambassadors.web.programme import INTRODUCTION
from ambassadors.web.security import public

pages = Blueprint("home", __name__)

PARTS = ("interests", "languages", "zone")  # of the form, by their ids


@pages.get("/")
@public
def home() -> str:
    """The programme in three sentences and the form of interests."""
    return render_home({})


def render_home(errors: Mapping[str, str]) -> str:
    """The first page, with what the address says chosen already."""
    session = db.session()
    vocabulary = read_vocabulary(session)
    most = request.args.getlist("most")
    chosen = {*request.args.getlist("interest"), *most}
    return render_template(
        "prospect/home.html",
        introduction=INTRODUCTION.read(session),
        vocabulary=vocabulary,
        chosen=chosen,
        most=most,
        detailed=any_detail(vocabulary, chosen),
        languages=languages_of(STANDING.read(session)),
        spoken=request.args.getlist("language"),
        zone=canonical(request.args.get("zone", "")),
        errors=errors,
    )


def render_home_again(refusal: Refused) -> tuple[str, int]:
    """The first page once more, with what is wrong beside the part of the form it belongs to."""
    part = refusal.field if refusal.field in PARTS else "interests"
    return render_home({part: refusal.text}), refusal.status


def any_detail(vocabulary: Vocabulary, chosen: set[str]) -> bool:
    """Whether something was chosen that is out of sight at first."""
    families = (family for family in vocabulary.families if family.role == "detail")
    return any(item.key in chosen for family in families for item in family.items)


def languages_of(standing: Standing) -> list[str]:
    """The languages that ambassadors speak, by their names."""
    return sorted(standing.spoken, key=name_of)
