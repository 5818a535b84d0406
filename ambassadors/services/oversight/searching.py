"""Full-text search of chats: names, addresses, questions, reasons, UIDs (see migration 0009)."""

from sqlalchemy import ColumnElement, Select, cast, column, false, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from ambassadors.core.searching import for_postgresql, for_sqlite, tag_of, words_of
from ambassadors.models import Chat

ON_SQLITE = table("chat_search", column("rowid"), column("chat_search"))
ON_POSTGRESQL = table("chat_search", column("chat_id"), column("words"))


def chats_with(session: Session, typed: str = "", interest: str = "") -> ColumnElement[bool]:
    """Whether a chat has all the words and the interest; never, when there is no word in it."""
    words = words_of(typed)
    if typed and not words:
        return false()
    tags = (tag_of(interest),) if interest else ()
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    found: Select[int]
    if on_sqlite:
        asked = for_sqlite(words, tags)
        found = select(ON_SQLITE.c.rowid).where(ON_SQLITE.c.chat_search.op("MATCH")(asked))
    else:
        query = cast(for_postgresql(words, tags), TSQUERY)
        found = select(ON_POSTGRESQL.c.chat_id).where(ON_POSTGRESQL.c.words.op("@@")(query))
    return Chat.id.in_(found)
