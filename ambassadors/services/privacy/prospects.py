"""The end of an erasure of a prospect: their row, and what names them beside their chats."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.afterwards import person_key
from ambassadors.core.erasing import ERASED, NO_ZONE, stand_in, without
from ambassadors.core.notices import PROSPECT
from ambassadors.core.tokens import keyed_hash
from ambassadors.models import (
    Block,
    Bulk,
    Chat,
    ChatChange,
    Concern,
    DeskEvent,
    InboxMessage,
    Notice,
    Prospect,
    SavedFilter,
    Throttle,
    WaitingRequest,
)
from ambassadors.models.engine import secret_of
from ambassadors.services.blocks import hidden_key
from ambassadors.services.privacy.chats import (
    forget_arrived,
    forget_mails,
    forget_requests,
    run,
)
from ambassadors.services.throttles import hash_of

# Where staff may have written somebody's name or address, beside the chats.
FREE_TEXTS: Sequence[tuple[Any, str]] = (
    (Bulk, "reason"),
    (Block, "reason"),
    (Concern, "note"),
    (DeskEvent, "note"),
)


def forget_prospect(session: Session, row: Prospect, now: datetime) -> None:
    """All but the chats, which must be anonymous already. Twice is once."""
    forget_requests(session, row.id, now)
    forget_mails(session, Notice.prospect_id == row.id, Notice.recipient == PROSPECT)
    forget_arrived(session, func.lower(InboxMessage.sender) == row.email)
    hide_blocks(session, row.email)
    forget_mentions(session, (row.email, row.name))
    forget_throttles(session, row.email)
    row.email, row.name, row.time_zone = stand_in("prospect", row.id), ERASED, NO_ZONE
    row.erased_at = now
    session.flush()


def mistyped(session: Session, chat_ids: Collection[int]) -> list[int]:
    """Prospects who exist only because an address was mistyped in one of these chats."""
    rows = session.execute(
        select(ChatChange.before).where(
            ChatChange.chat_id.in_(chat_ids), ChatChange.action == "address"
        )
    )
    earlier = {before["prospect_id"] for (before,) in rows if "prospect_id" in before}
    has_more = or_(
        exists().where(Chat.prospect_id == Prospect.id),
        exists().where(WaitingRequest.prospect_id == Prospect.id),
    )
    return list(session.scalars(select(Prospect.id).where(Prospect.id.in_(earlier), ~has_more)))


def hide_blocks(session: Session, email: str) -> None:
    """A block holds on: by a keyed hash of the address, without the address and the reason."""
    key = person_key(email)
    run(
        session,
        update(Block)
        .where(or_(Block.key == key, Block.email == email))
        .values(key=hidden_key(session, key), email="", reason=""),
    )


def forget_mentions(session: Session, names: tuple[str, ...]) -> None:
    """Free texts that name them, and saved filters that search for them."""
    named = tuple(name for name in names if is_telling(name))
    for model, column in FREE_TEXTS:
        field = getattr(model, column)
        found = or_(*(field.icontains(name, autoescape=True) for name in named))
        for id, words in session.execute(select(model.id, field).where(found)).all():
            run(
                session, update(model).where(model.id == id).values({column: without(words, named)})
            )
    for query in (SavedFilter.query, SavedFilter.name):
        sought = or_(*(query.icontains(one, autoescape=True) for one in spelled(named)))
        run(session, delete(SavedFilter).where(sought))


def is_telling(name: str) -> bool:
    """Whether a text tells of one person: an address, or more than one name."""
    return "@" in name or " " in name.strip()


def spelled(names: tuple[str, ...]) -> Iterator[str]:
    """As addresses of pages spell them."""
    for name in names:
        yield name
        yield name.replace("@", "%40").replace(" ", "+")


def forget_throttles(session: Session, email: str) -> None:
    """What was counted by the address, within the last day."""
    account = keyed_hash(secret_of(session), "account", email)
    keys = [hash_of(kind, email) for kind in ("code-mail", "request")]
    keys += [hash_of(kind, account) for kind in ("privacy", "reset", "sign-in")]
    run(session, delete(Throttle).where(Throttle.key.in_(keys)))
