"""The auditor: counts what must never be, in plain SQL, on any copy of the database.

Run after every test that writes, after a restore, and by operators; each count must be 0.
A cap that was lowered below what was booked already is not exceeded, one that is booked over is.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, String, bindparam, column, text
from sqlalchemy.orm import Session

from ambassadors.services.privacy.traces import count_traces, in_one

LIVE = "('held', 'confirmed')"

# When a chat came to where it is: what was there before a cap was lowered stays.
PLACED = """max(coalesce((SELECT max(h.at) FROM chat_changes h WHERE h.chat_id = c.id
        AND h.action IN ('moved', 'handed-over')), c.created_at))"""
AFTER_THE_CAP = f"(a.caps_changed_at IS NULL OR {PLACED} > a.caps_changed_at)"

COUNTS: Mapping[str, str] = {
    "overlapping chats of one ambassador": f"""
        SELECT count(*) FROM chats a JOIN chats b ON a.ambassador_id = b.ambassador_id
        AND a.id < b.id AND a.blocked_from < b.blocked_until AND b.blocked_from < a.blocked_until
        WHERE a.status IN {LIVE} AND b.status IN {LIVE}""",
    "overlapping chats of one prospect": f"""
        SELECT count(*) FROM chats a JOIN chats b ON a.prospect_id = b.prospect_id
        AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.status IN {LIVE} AND b.status IN {LIVE}""",
    "weekly caps exceeded": f"""
        SELECT count(*) FROM (SELECT a.id FROM ambassadors a JOIN chats c ON c.ambassador_id = a.id
        WHERE c.status IN {LIVE} GROUP BY a.id, c.cap_week
        HAVING count(*) > a.weekly_cap AND {AFTER_THE_CAP}) AS exceeded""",
    "daily caps exceeded": f"""
        SELECT count(*) FROM (SELECT a.id FROM ambassadors a JOIN chats c ON c.ambassador_id = a.id
        WHERE c.status IN {LIVE} GROUP BY a.id, c.cap_day
        HAVING count(*) > a.daily_cap AND {AFTER_THE_CAP}) AS exceeded""",
    "more than one hold of a prospect": """
        SELECT count(*) FROM (SELECT prospect_id FROM chats WHERE status = 'held'
        GROUP BY prospect_id HAVING count(*) > 1) AS doubled""",
    "chats of two idempotency keys": """
        SELECT count(*) FROM (SELECT chat_id FROM idempotency_keys
        GROUP BY chat_id HAVING count(*) > 1) AS doubled""",
    "changes without a history row": """
        SELECT count(*) FROM chats c WHERE c.version <>
        (SELECT count(*) FROM chat_changes h WHERE h.chat_id = c.id)""",
    "calendars that would be read though they are paused, or files": """
        SELECT count(*) FROM calendar_sources
        WHERE next_at IS NOT NULL AND (paused OR kind = 'file')""",
    "two notices with one key": """
        SELECT count(*) FROM (SELECT subject FROM notices
        GROUP BY subject, version, kind, recipient HAVING count(*) > 1) AS doubled""",
    "confirmed chats without an invitation to the prospect": """
        SELECT count(*) FROM chats c WHERE c.status = 'confirmed' AND NOT EXISTS (
        SELECT 1 FROM notices n WHERE n.chat_id = c.id AND n.recipient = 'prospect'
        AND n.kind IN ('invitation', 'update') AND n.state <> 'void')""",
    "confirmed chats without an invitation to the ambassador": """
        SELECT count(*) FROM chats c WHERE c.status = 'confirmed' AND NOT EXISTS (
        SELECT 1 FROM notices n WHERE n.chat_id = c.id
        AND n.recipient = 'ambassador:' || c.ambassador_id
        AND n.kind IN ('invitation', 'update') AND n.state <> 'void')""",
    "hand-offs taken by whom the chat was never handed to": """
        SELECT count(*) FROM hand_offs o WHERE o.status = 'taken' AND NOT EXISTS (
        SELECT 1 FROM chat_changes h WHERE h.chat_id = o.chat_id
        AND h.action = 'handed-over' AND h.version = o.chat_version + 1)""",
    "hand-offs taken without exactly one yes, or not taken with one": """
        SELECT count(*) FROM hand_offs o WHERE (SELECT count(*) FROM hand_off_asks a
        WHERE a.hand_off_id = o.id AND a.answer = 'yes')
        <> (CASE WHEN o.status = 'taken' THEN 1 ELSE 0 END)""",
    "open questions of hand-offs that are over": """
        SELECT count(*) FROM hand_off_asks a JOIN hand_offs o ON o.id = a.hand_off_id
        WHERE a.answer = '' AND o.status <> 'asking'""",
    "cancelled chats without a cancellation": """
        SELECT count(*) FROM chats c WHERE c.status = 'cancelled' AND 2 > (
        SELECT count(DISTINCT n.recipient) FROM notices n WHERE n.chat_id = c.id
        AND n.kind = 'cancellation' AND n.state <> 'void')""",
    "reminders sent after the start": """
        SELECT count(*) FROM notices n JOIN chats c ON c.id = n.chat_id
        WHERE n.kind LIKE 'reminder%' AND n.state = 'sent' AND n.version = c.version
        AND n.sent_at >= c.starts_at""",
    "reminders sent after a cancellation": """
        SELECT count(*) FROM notices n JOIN chat_changes h ON h.chat_id = n.chat_id
        WHERE n.kind LIKE 'reminder%' AND n.state = 'sent' AND h.action = 'cancelled'
        AND n.sent_at > h.at""",
    "reminders waiting for an earlier version": """
        SELECT count(*) FROM notices n JOIN chats c ON c.id = n.chat_id
        WHERE n.kind LIKE 'reminder%' AND n.state = 'waiting' AND n.version < c.version
        AND c.status IN ('held', 'confirmed', 'cancelled')""",
}
ALL_COUNTS = in_one(COUNTS)

HOUR = timedelta(hours=1)


def audit(session: Session, now: datetime | None = None) -> dict[str, int]:
    """What should not be, with how often it is; empty when all is well.

    With `now`, reminders that were due and never accepted count as well.
    """
    return {what: count for what, count in count_all(session, now).items() if count}


def count_all(session: Session, now: datetime | None = None) -> dict[str, int]:
    """Everything that should not be, with how often it is; `now` as in `audit`."""
    counts = dict(zip(COUNTS, session.execute(ALL_COUNTS).one(), strict=True))
    counts["sequences that do not rise"] = count_fallen_sequences(session)
    counts["reminders at the wrong time, or missing"] = count_wrong_reminders(session)
    counts |= count_traces(session)
    if now is not None:
        counts["reminders never accepted"] = count_missed_reminders(session, now)
    return counts


def count_fallen_sequences(session: Session) -> int:
    """Chats in whose history a SEQUENCE stands still or falls."""
    rows = session.execute(
        text("SELECT chat_id, after FROM chat_changes ORDER BY chat_id, version")
    )
    last: dict[int, int] = {}
    fallen: set[int] = set()
    for chat_id, after in rows:
        values = json.loads(after) if isinstance(after, str) else after
        if "sequence" in values:
            if values["sequence"] <= last.get(chat_id, 0):
                fallen.add(chat_id)
            last[chat_id] = values["sequence"]
    return len(fallen)


REMINDED = text(
    """SELECT c.id, c.starts_at, h.at, n.kind, n.first_due_at, n.state FROM chats c
    JOIN chat_changes h ON h.chat_id = c.id AND h.version = (
      SELECT max(version) FROM chat_changes x WHERE x.chat_id = c.id
      AND x.action IN ('confirmed', 'moved', 'handed-over', 'place'))
    LEFT JOIN notices n ON n.chat_id = c.id AND n.version = h.version
      AND n.kind LIKE 'reminder%' AND n.recipient = 'prospect'
    WHERE c.status = 'confirmed'"""
).columns(
    column("id"),
    column("starts_at", DateTime(timezone=True)),
    column("at", DateTime(timezone=True)),
    column("kind", String),
    column("first_due_at", DateTime(timezone=True)),
    column("state", String),
)
CHOSEN = text(
    "SELECT value, at FROM settings_versions WHERE key = 'reminders' ORDER BY number DESC LIMIT 1"
).columns(column("value", String), column("at", DateTime(timezone=True)))
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def count_wrong_reminders(session: Session) -> int:
    """Confirmed chats whose reminders are not just those that their last timing, and the last
    choice of reminders, ask for.
    """
    chosen, since = read_chosen(session)
    timed: dict[int, tuple[datetime, datetime]] = {}
    found: dict[int, dict[str, tuple[datetime, str]]] = {}
    for chat_id, starts_at, at, kind, due_at, state in session.execute(REMINDED):
        timed[chat_id] = (aware(starts_at), aware(at))
        found.setdefault(chat_id, {})
        if kind:
            found[chat_id][kind] = (aware(due_at), state)
    return sum(is_wrong(*timed[one], found[one], chosen, since) for one in timed)


def read_chosen(session: Session) -> tuple[list[str], datetime]:
    """The reminders that there are, by kind, and since when; a day and an hour before at first."""
    row = session.execute(CHOSEN).one_or_none()
    if row is None:
        return ["reminder-24h", "reminder-1h"], LONG_AGO
    value = json.loads(row.value) if isinstance(row.value, str) else row.value
    return value["reminders"], aware(row.at)


def aware(moment: datetime) -> datetime:
    """SQLite keeps no zone: all moments are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_wrong(
    starts_at: datetime,
    at: datetime,
    found: Mapping[str, tuple[datetime, str]],
    chosen: list[str],
    since: datetime,
) -> bool:
    """Whether one is missing that was still to come when the chat's time and the reminders were
    set, or one is there that should not be.
    """
    missing = any(starts_at - ahead(kind) > max(at, since) and kind not in found for kind in chosen)
    return missing or any(
        due_at != starts_at - ahead(kind)
        or due_at <= at
        or (state == "waiting" and kind not in chosen and starts_at > since)
        for kind, (due_at, state) in found.items()
    )


def ahead(kind: str) -> timedelta:
    """How long before a chat a reminder is due: its kind says so, such as `reminder-24h`."""
    number, unit = kind.removeprefix("reminder-")[:-1], kind[-1]
    return int(number) * {"d": timedelta(days=1), "h": HOUR, "m": timedelta(minutes=1)}[unit]


MISSED = text(
    """SELECT count(*) FROM notices n JOIN chats c ON c.id = n.chat_id
    WHERE n.kind LIKE 'reminder%' AND n.state IN ('waiting', 'failed') AND n.version = c.version
    AND c.status = 'confirmed' AND c.starts_at <= :now"""
).bindparams(bindparam("now", type_=DateTime(timezone=True)))


def count_missed_reminders(session: Session, now: datetime) -> int:
    """Reminders of chats that have begun which no server ever accepted."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    moment = now.replace(tzinfo=None) if on_sqlite else now
    return int(session.scalar(MISSED, {"now": moment}) or 0)
