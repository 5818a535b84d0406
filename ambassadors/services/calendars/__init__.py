"""Calendars elsewhere: added by their ambassador, read by the scheduler, kept as busy spans."""

from ambassadors.services.calendars.adding import (
    Choice,
    Naming,
    Upload,
    add_address,
    add_calendar,
    add_upload,
    count_look,
    find_calendars,
    open_choice,
)
from ambassadors.services.calendars.clashes import Clash, clashes, clashing, tell_clashes
from ambassadors.services.calendars.keeping import (
    find_own,
    list_own,
    pause,
    read_again,
    remove,
    rename,
    resume,
    set_all_day,
)
from ambassadors.services.calendars.opening import Whose, read_file
from ambassadors.services.calendars.refreshing import Reader, refresh_due
from ambassadors.services.calendars.sealing import Sealer

__all__ = [
    "Choice",
    "Clash",
    "Naming",
    "Reader",
    "Sealer",
    "Upload",
    "Whose",
    "add_address",
    "add_calendar",
    "add_upload",
    "clashes",
    "clashing",
    "count_look",
    "find_calendars",
    "find_own",
    "list_own",
    "open_choice",
    "pause",
    "read_again",
    "read_file",
    "refresh_due",
    "remove",
    "rename",
    "resume",
    "set_all_day",
    "tell_clashes",
]
