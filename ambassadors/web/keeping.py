"""Pages that are written once for all who ask the same within a minute.

What such a page shows is all in its key: whoever renders one names there everything that may
differ, free times included, which are read afresh each time. Nothing of anybody's session goes in.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, render_template, request, session

from ambassadors.core.spans import minute_of
from ambassadors.web.filters import has_flashes
from ambassadors.web.speaking import language

MOST = 64  # pages of some 50 kB in each process

Pages = dict[Hashable, bytes]


def register(app: Flask) -> None:
    """Makes room; each app has its own, as it has its own database."""
    app.extensions["kept_pages"] = Pages()


def render_kept(template: str, key: Hashable, now: datetime, **context: Any) -> bytes:
    """The page, as it was written before when all of `key` was the same in this minute."""
    pages: Pages = current_app.extensions["kept_pages"]
    listed = request.args.get("zones") == "list"  # components/zone.html
    whole = (template, key, minute_of(now), request.script_root, language().locale, listed)
    page = None if has_flashes() else pages.get(whole)
    if page is None:
        page = render_template(template, now=now, **context).encode()
        if shows_nobody():
            if len(pages) >= MOST:
                pages.clear()
            pages[whole] = page
    return page


def shows_nobody() -> bool:
    """Whether the page just written was for somebody without a session, and began none."""
    unknown = current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
    return unknown and not session.modified and "csp_nonce" not in g
