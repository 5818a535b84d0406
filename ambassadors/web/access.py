"""Who may see what. A browser's right to its own chats; what is not yours is not there (404)."""

import time

from flask import session

GRANT_SECONDS = 2 * 3600
MOST_GRANTS = 12  # they travel in a cookie


def grant_chat(uid: str) -> None:
    """Gives this browser the right to a chat for two hours from now."""
    grants = _grants()
    grants.pop(uid, None)
    newest = dict([*grants.items(), (uid, int(time.time()) + GRANT_SECONDS)][-MOST_GRANTS:])
    session["chats"] = newest


def may_see_chat(uid: str) -> bool:
    """Whether this browser holds the right to a chat."""
    return uid in _grants()


def _grants() -> dict[str, int]:
    """The rights that have not run out, oldest first."""
    kept = session.get("chats", {})
    return {uid: until for uid, until in kept.items() if until > time.time()}
