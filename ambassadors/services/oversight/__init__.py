"""Oversight: what coordinators see of chats, ambassadors, requests and mail, list by list."""

from ambassadors.services.oversight import calendars
from ambassadors.services.oversight.chats import (
    ChatFilter,
    Story,
    find_chats,
    prospect_zones,
    tell_story,
)
from ambassadors.services.oversight.mail import (
    Letter,
    MailFilter,
    address,
    count_returned,
    export_mail,
    find_mail,
    mail_states,
)
from ambassadors.services.oversight.offered import fit_of
from ambassadors.services.oversight.people import (
    PersonFilter,
    Someone,
    find_ambassadors,
    list_ambassadors,
    list_leavers,
    name_ambassadors,
)
from ambassadors.services.oversight.requests import RequestFilter, find_requests

__all__ = [
    "ChatFilter",
    "Letter",
    "MailFilter",
    "PersonFilter",
    "RequestFilter",
    "Someone",
    "Story",
    "address",
    "calendars",
    "count_returned",
    "export_mail",
    "find_ambassadors",
    "find_chats",
    "find_mail",
    "find_requests",
    "fit_of",
    "list_ambassadors",
    "list_leavers",
    "mail_states",
    "name_ambassadors",
    "prospect_zones",
    "tell_story",
]
