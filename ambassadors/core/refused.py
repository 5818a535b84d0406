"""A refusal: what somebody asked for cannot be done, said once in the reader's words."""

from collections.abc import Sequence
from datetime import datetime


class Refused(Exception):
    """What was asked cannot be done.

    `text` is a sentence for the person who reads it and `status` the HTTP status that fits:
    422 malformed, 404 not there (or not yours), 409 taken or changed meanwhile, 429 too often.
    `alternatives` are bookable starts (aware, UTC) nearest to the one that was wanted.
    `field` names the form field or JSON member at fault. With `keep`, what was written before
    the refusal stands (a counted guess); otherwise the transaction is rolled back.
    """

    def __init__(
        self,
        text: str,
        *,
        status: int = 422,
        alternatives: Sequence[datetime] = (),
        field: str | None = None,
        keep: bool = False,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.alternatives = tuple(alternatives)
        self.field = field
        self.keep = keep
