"""What a change of a setting will do, said before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ambassadors.models import Chat

Value = Mapping[str, Any]
SHOWN = 50  # booked chats a page lists


@dataclass(frozen=True)
class Foresight:
    """Sentences: what will be different, and what follows from it.

    `chats` are booked ones that it touches, at most `SHOWN` of `total`; they stay as they are.
    """

    different: tuple[str, ...]
    follows: tuple[str, ...] = ()
    chats: tuple[Chat, ...] = ()
    total: int = 0
