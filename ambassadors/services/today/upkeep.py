"""Needs of the service itself: a silent scheduler, mail that did not leave, calendars, marks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.chats import Status
from ambassadors.core.moments import spoken
from ambassadors.core.said import Stored, said, said_n, shown, together
from ambassadors.core.spans import ceil_minute_of, minute_of
from ambassadors.models import Ambassador, CalendarSource, Chat, Notice, User, Webhook
from ambassadors.services.busy import busy_during
from ambassadors.services.checkup import check_scheduler
from ambassadors.services.offerings import OFFERINGS
from ambassadors.services.oversight import Letter, MailFilter, calendars, find_mail
from ambassadors.services.today.needs import SHORT, Act, Line, Need

OVERDUE = timedelta(minutes=2)
RETURNED_FOR = timedelta(days=14)


def scheduler(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Nothing leaves while no scheduler ticks, so this comes first of all."""
    finding = check_scheduler(session, now)
    if not finding.ok:
        late = session.scalar(
            select(func.count()).where(Notice.state == "waiting", Notice.due_at < now - OVERDUE)
        )
        more = said_n(
            "{count} mail should have left by now.",
            "{count} mails should have left by now.",
            late or 0,
        )
        tell = said("Tell whoever operates this service.")
        yield Need(
            "scheduler",
            "urgent",
            said("The scheduler is silent"),
            1,
            text=together(finding.text, more if late else "", tell),
        )


def mails(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Mails that were given up."""
    found = find_mail(session, MailFilter("failed"))
    if found.total:
        yield Need(
            "mail",
            "hand",
            said_n("{count} mail failed", "{count} mails failed", found.total),
            found.total,
            tuple(line_of_mail(letter) for letter in found.items[:SHORT]),
            min(letter.notice.due_at for letter in found.items),
            "/coordinator/mail?state=failed",
            said("All failed mails"),
        )


def line_of_mail(letter: Letter) -> Line:
    """Whom it did not reach, why, and the button that sends it again."""
    notice = letter.notice
    return Line(
        f"{letter.name}, {letter.address}",
        page_of(notice),
        Stored(notice.answer[:160]),
        notice.due_at,
        Act(f"/coordinator/mail/{notice.id}/again", said("Send again"))
        if letter.sendable
        else None,
    )


def page_of(notice: Notice) -> str:
    """Where what a mail is about can be seen."""
    if notice.chat is not None:
        return f"/coordinator/chats/{notice.chat.uid}"
    if notice.request_id is not None:
        return f"/coordinator/requests/{notice.request_id}"
    return "/coordinator/mail?state=failed"


def webhooks(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Other systems that answered nothing for days, and are told nothing any more."""
    rows = session.scalars(
        select(Webhook).where(Webhook.state == "failing").order_by(Webhook.id)
    ).all()
    if rows:
        yield Need(
            "webhooks",
            "hand",
            said_n(
                "One system is told nothing any more",
                "{count} systems are told nothing any more",
                len(rows),
            ),
            len(rows),
            tuple(
                Line(row.name, f"/coordinator/integrations/webhooks/{row.id}", row.words)
                for row in rows[:SHORT]
            ),
            min(row.changed_at for row in rows),
            "/coordinator/integrations",
            said("Other systems"),
        )


def returned(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Mails that came back, as long as what they are about is still to come."""
    rows = session.scalars(
        select(Notice)
        .join(Chat, Chat.id == Notice.chat_id)
        .where(Notice.returned_at > now - RETURNED_FOR, Chat.ends_at > now)
        .options(joinedload(Notice.chat))
        .order_by(Notice.returned_at.desc(), Notice.id)
    ).all()
    if rows:
        yield Need(
            "returned",
            "hand",
            said_n("{count} mail came back", "{count} mails came back", len(rows)),
            len(rows),
            tuple(
                Line(row.sent_to, page_of(row), row.returned_words, row.returned_at)
                for row in rows[:SHORT]
            ),
            min(row.returned_at for row in rows if row.returned_at),
        )


def stale(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Calendars that could not be read for a day: their owners may seem free and not be."""
    found = calendars.stale(session, now)
    if found:
        yield Need(
            "stale",
            "hand",
            said_n(
                "{count} calendar has gone stale", "{count} calendars have gone stale", len(found)
            ),
            len(found),
            tuple(
                Line(
                    one.ambassador,
                    f"/coordinator/ambassadors/{one.ambassador_id}",
                    said("{calendar}: {fault}", calendar=one.calendar, fault=Stored(one.fault))
                    if one.fault
                    else one.calendar,
                    one.read_at,
                )
                for one in found[:SHORT]
            ),
            min((one.read_at for one in found if one.read_at), default=None),
            "/coordinator/ambassadors?sort=calendar&way=falling",
            said("Ambassadors by calendar"),
        )


def clashes(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Booked chats at whose time a calendar says busy; plain rows, for there may be thousands."""
    busy = {id: one.busy for id, one in OFFERINGS.read(session).items() if one.busy}
    has_calendar = exists().where(
        CalendarSource.ambassador_id == Chat.ambassador_id, CalendarSource.paused.is_(False)
    )
    columns = (Chat.uid, Chat.ambassador_id, Chat.prospect_name, Chat.starts_at, Chat.ends_at)
    rows = session.execute(
        select(*columns, User.name)
        .join(Ambassador, Ambassador.id == Chat.ambassador_id)
        .join(User, User.id == Ambassador.user_id)
        .where(Chat.status == Status.CONFIRMED.value, Chat.starts_at > now, has_calendar)
        .order_by(Chat.starts_at, Chat.id)
    )
    found = [
        row
        for row in rows
        if busy_during(
            busy.get(row.ambassador_id, ()), minute_of(row.starts_at), ceil_minute_of(row.ends_at)
        )
    ]
    if found:
        yield Need(
            "clashes",
            "hand",
            said_n(
                "{count} chat at a time when the ambassador’s calendar is busy",
                "{count} chats at a time when the ambassador’s calendar is busy",
                len(found),
            ),
            len(found),
            tuple(
                Line(
                    row.name,
                    f"/coordinator/chats/{row.uid}",
                    said(
                        "with {name}, {time}",
                        name=row.prospect_name,
                        time=shown(spoken, row.starts_at, zone),
                    ),
                )
                for row in found[:SHORT]
            ),
        )


def unmarked(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Chats that are over and were neither completed nor a no-show."""
    over = (Chat.status == Status.CONFIRMED.value, Chat.starts_at < now, Chat.ends_at <= now)
    count = session.scalar(select(func.count(Chat.id)).where(*over)) or 0
    if count:
        yield Need(
            "unmarked",
            "watch",
            said_n("{count} chat is to be marked", "{count} chats are to be marked", count),
            count,
            href="/coordinator/chats?when=past&status=confirmed",
            words=said("Completed or no-show?"),
            text=said("Their ambassadors have not said yet whether they took place."),
        )
