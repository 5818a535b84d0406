"""Undo: what was just done is told beside a button that takes it back."""

import json
from dataclasses import dataclass

from flask import flash

UNDO = "undo"  # The category of such a flash: its message is what `offer_undo` wrote.


@dataclass(frozen=True)
class Undo:
    """What was done, and the form that takes it back: a POST to `action` of `values`."""

    text: str
    action: str
    values: tuple[tuple[str, str], ...]


def offer_undo(text: str, action: str, **values: str) -> None:
    """Tells what was done on the next page, with a button that sends `values` to `action`.

    The form goes to an ordinary address that checks it as any other, so nothing is undone
    that could not have been done by hand.
    """
    flash(json.dumps([text, action, list(values.items())]), UNDO)


def read_undo(message: str) -> Undo:
    """What `offer_undo` wrote."""
    text, action, values = json.loads(message)
    return Undo(text, action, tuple((name, value) for name, value in values))
