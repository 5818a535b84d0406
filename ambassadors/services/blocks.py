"""People who can book and ask no more: by their mail address, whatever its tag or capitals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.afterwards import person_key
from ambassadors.core.chats import Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain
from ambassadors.core.tokens import keyed_hash
from ambassadors.mail.addresses import parse_address
from ambassadors.models import Ambassador, Block, Chat, Prospect, WaitingRequest
from ambassadors.models.engine import attempt, secret_of
from ambassadors.services.throttles import hash_of, put_in_line

LONGEST_REASON = 1000
# Says no more than that it does not work here: whoever types an address need not be its owner.
NOT_HERE = said("We cannot take this online. Please write to the programme’s office.")
_ADD = insert(Block).returning(Block)
IN_FORCE = select(Block.id).where(
    Block.key.in_((bindparam("key"), bindparam("hidden"))), Block.lifted_at.is_(None)
)


def refuse_blocked(session: Session, email: str) -> None:
    """Refuses (409) who is blocked. A block of the same moment waits until this is decided."""
    if session.scalar(IN_FORCE, in_line(session, email)) is not None:
        raise Refused(NOT_HERE, status=409)


def in_line(session: Session, email: str) -> dict[str, str]:
    """What `IN_FORCE` looks for; from here on a block of this person waits."""
    key = person_key(email)
    put_in_line(session, hash_of("blocked", key))
    return {"key": key, "hidden": hidden_key(session, key)}


def block(session: Session, email: str, reason: str, user_id: int, now: datetime) -> Block:
    """Blocks a person; what they ask for and waits is closed. Their chats stay: see `live_chats`.

    Refused: 422 for what is no address or too long a reason, 409 when they are blocked already.
    """
    address = parse_address(email).lower()
    if len(reason) > LONGEST_REASON:
        raise Refused(
            said(
                "The reason is longer than {longest_reason} characters.",
                longest_reason=LONGEST_REASON,
            ),
            field="reason",
        )
    if not plain(reason):
        raise Refused(said("Please say why, for those who come after you."), field="reason")
    key, keys = person_key(address), in_line(session, address)
    if session.scalar(IN_FORCE, keys | {"key": keys["hidden"]}) is not None:
        raise Refused(said("This person is blocked already."), status=409, field="email")
    values = {"key": key, "email": address, "reason": plain(reason), "created_at": now}
    try:
        with attempt(session):
            row = session.scalars(_ADD, [values | {"user_id": user_id}]).one()
    except IntegrityError as fault:
        raise Refused(said("This person is blocked already."), status=409, field="email") from fault
    session.execute(
        update(WaitingRequest)
        .where(
            WaitingRequest.prospect_id.in_(people_with(session, key)),
            WaitingRequest.state == "waiting",
        )
        .values(state="closed", changed_at=now)
        .execution_options(synchronize_session=False)
    )
    return row


def people_with(session: Session, key: str) -> list[int]:
    """The prospects whose address is this person's."""
    begins_so = Prospect.email.startswith(key[0], autoescape=True)
    rows = session.execute(select(Prospect.id, Prospect.email).where(begins_so))
    return [id for id, email in rows if person_key(email) == key]


def live_chats(session: Session, row: Block, now: datetime) -> Sequence[Chat]:
    """Their chats that are still to come, the next one first."""
    return session.scalars(
        select(Chat)
        .where(
            Chat.prospect_id.in_(people_with(session, row.key)),
            Chat.status == Status.CONFIRMED.value,
            Chat.ends_at > now,
        )
        .order_by(Chat.starts_at)
        .options(joinedload(Chat.ambassador).joinedload(Ambassador.user))
    ).all()


def find_block(session: Session, block_id: int) -> Block:
    """One of them; refused (404) when there is none."""
    row = session.get(Block, block_id)
    if row is None:
        raise Refused(said("There is no such block."), status=404)
    return row


def in_force(session: Session, email: str) -> Block | None:
    """The block that a person is under."""
    key = person_key(email)
    keys = (key, hidden_key(session, key))
    return session.scalar(select(Block).where(Block.key.in_(keys), Block.lifted_at.is_(None)))


def hidden_key(session: Session, key: str) -> str:
    """What stays of a key when the person is erased: the block holds on, the address is gone."""
    return keyed_hash(secret_of(session), "blocked", key)


def list_blocks(session: Session) -> Sequence[Block]:
    """Those in force first, then the latest first."""
    rows = select(Block).options(joinedload(Block.user), joinedload(Block.lifted_by))
    order = (Block.lifted_at.is_not(None), Block.created_at.desc(), Block.id.desc())
    return session.scalars(rows.order_by(*order)).all()


def lift(session: Session, block_id: int, user_id: int, now: datetime) -> Block:
    """They can book again; who ended the block, and when, stays written."""
    row = find_block(session, block_id)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by_id = now, user_id
        session.flush()
    return row
