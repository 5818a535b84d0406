"""One function per mail: facts in, a `Mail` out. Nothing is fetched, nothing is sent.

`message_id` is the notice's own, the same on every attempt. Text that people typed is made plain
before it reaches a template.
"""

from ambassadors.mail.compose.accounts import account_invitation, password_reset, profile_approved
from ambassadors.mail.compose.calendars import calendar_clash, calendar_stale
from ambassadors.mail.compose.chats import (
    cancellation,
    code,
    invitation,
    reminder,
    thanks,
    update,
)
from ambassadors.mail.compose.handoffs import hand_off_asked, hand_off_over, hand_off_started
from ambassadors.mail.compose.privacy import privacy_link
from ambassadors.mail.compose.replies import (
    Choice,
    confirm_cancel,
    counter_declined,
    proposal,
)
from ambassadors.mail.compose.requests import plan_digest, request_matched, request_received
from ambassadors.mail.entries import Side
from ambassadors.mail.facts import (
    ChatFacts,
    Mail,
    Newcomer,
    OtherTime,
    Person,
    Service,
    StaleCalendar,
)

__all__ = [
    "ChatFacts",
    "Choice",
    "Mail",
    "Newcomer",
    "OtherTime",
    "Person",
    "Service",
    "Side",
    "StaleCalendar",
    "account_invitation",
    "calendar_clash",
    "calendar_stale",
    "cancellation",
    "code",
    "confirm_cancel",
    "counter_declined",
    "hand_off_asked",
    "hand_off_over",
    "hand_off_started",
    "invitation",
    "password_reset",
    "plan_digest",
    "privacy_link",
    "profile_approved",
    "proposal",
    "reminder",
    "request_matched",
    "request_received",
    "thanks",
    "update",
]
