"""What an erasure leaves of chats and requests: rows that count, and name nobody."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    cast,
    delete,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from ambassadors.core.erasing import ERASED, NO_LOCALE, NO_ZONE, impersonal
from ambassadors.core.notices import LASTING, PROSPECT
from ambassadors.core.waking import WAKING
from ambassadors.models import (
    Attempt,
    BulkLine,
    Chat,
    ChatChange,
    ChatNote,
    Concern,
    Feedback,
    FollowUp,
    HandOff,
    IdempotencyKey,
    InboxMessage,
    Notice,
    Offer,
    Participation,
    PlanLine,
    WaitingRequest,
)


def run(session: Session, statement: Any) -> None:
    """Carries out a change of many rows, whatever the session has read of them."""
    session.execute(statement.execution_options(synchronize_session=False))


def forget_prospect_in(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Chats of an erased prospect: their name, zone and words go, and links end.

    They count as changed, so that systems which read what has changed forget them, too.
    """
    run(
        session,
        update(Chat)
        .where(Chat.id.in_(ids))
        .values(
            prospect_name=ERASED, prospect_zone=NO_ZONE, question="", languages=[],
            nonce=secrets.token_urlsafe(32), held_from=None, locale=NO_LOCALE,
            changed_at=now,
        ),
    )  # fmt: skip
    run(session, update(Feedback).where(Feedback.chat_id.in_(ids)).values(still_open=""))
    run(
        session,
        update(FollowUp)
        .where(FollowUp.chat_id.in_(ids), FollowUp.state == "open")
        .values(state="done", done_at=now),
    )
    forget_words(session, ids, now)
    forget_mails(session, Notice.chat_id.in_(ids), Notice.recipient == PROSPECT)
    run(session, delete(IdempotencyKey).where(IdempotencyKey.chat_id.in_(ids)))


def forget_words(session: Session, ids: Sequence[int], now: datetime) -> None:
    """What anybody wrote of chats: reasons, notes, reports, answers by mail."""
    forget_history(session, ids)
    run(session, delete(ChatNote).where(ChatNote.chat_id.in_(ids)))
    run(
        session,
        update(Concern)
        .where(Concern.chat_id.in_(ids))
        .values(
            text="", note="", state="closed",
            fingerprint=literal("erased-") + cast(Concern.id, String),
            closed_at=case((Concern.closed_at.is_(None), now), else_=Concern.closed_at),
        ),
    )  # fmt: skip
    run(session, update(Participation).where(Participation.chat_id.in_(ids)).values(comment=""))
    run(
        session,
        update(Offer)
        .where(Offer.chat_id.in_(ids))
        .values(
            comment="", nonce=secrets.token_urlsafe(24),
            state=case((Offer.state == "open", "gone"), else_=Offer.state),
        ),
    )  # fmt: skip
    run(session, update(HandOff).where(HandOff.chat_id.in_(ids)).values(reason=""))
    run(session, update(BulkLine).where(BulkLine.chat_id.in_(ids)).values(text=""))
    forget_arrived(session, InboxMessage.chat_id.in_(ids))


def forget_history(session: Session, ids: Sequence[int]) -> None:
    """Reasons go; of the values what counts, caps and calendars need stays."""
    run(session, update(ChatChange).where(ChatChange.chat_id.in_(ids)).values(reason=""))
    columns = (ChatChange.id, ChatChange.before, ChatChange.after)
    for id, before, after in session.execute(select(*columns).where(ChatChange.chat_id.in_(ids))):
        values = {"before": impersonal(before), "after": impersonal(after)}
        if values != {"before": before, "after": after}:
            run(session, update(ChatChange).where(ChatChange.id == id).values(values))


def forget_arrived(session: Session, which: ColumnElement[bool]) -> None:
    """Mails that came in: that there was one stays."""
    settled = case((InboxMessage.outcome == "held", "dismissed"), else_=InboxMessage.outcome)
    run(
        session,
        update(InboxMessage)
        .where(which)
        .values(sender="", subject="", facts={}, sentence="", outcome=settled),
    )


def forget_mails(
    session: Session, which: ColumnElement[bool], to_them: ColumnElement[bool]
) -> None:
    """Mails about a person: texts, copies and servers' words go; where `to_them`, the address."""
    found = select(Notice.id).where(which).scalar_subquery()
    theirs = select(Notice.id).where(which, to_them).scalar_subquery()
    run(session, update(Attempt).where(Attempt.notice_id.in_(found)).values(words="", message=None))
    run(session, update(Attempt).where(Attempt.notice_id.in_(theirs)).values(address=""))
    ended = case((Notice.kind.in_(sorted(LASTING)), "failed"), else_="void")
    run(
        session,
        update(Notice)
        .where(which)
        .values(
            headline="", answer="", returned_words="", details={},
            sent_to=case((to_them, ""), else_=Notice.sent_to),
            state=case((Notice.state == "waiting", ended), else_=Notice.state),
            owner=None, lease_until=None,
        ),
    )  # fmt: skip


def forget_requests(session: Session, prospect_id: int, now: datetime) -> None:
    """Requests of an erased prospect, and the mails about them, to ambassadors as well."""
    mine = WaitingRequest.prospect_id == prospect_id
    ids = session.scalars(select(WaitingRequest.id).where(mine)).all()
    if not ids:
        return
    about = about_requests(session, prospect_id)
    run(
        session,
        update(WaitingRequest)
        .where(mine)
        .values(
            name=ERASED, time_zone=NO_ZONE, languages=[], question="", locale=NO_LOCALE,
            nonce=secrets.token_urlsafe(32), wake=WAKING[0], sleep=WAKING[1],
            state=case((WaitingRequest.state == "waiting", "closed"), else_=WaitingRequest.state),
        ),
    )  # fmt: skip
    forget_mails(session, Notice.request_id.in_(ids), Notice.recipient == PROSPECT)
    forget_copies(session, about)


def about_requests(session: Session, prospect_id: int) -> ColumnElement[bool]:
    """Mails about somebody's requests: to them, and to ambassadors who were given them."""
    mine = WaitingRequest.prospect_id == prospect_id
    rows = session.execute(select(WaitingRequest.id, WaitingRequest.uid).where(mine)).all()
    ids, subjects = [row.id for row in rows], [f"match:{row.uid}" for row in rows]
    plans = session.scalars(select(PlanLine.plan_id).where(PlanLine.request_id.in_(ids)).distinct())
    subjects += [f"plan:{one}" for one in plans]
    return Notice.request_id.in_(ids) | Notice.subject.in_(subjects)


def forget_copies(session: Session, which: ColumnElement[bool]) -> None:
    """Copies of mails in which an erased person is one of several."""
    ids = select(Notice.id).where(which).scalar_subquery()
    run(session, update(Attempt).where(Attempt.notice_id.in_(ids)).values(message=None))


__all__ = [
    "about_requests",
    "forget_arrived",
    "forget_copies",
    "forget_mails",
    "forget_prospect_in",
    "forget_requests",
    "forget_words",
    "run",
]
