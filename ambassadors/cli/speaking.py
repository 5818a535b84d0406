"""What all commands share: refusals as sentences, the clock, moments that people type."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from ambassadors.core.refused import Refused

P = ParamSpec("P")
T = TypeVar("T")


def spoken(command: Callable[P, T]) -> Callable[P, T]:
    """A command whose refusals end it with their sentence and exit status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except Refused as refusal:
            raise click.ClickException(refusal.text) from refusal
        except SQLAlchemyError as fault:
            reason = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
            raise click.ClickException(f"The database refused: {reason}") from fault

    return run


def clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


class Moment(click.ParamType[datetime]):
    """A moment with its zone, in ISO 8601; becomes an aware datetime in UTC."""

    name = "ISO8601"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a moment such as 2027-03-01T15:00:00Z.", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"“{value}” has no time zone; write 2027-03-01T15:00:00Z.", param, ctx)
        return moment.astimezone(UTC)
