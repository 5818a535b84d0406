"""The mail ledger: every notice with its state, whom it is for, and what the server said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.notices import PROSPECT
from ambassadors.models import Ambassador, Chat, Notice, Prospect, User, WaitingRequest
from ambassadors.services.notices import is_still_due
from ambassadors.services.paging import Page, contains, page_of

STATES = ("waiting", "sent", "failed", "void")
WAITS = case((Notice.state == "waiting", 1), else_=0)


@dataclass(frozen=True)
class MailFilter:
    """Which mails: what is empty does not narrow. Search looks at names, addresses, subjects."""

    state: str = ""
    kind: str = ""
    search: str = ""


@dataclass(frozen=True)
class Letter:
    """One notice and its reader; `role` is prospect, ambassador or coordinator."""

    notice: Notice
    name: str
    address: str
    role: str

    @property
    def sendable(self) -> bool:
        """Whether it makes sense to send it again: it left or failed, and still is so."""
        return self.notice.state in ("sent", "failed") and is_still_due(self.notice)


def find_mail(session: Session, wanted: MailFilter, number: int = 1) -> Page[Letter]:
    """The mails that a filter means: what was sent or not, the latest first, then what waits."""
    rows = (
        select(Notice)
        .options(
            joinedload(Notice.user),
            joinedload(Notice.chat),
            joinedload(Notice.request).joinedload(WaitingRequest.prospect),
        )
        .order_by(WAITS, func.coalesce(Notice.sent_at, Notice.due_at).desc(), Notice.id.desc())
    )
    if wanted.state:
        rows = rows.where(Notice.state == wanted.state)
    if wanted.kind:
        rows = rows.where(Notice.kind == wanted.kind)
    if wanted.search:
        rows = rows.where(concerns(wanted.search))
    page = page_of(session, rows, number)
    return page.made_of(address(session, page.items))


def concerns(text: str) -> ColumnElement[bool]:
    """Whether a notice's reader, or the prospect it is about, has the text in name or address."""
    prospects = select(Prospect.id).where(contains(text, Prospect.name, Prospect.email))
    chats = select(Chat.id).where(
        or_(contains(text, Chat.prospect_name), Chat.prospect_id.in_(prospects))
    )
    requests = select(WaitingRequest.id).where(
        or_(contains(text, WaitingRequest.name), WaitingRequest.prospect_id.in_(prospects))
    )
    users = select(User.id).where(contains(text, User.name, User.email))
    staff = select(literal("ambassador:") + cast(Ambassador.id, String)).where(
        Ambassador.user_id.in_(users)
    )
    return or_(
        contains(text, Notice.sent_to, Notice.headline),
        Notice.chat_id.in_(chats),
        Notice.request_id.in_(requests),
        Notice.user_id.in_(users),
        Notice.recipient.in_(staff),
    )


def address(session: Session, notices: Iterable[Notice]) -> list[Letter]:
    """Each notice with its reader; one query for all ambassadors among them."""
    rows = list(notices)
    ids = {ambassador_of(row) for row in rows}
    found = session.execute(
        select(Ambassador.id, User.name, User.email)
        .join(User, User.id == Ambassador.user_id)
        .where(Ambassador.id.in_(ids))
    )
    staff = {id: (name, email) for id, name, email in found}
    return [Letter(row, *reader(row, staff)) for row in rows]


def ambassador_of(notice: Notice) -> int:
    """The ambassador whom a notice is for; 0 when it is for somebody else."""
    kind, _, number = notice.recipient.partition(":")
    return int(number) if kind == "ambassador" and number.isdecimal() else 0


def reader(notice: Notice, staff: Mapping[int, tuple[str, str]]) -> tuple[str, str, str]:
    """Name, address and role of a notice's reader; the address is what was sent to, if it was."""
    if notice.recipient == PROSPECT and notice.chat is not None:
        name, address, role = notice.chat.prospect_name, notice.chat.prospect.email, "prospect"
    elif notice.recipient == PROSPECT and notice.request is not None:
        name, address, role = notice.request.name, notice.request.prospect.email, "prospect"
    elif notice.user is not None:
        name, address, role = notice.user.name, notice.user.email, notice.user.role
    else:
        name, address = staff.get(ambassador_of(notice), ("", ""))
        role = "ambassador"
    return name, notice.sent_to or address, role


def mail_states(session: Session) -> dict[str, int]:
    """How many mails there are in each state."""
    rows = session.execute(select(Notice.state, func.count()).group_by(Notice.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}
