"""Is all well? What operators and load balancers ask, each answer a finding in a sentence."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.mail.transports import PermanentFault, TransientFault, open_transport
from ambassadors.models import CalendarSource, Heartbeat, Notice, PrivacyAct
from ambassadors.remote.inbox import InboxFault, check_inbox
from ambassadors.remote.school import SchoolDown, SchoolFault, SchoolSignIn, guard_of
from ambassadors.services.oversight.calendars import stale
from config import ROOT, Settings

SILENT_AFTER = timedelta(seconds=60)
OVERDUE_AFTER = timedelta(minutes=2)
ERASED_WITHIN = timedelta(days=31)


@dataclass(frozen=True)
class Finding:
    """What one check found: `text` says what is wrong, or how things are."""

    name: str
    ok: bool
    text: str


def check_ready(session: Session, now: datetime) -> list[Finding]:
    """What must be so for the service to serve: a database, and a scheduler that ticks."""
    return [
        guarded("database", lambda: check_database(session)),
        guarded("scheduler", lambda: check_scheduler(session, now)),
    ]


def check_all(session: Session, settings: Settings, now: datetime) -> list[Finding]:
    """Everything an operator wants to know."""
    database, scheduler = check_ready(session, now)
    return [
        database,
        guarded("migrations", lambda: check_migrations(session)),
        check_mail(settings.mail_url),
        check_replies(settings.inbox_url),
        check_school(settings),
        scheduler,
        guarded("notices", lambda: check_notices(session, now)),
        guarded("calendars", lambda: check_calendars(session, now)),
        guarded("erasures", lambda: check_erasures(session, settings.erasures_file, now)),
    ]


def check_erasures(session: Session, ledger: Path | None, now: datetime) -> Finding:
    """Whether people are erased in time, and the ledger outside the database can be added to."""
    late = (PrivacyAct.done_at.is_(None), PrivacyAct.asked_at < now - ERASED_WITHIN)
    count = session.scalar(select(func.count()).select_from(PrivacyAct).where(*late)) or 0
    if count:
        return Finding(
            "erasures", False, said("{count} erasures are not done after a month.", count=count)
        )
    if ledger is not None and not os.access(ledger if ledger.exists() else ledger.parent, os.W_OK):
        words = said(
            "The ledger of erasures cannot be written: {ledger} (ERASURES_FILE).", ledger=ledger
        )
        return Finding("erasures", False, words)
    return Finding("erasures", True, said("No erasure is late."))


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """The finding of a check that asks the database, also when that does not answer."""
    try:
        return check()
    except SQLAlchemyError as fault:
        reason = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        return Finding(name, False, said("The database does not answer: {reason}", reason=reason))


def check_database(session: Session) -> Finding:
    """Whether it answers."""
    session.execute(select(1))
    return Finding("database", True, said("The database answers."))


def check_scheduler(session: Session, now: datetime) -> Finding:
    """Whether a scheduler ticked within the last minute; no beat of a clock ahead is believed."""
    believed = Heartbeat.beat_at <= now + SILENT_AFTER
    last = session.scalar(select(func.max(Heartbeat.beat_at)).where(believed))
    if last is None:
        return Finding(
            "scheduler", False, said("No scheduler has ever run: start `flask scheduler`.")
        )
    seconds = round((now - last).total_seconds())
    if now - last > SILENT_AFTER:
        return Finding(
            "scheduler",
            False,
            said("No scheduler has ticked for {seconds} seconds: no mail leaves.", seconds=seconds),
        )
    return Finding(
        "scheduler",
        True,
        said("The scheduler ticked {seconds} seconds ago.", seconds=max(0, seconds)),
    )


def check_migrations(session: Session, folder: Path = ROOT / "migrations") -> Finding:
    """Whether the tables are those of this version."""
    wanted = set(ScriptDirectory(str(folder)).get_heads())
    there = set(MigrationContext.configure(session.connection()).get_current_heads())
    if there != wanted:
        return Finding(
            "migrations", False, said("The tables are not up to date: run `flask db upgrade`.")
        )
    return Finding(
        "migrations",
        True,
        said("The tables are up to date ({there}).", there=", ".join(sorted(there))),
    )


def check_mail(mail_url: str) -> Finding:
    """Whether mail could be sent now; sends none."""
    try:
        with open_transport(mail_url) as transport:
            return Finding("mail", True, said("Mail can be sent: {words}", words=transport.check()))
    except (TransientFault, PermanentFault, Refused, OSError, ValueError) as fault:
        return Finding("mail", False, said("Mail cannot be sent: {fault}", fault=fault))


def check_replies(inbox_url: str | None) -> Finding:
    """Whether the mailbox for calendar replies can be opened, where there is one."""
    if inbox_url is None:
        return Finding(
            "inbox", True, said("No mailbox for calendar replies is set up (INBOX_URL).")
        )
    try:
        return Finding("inbox", True, check_inbox(inbox_url))
    except InboxFault as fault:
        return Finding(
            "inbox",
            False,
            said("The mailbox for calendar replies cannot be read: {fault}", fault=fault),
        )


def check_school(settings: Settings) -> Finding:
    """Whether the school's sign-in answers and can be trusted, where there is one."""
    if settings.school is None:
        return Finding(
            "school", True, said("No sign-in through the school is set up (OIDC_ISSUER).")
        )
    try:
        sign_in = SchoolSignIn(settings.school, guard_of(settings.production))
        count = len(sign_in.keys().keys)
    except (SchoolDown, SchoolFault) as fault:
        return Finding(
            "school", False, said("Nobody can sign in through the school: {fault}", fault=fault)
        )
    return Finding(
        "school", True, said("The school's sign-in answers, with {count} keys.", count=count)
    )


def check_notices(session: Session, now: datetime) -> Finding:
    """Whether mail that was due has left, or was at least tried."""
    overdue = session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.state == "waiting",
            Notice.due_at < now - OVERDUE_AFTER,
            Notice.lease_until.is_(None) | (Notice.lease_until < now),
        )
    )
    if overdue:
        return Finding(
            "notices",
            False,
            said("{count} notices are overdue by two minutes or more.", count=overdue),
        )
    return Finding("notices", True, said("No notice is overdue."))


def check_calendars(session: Session, now: datetime) -> Finding:
    """Whether the calendars of ambassadors can be read."""
    count = session.scalar(select(func.count()).select_from(CalendarSource)) or 0
    if not count:
        return Finding("calendars", True, said("No calendars are connected."))
    found = stale(session, now)
    if found:
        names = ", ".join(sorted({one.ambassador for one in found})[:5])
        return Finding(
            "calendars",
            False,
            said(
                "{found} of {count} calendars are stale (of {names}).",
                found=len(found),
                count=count,
                names=names,
            ),
        )
    return Finding(
        "calendars", True, said("None of the {count} connected calendars is stale.", count=count)
    )
