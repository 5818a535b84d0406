"""Hand-offs: an ambassador cannot make it, and somebody else is found for the same time.

One person at a time is asked, the best match first; whoever says yes has the chat, which stays the
same entry in the prospect's calendar. When nobody can, the chat is cancelled and the prospect gets
the nearest other times. The prospect hears once at each turn.
"""

from ambassadors.services.handoffs.answering import PURPOSE, accept, decline, find_ask, why_closed
from ambassadors.services.handoffs.asking import go_on
from ambassadors.services.handoffs.showing import Search, last_search, open_searches
from ambassadors.services.handoffs.starting import start, take_back

__all__ = [
    "PURPOSE",
    "Search",
    "accept",
    "decline",
    "find_ask",
    "go_on",
    "last_search",
    "open_searches",
    "start",
    "take_back",
    "why_closed",
]
