"""How an erasure deals with every table: a table that is not named here fails a test.

Whoever adds one says here whether it holds anything of a person; if so, the erasure (`chats.py`,
`prospects.py`, `staff.py`), the export (`export.py`, `profiles.py`) and the look for traces
(`traces.py`) have to reach it, and `tests/everywhere.py` has to put somebody there.
"""

from collections.abc import Mapping

NOBODY = "holds nothing of people"
GONE = "rows are deleted"
EMPTIED = "rows stay and name nobody"
BY_ITSELF = "goes by itself within two days"

REACH: Mapping[str, str] = {
    "account_events": GONE,
    "ambassador_interests": GONE,
    "ambassadors": EMPTIED,
    "api_keys": NOBODY,
    "attempts": EMPTIED,
    "blocks": "a keyed hash of the address stays",
    "bulk_lines": EMPTIED,
    "bulks": "the name is taken out of the reason",
    "busy_spans": GONE,
    "calendar_sources": GONE,
    "chat_changes": EMPTIED,
    "chat_notes": GONE,
    "chats": EMPTIED,
    "data_version": NOBODY,
    "desk_events": EMPTIED,
    "families": NOBODY,
    "feedbacks": EMPTIED,
    "follow_ups": EMPTIED,
    "hand_off_asks": "holds numbers of people alone; open questions are answered",
    "hand_offs": EMPTIED,
    "heartbeats": NOBODY,
    "hours_exceptions": GONE,
    "idempotency_keys": GONE,
    "inbox_messages": EMPTIED,
    "interests": NOBODY,
    "notices": EMPTIED,
    "offers": EMPTIED,
    "participations": EMPTIED,
    "plan_lines": "names are taken out of sentences",
    "plans": "names are taken out of sentences",
    "privacy_acts": "a keyed hash of the address stays: the ledger",
    "programmes": NOBODY,
    "prospects": EMPTIED,
    "recovery_codes": GONE,
    "reports": EMPTIED,
    "requests": EMPTIED,
    "roster_imports": EMPTIED,
    "saved_filters": "those that search for the person are deleted",
    "school_links": GONE,
    "searches": NOBODY,
    "second_steps": GONE,
    "sessions": GONE,
    "settings_versions": NOBODY,
    "term_caps": NOBODY,
    "throttles": BY_ITSELF,
    "time_off": GONE,
    "users": EMPTIED,
    "webhook_deliveries": "hold numbers of people alone, which lead to nobody then",
    "webhooks": NOBODY,
    "weekly_hours": GONE,
}
