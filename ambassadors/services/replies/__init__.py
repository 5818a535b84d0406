"""Replies: what people answer in their calendars is read, written down, and acted upon.

A mail can do no more than its sender's own link could: see docs/decisions/replies-by-mail.md.
"""

from ambassadors.services.replies.held import apply_as, count_held, dismiss, find_inbox
from ambassadors.services.replies.offers import accept, find_offer, offer_token
from ambassadors.services.replies.reading import Counts, read_inbox
from ambassadors.services.replies.showing import Said, mails_about, said_about

__all__ = [
    "Counts",
    "Said",
    "accept",
    "apply_as",
    "count_held",
    "dismiss",
    "find_inbox",
    "find_offer",
    "mails_about",
    "offer_token",
    "read_inbox",
    "said_about",
]
