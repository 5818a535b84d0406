"""Counts what is left of erased people, in plain SQL and by the hashes of their addresses."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import String, TextClause, column, select, text
from sqlalchemy.orm import Session

from ambassadors.extensions import UtcDateTime
from ambassadors.models import PrivacyAct
from ambassadors.services.privacy.people import key_of

CHATS = "chats c JOIN prospects p ON p.id = c.prospect_id"
OF_ERASED = f"{CHATS} WHERE p.erased_at IS NOT NULL"
ACCOUNTS = "ambassadors a JOIN users u ON u.id = a.user_id WHERE u.erased_at IS NOT NULL"
THEIRS = f"ambassador_id IN (SELECT a.id FROM {ACCOUNTS})"

TRACES: Mapping[str, str] = {
    "erased people's words in their chats": f"""
        SELECT count(*) FROM {OF_ERASED} AND (c.prospect_name <> 'Erased person'
        OR c.question <> '' OR c.prospect_zone <> 'UTC' OR c.held_from IS NOT NULL
        OR c.status = 'held')""",
    "erased people's rows that name them": """
        SELECT (SELECT count(*) FROM prospects WHERE erased_at IS NOT NULL
          AND (name <> 'Erased person' OR email NOT LIKE 'erased-%@erased.invalid'))
        + (SELECT count(*) FROM users WHERE erased_at IS NOT NULL
          AND (name <> 'Erased person' OR email NOT LIKE 'erased-%@erased.invalid' OR active))""",
    "erased people's requests that name them": """
        SELECT count(*) FROM requests r JOIN prospects p ON p.id = r.prospect_id
        WHERE p.erased_at IS NOT NULL
        AND (r.name <> 'Erased person' OR r.question <> '' OR r.state = 'waiting')""",
    "reasons in the history of erased people": f"""
        SELECT count(*) FROM chat_changes h WHERE h.reason <> '' AND EXISTS (
        SELECT 1 FROM {OF_ERASED} AND c.id = h.chat_id AND h.at <= p.erased_at)""",
    "words about erased people": f"""
        SELECT (SELECT count(*) FROM chat_notes n WHERE n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM reports n WHERE n.text <> ''
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM feedbacks n WHERE n.still_open <> ''
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM offers n WHERE n.comment <> ''
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM participations n WHERE n.comment <> ''
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM inbox_messages n WHERE n.sender <> ''
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM idempotency_keys n
          WHERE n.chat_id IN (SELECT c.id FROM {OF_ERASED}))""",
    "mails that name erased people": f"""
        SELECT (SELECT count(*) FROM notices n WHERE (n.headline <> '' OR n.answer <> ''
          OR (n.sent_to <> '' AND n.recipient = 'prospect'))
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM attempts t JOIN notices n ON n.id = t.notice_id
          WHERE (t.message IS NOT NULL OR t.words <> '')
          AND n.chat_id IN (SELECT c.id FROM {OF_ERASED}))
        + (SELECT count(*) FROM notices n JOIN prospects p ON p.id = n.prospect_id
          WHERE p.erased_at IS NOT NULL AND (n.headline <> '' OR n.sent_to <> ''))
        + (SELECT count(*) FROM notices n JOIN users u ON u.id = n.user_id
          WHERE u.erased_at IS NOT NULL AND (n.headline <> '' OR n.sent_to <> ''))""",
    "profiles, hours and calendars of erased people": f"""
        SELECT (SELECT count(*) FROM {ACCOUNTS}
          AND (a.bio <> '' OR a.meeting_url <> '' OR a.meeting_place <> ''
          OR a.status <> 'inactive'))
        + (SELECT count(*) FROM calendar_sources WHERE {THEIRS})
        + (SELECT count(*) FROM weekly_hours WHERE {THEIRS})
        + (SELECT count(*) FROM time_off WHERE {THEIRS})
        + (SELECT count(*) FROM chats WHERE place <> '' AND {THEIRS})""",
}

# Every address that is kept, with when it came to be: whoever came back later is no trace.
PEOPLE = {
    "prospect": "SELECT email, created_at FROM prospects WHERE erased_at IS NULL",
    "staff": "SELECT email, created_at FROM users WHERE erased_at IS NULL",
}
MENTIONS = (
    "SELECT DISTINCT sent_to, created_at FROM notices WHERE sent_to <> ''",
    "SELECT DISTINCT address, at FROM attempts WHERE address <> ''",
    "SELECT DISTINCT sender, arrived_at FROM inbox_messages WHERE sender <> ''",
    "SELECT email, created_at FROM blocks WHERE email <> ''",
)


def in_one(counts: Mapping[str, str]) -> TextClause:
    """One statement that counts all of these, each in a column."""
    return text("SELECT " + ", ".join(f"({sql})" for sql in counts.values()))


ALL_TRACES = in_one(TRACES)


def count_traces(session: Session) -> dict[str, int]:
    """What is left of erased people, by where it is; each must be 0."""
    counts = dict(zip(TRACES, session.execute(ALL_TRACES).one(), strict=True))
    counts["addresses of erased people"] = count_addresses(session)
    return counts


def count_addresses(session: Session) -> int:
    """Addresses whose hash is in the ledger, from before that erasure.

    Mails to somebody who is there as well, with an account beside what was erased, do not count.
    """
    rows = select(PrivacyAct.kind, PrivacyAct.key, PrivacyAct.done_at)
    done = (PrivacyAct.action == "erasure", PrivacyAct.done_at.is_not(None))
    erased = {(kind, key): at for kind, key, at in session.execute(rows.where(*done)) if at}
    if not erased:
        return 0
    people = {kind: dict(read_addresses(session, sql)) for kind, sql in PEOPLE.items()}
    there = set[str]().union(*people.values())
    mentions = [one for sql in MENTIONS for one in read_addresses(session, sql)]
    found = [(kind, *one) for kind, rows in people.items() for one in rows.items()]
    found += [(kind, *one) for kind in people for one in mentions if one[0] not in there]
    return sum(
        (at := erased.get((kind, key_of(session, address)))) is not None and since <= at
        for kind, address, since in found
    )


def read_addresses(session: Session, sql: str) -> Iterator[tuple[str, datetime]]:
    """Addresses, and since when they are there."""
    named = text(sql).columns(column("address", String), column("since", UtcDateTime()))
    yield from ((row.address, row.since) for row in session.execute(named))
