"""The snippet that puts the finder, or one ambassador, into a page of the school's; and a look."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup

from ambassadors.core.interests import Vocabulary
from ambassadors.core.pools import Pool
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services.standing import STANDING
from ambassadors.web import access
from ambassadors.web.embedding import THEMES, listed_origins
from ambassadors.web.forms.coordinator import read_id
from ambassadors.web.security import shows_frames

# Each language in its own words, as it is offered.
LANGUAGES = {"en": "English", "es": "Español", "zh-Hans": "简体中文", "hi": "हिन्दी"}

pages = Blueprint("coordinator_embed", __name__, url_prefix="/coordinator/embed")
pages.before_request(access.coordinator_only)


@dataclass(frozen=True)
class Snippet:
    """What is chosen for a page; empty where nothing is."""

    ambassador: int | None
    interests: tuple[str, ...]
    language: str
    theme: str

    @property
    def attributes(self) -> Markup:
        """The same as attributes of the script."""
        pairs = (
            ("data-ambassador", str(self.ambassador or "")),
            ("data-interests", " ".join(self.interests)),
            ("data-language", self.language),
            ("data-theme", self.theme),
        )
        return Markup().join(Markup(' {}="{}"').format(*pair) for pair in pairs if pair[1])

    def html(self, base: str) -> Markup:
        """The line for the page, with a link for browsers without scripts."""
        path = f"/ambassadors/{self.ambassador}" if self.ambassador else "/"
        return Markup(
            '<script src="{}/embed.js" async{}></script>'
            '<noscript><a href="{}{}">Talk with a student</a></noscript>'
        ).format(base, self.attributes, base, path)


def read_snippet(pool: Pool, vocabulary: Vocabulary) -> Snippet:
    """What the address asks for; what there is not is left out."""
    who, theme = read_id(request.args.get("who", "")), request.args.get("theme", "")
    language = request.args.get("language", "")
    return Snippet(
        who if who in pool.places else None,
        tuple(one for one in request.args.getlist("interest") if vocabulary.knows(one)),
        language if language in LANGUAGES else "",
        theme if theme in THEMES else "",
    )


@pages.get("")
def embed() -> str:
    """The snippet to copy, what can be chosen of it, and how it will look."""
    session = db.session()
    standing = STANDING.read(session)
    snippet = read_snippet(standing.pool, standing.vocabulary)
    people = sorted((one.name, one.id) for one in standing.pool.profiles)
    shows_frames()
    return render_template(
        "coordinator/embed.html",
        snippet=snippet,
        html=snippet.html(current_app.extensions["settings"].base_url),
        people=[("", said("The finder of students")), *((id, name) for name, id in people)],
        families=[one for one in standing.vocabulary.families if one.role == "core"],
        languages=[("", said("the reader’s own")), *LANGUAGES.items()],
        themes=[
            ("", said("as the reader’s system is")),
            ("light", said("light")),
            ("dark", said("dark")),
        ],
        origins=listed_origins(session),
    )
