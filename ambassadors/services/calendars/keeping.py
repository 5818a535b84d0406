"""An ambassador's own calendars: listed, renamed, paused, read again, removed."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import BusySpans, CalendarSource
from ambassadors.services.calendars.adding import read_name


def list_own(session: Session, ambassador_id: int) -> list[CalendarSource]:
    """Their calendars, in the order in which they were added."""
    rows = (
        select(CalendarSource)
        .where(CalendarSource.ambassador_id == ambassador_id)
        .order_by(CalendarSource.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(rows))


def find_own(session: Session, ambassador_id: int, source_id: int) -> CalendarSource:
    """One of their calendars, locked; refused (404) when it is nobody's or somebody else's."""
    source = session.scalar(
        select(CalendarSource)
        .where(CalendarSource.id == source_id, CalendarSource.ambassador_id == ambassador_id)
        .with_for_update(of=CalendarSource)
        .execution_options(populate_existing=True)
    )
    if source is None:
        raise Refused(said("There is no such calendar."), status=404)
    return source


def rename(session: Session, ambassador_id: int, source_id: int, name: str) -> CalendarSource:
    """Another name for it."""
    source = find_own(session, ambassador_id, source_id)
    source.name = read_name(name)
    session.flush()
    return source


def set_all_day(
    session: Session, ambassador_id: int, source_id: int, all_day: bool, now: datetime
) -> CalendarSource:
    """Whether events of whole days are busy from now on; the calendar is read anew for that."""
    source = find_own(session, ambassador_id, source_id)
    if source.all_day == all_day:
        return source
    if source.kind == "file":
        raise Refused(
            said("A file is read once: remove it and upload it again for that."), status=409
        )
    source.all_day = all_day
    forget_version(source, now)
    session.flush()
    return source


def pause(session: Session, ambassador_id: int, source_id: int) -> CalendarSource:
    """It is read no more, and blocks nothing; its busy spans are kept."""
    source = find_own(session, ambassador_id, source_id)
    source.paused, source.next_at, source.owner, source.lease_until = True, None, None, None
    session.flush()
    return source


def resume(session: Session, ambassador_id: int, source_id: int, now: datetime) -> CalendarSource:
    """It blocks again: at once what was read last, and what it says now within seconds."""
    source = find_own(session, ambassador_id, source_id)
    source.paused = False
    if source.kind != "file":
        source.next_at = now
    session.flush()
    return source


def read_again(
    session: Session, ambassador_id: int, source_id: int, now: datetime
) -> CalendarSource:
    """All of it, within seconds, whether or not its server says that it changed."""
    source = find_own(session, ambassador_id, source_id)
    if source.kind == "file" or source.paused:
        raise Refused(said("A calendar that is paused, or a file, is not read."), status=409)
    forget_version(source, now)
    session.flush()
    return source


def forget_version(source: CalendarSource, now: datetime) -> None:
    """The next reading takes nothing for known, and one that is under way is dropped."""
    source.etag = source.modified = ""
    source.owner = source.lease_until = None
    source.next_at = None if source.paused else now


def remove(session: Session, ambassador_id: int, source_id: int) -> str:
    """Deletes it with all that was read from it; its name."""
    source = find_own(session, ambassador_id, source_id)
    session.execute(delete(BusySpans).where(BusySpans.source_id == source.id))
    session.execute(delete(CalendarSource).where(CalendarSource.id == source.id))
    return source.name
