"""Changing many chats at once: looked at first, then carried out one by one by a scheduler."""

from ambassadors.services.bulk.asking import (
    ACTIONS,
    MOST,
    Asked,
    asked_of,
    choose,
    find_bulk,
    lines_of,
    start,
)
from ambassadors.services.bulk.foreseeing import Foreseen, foresee
from ambassadors.services.bulk.running import Runner, run_queued

__all__ = [
    "ACTIONS",
    "MOST",
    "Asked",
    "Foreseen",
    "Runner",
    "asked_of",
    "choose",
    "find_bulk",
    "foresee",
    "lines_of",
    "run_queued",
    "start",
]
