"""The first page: what the programme is, and what one would like to talk about."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, request

from ambassadors.core.interests import Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.zones import canonical
from ambassadors.extensions import db
from ambassadors.services.standing import STANDING, Standing
from ambassadors.web.keeping import render_kept
from ambassadors.web.languages import name_of
from ambassadors.web.programme import INTRODUCTION
from ambassadors.web.security import public

pages = Blueprint("home", __name__)

PARTS = ("interests", "languages", "zone")  # of the form, by their ids


@pages.get("/")
@public
def home() -> bytes:
    """The programme in three sentences and the form of interests."""
    return render_home({})


def render_home(errors: Mapping[str, str]) -> bytes:
    """The first page, with what the address says chosen already."""
    session, standing = db.session(), STANDING.read(db.session())
    vocabulary, most = standing.vocabulary, request.args.getlist("most")
    chosen = {*request.args.getlist("interest"), *most}
    return render_kept(
        "prospect/home.html",
        (standing.version, request.full_path, *errors.items()),
        datetime.now(UTC),
        introduction=INTRODUCTION.read(session, standing.version),
        vocabulary=vocabulary,
        chosen=chosen,
        most=most,
        detailed=any_detail(vocabulary, chosen),
        languages=languages_of(standing),
        spoken=request.args.getlist("language"),
        zone=canonical(request.args.get("zone", "")),
        errors=errors,
    )


def render_home_again(refusal: Refused) -> tuple[bytes, int]:
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
