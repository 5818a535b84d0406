"""A refusal: what somebody asked for cannot be done, said once in the reader's words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any


class Refused(Exception):
    """What was asked cannot be done.

    `text` is a sentence for the person who reads it and `status` the HTTP status that fits:
    422 malformed, 404 not there (or not yours), 409 taken or changed meanwhile, 429 too often.
    `alternatives` are bookable starts (aware, UTC) nearest to the one that was wanted; `look_up`
    finds them from the session given to `complete`, once the transaction that refused is over:
    nobody should wait for a lock while another's alternatives are looked for.
    `field` names the form field or JSON member at fault. With `keep`, what was written before
    the refusal stands (a counted guess); otherwise the transaction is rolled back.
    """

    def __init__(
        self,
        text: str,
        *,
        status: int = 422,
        alternatives: Sequence[datetime] = (),
        look_up: Callable[[Any], Sequence[datetime]] | None = None,
        field: str | None = None,
        keep: bool = False,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.alternatives = tuple(alternatives)
        self.look_up = look_up
        self.field = field
        self.keep = keep

    def complete(self, source: Any) -> None:
        """Looks the alternatives up, if that was left for later."""
        if self.look_up is not None:
            self.alternatives, self.look_up = tuple(self.look_up(source)), None
