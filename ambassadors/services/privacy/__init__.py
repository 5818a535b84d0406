"""People's rights over what is held of them: to see it, to have it erased; how long it is kept."""

from ambassadors.services.privacy.going_on import Eraser, go_on
from ambassadors.services.privacy.links import (
    LASTS,
    ask_for_link,
    present,
    read_token,
    write_token,
)
from ambassadors.services.privacy.people import (
    Held,
    ask_for_erasure,
    asked_for,
    find_somebody,
    list_acts,
    note_export,
)
from ambassadors.services.privacy.replaying import count_open, read_done, replay
from ambassadors.services.privacy.retention import ask_for_old, forget_strangers

__all__ = [
    "LASTS",
    "Eraser",
    "Held",
    "ask_for_erasure",
    "ask_for_link",
    "ask_for_old",
    "asked_for",
    "count_open",
    "find_somebody",
    "forget_strangers",
    "go_on",
    "list_acts",
    "note_export",
    "present",
    "read_done",
    "read_token",
    "replay",
    "write_token",
]
