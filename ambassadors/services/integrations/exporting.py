"""The export for admissions systems such as Slate: a row a chat, keys that stay, plain columns.

The columns are a promise (docs/api.md): new ones come at the end, none changes its meaning.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ambassadors.core.csvs import write_row
from ambassadors.models import Chat
from ambassadors.services.integrations import reading

COLUMNS = (
    "chat_id", "prospect_id", "prospect_email", "prospect_name", "prospect_time_zone", "status",
    "start", "end", "minutes", "ambassador_id", "ambassador_name", "ambassador_email", "interests",
    "question", "language", "created_at", "updated_at",
)  # fmt: skip
PAGE = 500


def rows(session: Session, since: datetime | None) -> Iterator[Mapping[str, str]]:
    """Every chat that was ever confirmed, changed at `since` or later, however many there are."""
    cursor = ""
    while True:
        page = reading.chats(session, since, cursor, PAGE)
        for chat in page.rows:
            yield row_of(chat)
        session.expunge_all()  # thousands of rows need not stay in memory
        if not page.cursor:
            return
        cursor = page.cursor


def row_of(chat: Chat) -> Mapping[str, str]:
    """One chat as text, by column; moments in UTC, ISO 8601."""
    return {
        "chat_id": chat.uid,
        "prospect_id": str(chat.prospect_id),
        "prospect_email": chat.prospect.email,
        "prospect_name": chat.prospect_name,
        "prospect_time_zone": chat.prospect_zone,
        "status": chat.status,
        "start": iso(chat.starts_at),
        "end": iso(chat.ends_at),
        "minutes": str(chat.minutes),
        "ambassador_id": str(chat.ambassador_id),
        "ambassador_name": chat.ambassador.name,
        "ambassador_email": chat.ambassador.user.email,
        "interests": "; ".join(chat.interests),
        "question": chat.question,
        "language": chat.locale,
        "created_at": iso(chat.created_at),
        "updated_at": iso(chat.changed_at),
    }


def csv_lines(session: Session, since: datetime | None) -> Iterator[str]:
    """The same as CSV that no spreadsheet runs, line by line."""
    yield write_row(COLUMNS)
    for row in rows(session, since):
        yield write_row([row[name] for name in COLUMNS])


def iso(moment: datetime) -> str:
    """`2027-03-01T15:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
