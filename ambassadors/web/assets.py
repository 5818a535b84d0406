"""Static files under addresses that change with their content, so that browsers may keep them.

Stylesheets are served as bundles: `site` (static/css/*.css) for every page and `staff`
(static/css/staff/*.css) on top for those who sign in, `frame` for pages inside others. A new
component's file joins by itself.
"""

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request

from config import ROOT

STATIC = ROOT / "static"
BUNDLES = {"site": "css/*.css", "staff": "css/staff/*.css", "frame": "css/frame/*.css"}
FIRST = ("tokens.css", "base.css", "layout.css")  # the others may refine these, in any order

bundles = Blueprint("assets", __name__)


def register(app: Flask) -> None:
    """Gives templates `asset`, `stylesheet` and `import_map`, and serves the bundles."""
    app.register_blueprint(bundles)
    app.add_template_global(asset)
    app.add_template_global(stylesheet)
    app.add_template_global(import_map)


@bundles.get("/assets/<name>.css")
def bundle(name: str) -> Response:
    """All stylesheets of a bundle as one file."""
    if name not in BUNDLES:
        abort(404)
    return Response(css(name), mimetype="text/css")


def asset(path: str) -> str:
    """The address of a file under static/, with a fingerprint of its content."""
    return f"{request.script_root}/static/{path}?v={fingerprint(path)}"


def stylesheet(name: str) -> str:
    """The address of a bundle, with a fingerprint of its content."""
    return f"{request.script_root}/assets/{name}.css?v={css_fingerprint(name)}"


def import_map(folder: str) -> dict[str, dict[str, str]]:
    """For a module's imports: the plain address of each script of a folder, and its lasting one."""
    paths = (file.relative_to(STATIC).as_posix() for file in sorted((STATIC / folder).glob("*.js")))
    return {"imports": {f"{request.script_root}/static/{path}": asset(path) for path in paths}}


@cache
def fingerprint(path: str) -> str:
    """A short hash of a static file."""
    return digest((STATIC / path).read_bytes())


@cache
def css_fingerprint(name: str) -> str:
    """A short hash of a bundle."""
    return digest(css(name).encode())


def digest(content: bytes) -> str:
    """A hash long enough to tell versions of one file apart."""
    return blake2b(content, digest_size=6).hexdigest()


@cache
def css(name: str) -> str:
    """A bundle's text, without comments and what only makes it easy to read."""
    files = sorted(STATIC.glob(BUNDLES[name]), key=_order)
    text = "\n".join(file.read_text("utf-8") for file in files)
    return with_chosen_dark(smaller(text))


def smaller(text: str) -> str:
    """The same rules without comments, indentation and spaces that say nothing."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s*\n\s*", "\n", text).strip()
    return re.sub(r"(?<=[{};,])\n|\s(?={)|;\n?(?=})", "", text)


DARK = re.compile(r"@media \(prefers-color-scheme:\s?dark\){:root{(?P<rules>[^}]*)}}")


def with_chosen_dark(text: str) -> str:
    """Dark colours for whoever's device asks for them, and for whoever chose them.

    `:where` keeps both as weak as the light ones, so that paper's colours still win.
    """
    return DARK.sub(
        r"@media (prefers-color-scheme:dark){:root:where(:not([data-theme=light])){\g<rules>}}"
        r":root:where([data-theme=dark]){\g<rules>}",
        text,
    )


def _order(file: Path) -> tuple[int, str]:
    return (FIRST.index(file.name) if file.name in FIRST else len(FIRST), file.name)
