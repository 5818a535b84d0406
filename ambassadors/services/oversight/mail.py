"""The mail ledger: every notice with its state, whom it is for, and what the server said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, or_, select, union
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from ambassadors.core.notices import PROSPECT
from ambassadors.models import Ambassador, Chat, Notice, Prospect, User, WaitingRequest
from ambassadors.services.notices import is_still_due
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.oversight.searching import chats_with
from ambassadors.services.paging import PAGE_SIZE, Page, contains, last_page

Ts = TypeVarTuple("Ts")

STATES = ("waiting", "sent", "failed", "void")
EXPORTED = 500  # rows read at a time


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
    if wanted.search:
        return search_mail(session, wanted, number)
    totals = count_mail(session, wanted)
    settled, waiting = totals["settled"], totals["waiting"]
    number = min(max(1, number), last_page(settled + waiting, PAGE_SIZE))
    first = (number - 1) * PAGE_SIZE
    # Two lists, one behind the other: each is in the order of an index.
    some = cut(session, wanted, Notice.state != "waiting", first, PAGE_SIZE)
    rest = cut(
        session, wanted, Notice.state == "waiting", max(0, first - settled), PAGE_SIZE - len(some)
    )
    shown = with_chats(session, [*some, *rest])
    return Page(tuple(address(session, shown)), settled + waiting, number)


def search_mail(session: Session, wanted: MailFilter, number: int) -> Page[Letter]:
    """The same order for a search, whose words are looked up once for the list and its length."""
    columns = select(Notice.id, Notice.due_at, (Notice.state == "waiting").label("waits"))
    found = narrow(session, columns, wanted).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery()
    ordered = select(found.c.id, total).order_by(
        found.c.waits, found.c.due_at.desc(), found.c.id.desc()
    )
    first = max(0, number - 1) * PAGE_SIZE
    rows = session.execute(ordered.limit(PAGE_SIZE).offset(first)).all()
    if not rows and first:  # a page after the last one
        counted = session.scalar(select(total)) or 0
        return search_mail(session, wanted, last_page(counted, PAGE_SIZE))
    ids = [id for id, _ in rows]
    by_id = {one.id: one for one in session.scalars(with_readers(Notice.id.in_(ids))).unique()}
    shown = with_chats(session, [by_id[id] for id in ids])
    return Page(tuple(address(session, shown)), rows[0][1] if rows else 0, max(1, number))


def count_mail(session: Session, wanted: MailFilter) -> dict[str, int]:
    """How many mails of a filter wait, and how many do not."""
    if wanted == MailFilter():
        counts = mail_states(session)
    else:
        rows = narrow(session, select(Notice.state, func.count()), wanted)
        counts = {row[0]: row[1] for row in session.execute(rows.group_by(Notice.state))}
    waiting = counts.pop("waiting", 0)
    return {"waiting": waiting, "settled": sum(counts.values())}


def export_mail(session: Session, wanted: MailFilter) -> Iterator[tuple[str, ...]]:
    """Every mail of a filter as cells, oldest first; read some hundreds at a time."""
    columns = select(Notice, Chat.uid).outerjoin(Chat, Chat.id == Notice.chat_id)
    rows = narrow(session, columns, wanted).order_by(Notice.due_at, Notice.id)
    for notice, uid in session.execute(rows.execution_options(yield_per=EXPORTED)):
        yield (
            written(notice.due_at), written(notice.sent_at), notice.kind, notice.recipient,
            notice.sent_to, notice.headline, notice.state, str(notice.attempts), notice.answer,
            notice.message_id, uid or "",
        )  # fmt: skip


def written(moment: datetime | None) -> str:
    """A moment in ISO 8601, UTC."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def with_chats(session: Session, notices: Sequence[Notice]) -> Sequence[Notice]:
    """The mails with their chats at hand; SQLite would join each of them with all chats."""
    ids = {one.chat_id for one in notices}
    chats = {one.id: one for one in session.scalars(joined_chats().where(Chat.id.in_(ids)))}
    for one in notices:
        set_committed_value(one, "chat", chats.get(one.chat_id or 0))
    return notices


def cut(
    session: Session, wanted: MailFilter, which: ColumnElement[bool], first: int, most: int
) -> Sequence[Notice]:
    """Some of the mails of a filter, the latest first."""
    ids = narrow(session, select(Notice.id), wanted).where(which)
    ids = ids.order_by(Notice.due_at.desc(), Notice.id.desc()).limit(most).offset(first)
    rows = with_readers(Notice.id.in_(ids)).order_by(Notice.due_at.desc(), Notice.id.desc())
    return session.scalars(rows).unique().all()


def with_readers(which: ColumnElement[bool]) -> Select[Notice]:
    """Mails and whom they are for; their chats: `with_chats`."""
    return (
        select(Notice)
        .where(which)
        .options(
            joinedload(Notice.user),
            joinedload(Notice.request).joinedload(WaitingRequest.prospect),
        )
    )


def narrow(session: Session, rows: Select[*Ts], wanted: MailFilter) -> Select[*Ts]:
    """Adds what a filter asks for to a query of notices."""
    if wanted.state:
        rows = rows.where(Notice.state == wanted.state)
    if wanted.kind:
        rows = rows.where(Notice.kind == wanted.kind)
    if wanted.search:
        rows = rows.where(Notice.id.in_(concerned(session, wanted.search)))
    return rows


def concerned(session: Session, text: str) -> CompoundSelect[int]:
    """The mails of whoever has the words in name or address, and those sent to just this address.

    One look into an index each, put together: a condition with "or" would read every mail.
    """
    found = select(Chat.id).where(chats_with(session, text))
    prospects = select(Prospect.id).where(contains(text, Prospect.name, Prospect.email))
    requests = select(WaitingRequest.id).where(
        or_(contains(text, WaitingRequest.name), WaitingRequest.prospect_id.in_(prospects))
    )
    users = select(User.id).where(contains(text, User.name, User.email))
    ids = select(Notice.id)
    return union(
        ids.where(Notice.chat_id.in_(found)),
        ids.where(Notice.request_id.in_(requests)),
        ids.where(Notice.user_id.in_(users)),
        ids.where(Notice.sent_to == text.strip().lower()),
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


def count_returned(session: Session, since: datetime) -> int:
    """How many mails came back since a moment."""
    counted = select(func.count()).where(Notice.returned_at >= since)
    return int(session.scalar(counted) or 0)


def mail_states(session: Session) -> dict[str, int]:
    """How many mails there are in each state."""
    counted = select(func.count()).select_from(Notice)  # of rows, not ids: counted much faster
    few = [state for state in STATES if state != "sent"]  # nearly all are sent: those are the rest
    parts = [counted.where(Notice.state == state).scalar_subquery() for state in few]
    total, *counts = session.execute(select(counted.scalar_subquery(), *parts)).one()
    found = dict(zip(few, counts, strict=True))
    return {state: found.get(state, total - sum(counts)) for state in STATES}
