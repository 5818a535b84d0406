"""A proposed other time: offered to the other one when it is free, declined when it is not."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ambassadors.core import slots
from ambassadors.core.chats import LIVE
from ambassadors.core.notices import PROSPECT, Due, Kind, ambassador
from ambassadors.core.replies import Wish
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.models import Chat, Offer
from ambassadors.services import notices
from ambassadors.services.booking import alternatives
from ambassadors.services.diary import load_diary
from ambassadors.services.replies.offers import make_offer
from ambassadors.services.replies.outcomes import Outcome, name_of

MOST_PROPOSALS = 5  # of one person, for one state of the chat: mail must not go round in circles
TOO_MANY = said("They proposed several times already; please help them find one.")


def propose(session: Session, chat: Chat, recipient: str, wish: Wish, now: datetime) -> Outcome:
    """Offers the proposed start to the other one, or says no to the proposer with what is free."""
    start = wish.start
    if start is None or start == chat.starts_at:
        return Outcome("held", wish.unclear or said("It proposes a change, but no other time."))
    made = find_proposals(session, chat, recipient)
    if start in made:
        return Outcome("ignored", said("The same time was proposed before."))
    if len(made) >= MOST_PROPOSALS:
        return Outcome("held", TOO_MANY)
    if is_free(session, chat, start, now):
        return pass_on(session, chat, recipient, start, wish.comment, now)
    return decline(session, chat, recipient, start, now)


def find_proposals(session: Session, chat: Chat, recipient: str) -> set[datetime]:
    """The starts that they have proposed for the chat as it is now."""
    made = select(Offer.starts_at).where(
        Offer.chat_id == chat.id, Offer.version == chat.version, Offer.proposed_by == recipient
    )
    return set(session.scalars(made))


def is_free(session: Session, chat: Chat, start: datetime, now: datetime) -> bool:
    """Whether the chat could be moved there now; when it really is, the database arbitrates."""
    if start <= now or start.second:
        return False
    diary = load_diary(session, chat.ambassador_id, start, start, now, chat.id)
    if slots.why_not(diary, minute_of(start), chat.minutes, now) is not None:
        return False
    overlapping = select(Chat.id).where(
        Chat.prospect_id == chat.prospect_id,
        Chat.id != chat.id,
        Chat.status.in_([status.value for status in LIVE]),
        Chat.starts_at < start + (chat.ends_at - chat.starts_at),
        Chat.ends_at > start,
    )
    return session.scalar(overlapping.limit(1)) is None


def pass_on(
    session: Session, chat: Chat, proposer: str, start: datetime, comment: str, now: datetime
) -> Outcome:
    """One offer and one mail to the other one; it takes the place of an earlier proposal."""
    other = ambassador(chat.ambassador_id) if proposer == PROSPECT else PROSPECT
    session.execute(
        update(Offer)
        .where(Offer.chat_id == chat.id, Offer.proposed_by == proposer, Offer.state == "open")
        .values(state="gone")
        .execution_options(synchronize_session=False)
    )
    offer = make_offer(session, chat, other, start, now, proposer, comment)
    wanted = Due(Kind.PROPOSAL, other, now, chat.starts_at)
    notices.queue(
        session, offer.uid, chat.version, [wanted], now,
        chat_id=chat.id, details={"offer": offer.id},
    )  # fmt: skip
    name, asked = name_of(chat, proposer), name_of(chat, other)
    return Outcome(
        "acted",
        said("{name} proposed another time. {other} is asked by mail.", name=name, other=asked),
    )


def decline(session: Session, chat: Chat, proposer: str, start: datetime, now: datetime) -> Outcome:
    """Says no, and offers the nearest starts that are free to the proposer."""
    near = alternatives(session, chat.ambassador_id, start, chat.minutes, now, chat.id, count=6)
    free = [one for one in near if one != chat.starts_at and is_free(session, chat, one, now)][:3]
    refused = make_offer(session, chat, "", start, now, proposer)
    refused.state = "gone"
    made = [make_offer(session, chat, proposer, one, now) for one in free]
    wanted = Due(Kind.COUNTER_DECLINED, proposer, now, chat.starts_at)
    details = {"proposed": start.isoformat(), "offers": [one.id for one in made]}
    notices.queue(
        session, refused.uid, chat.version, [wanted], now, chat_id=chat.id, details=details
    )
    name = name_of(chat, proposer)
    return Outcome(
        "acted",
        said("{name} proposed a time that is not free, and was sent the nearest.", name=name),
    )
