"""Files of ambassadors that a coordinator uploads: checked at once, imported by the tick.

With any bad row nothing is kept. What was checked is a row (`roster_imports`): looked at, queued,
run with a lease as plans are, and always brought to an end. The import is one transaction, for
which everything is prepared before it begins: bookings wait for it no longer than they must.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from ambassadors.core.csvs import Problem, Row, read_table
from ambassadors.core.refused import Refused
from ambassadors.core.said import said, together
from ambassadors.core.text import one_line
from ambassadors.models import RosterImport
from ambassadors.services import bringing
from ambassadors.services.assignment.running import Runner
from ambassadors.services.bringing import ChangedMeanwhile
from ambassadors.services.bringing_ready import Prepared, prepare
from ambassadors.services.imports import (
    MOST_TURNS,
    BadRows,
    Imported,
    check_ambassadors,
    count,
    known_users,
)
from ambassadors.services.programme import vocabulary
from ambassadors.services.rows import AMBASSADOR_COLUMNS, NEEDED
from ambassadors.services.writing import write

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 2
MOST_ROWS = 10_000
MOST_LINES = 5 * MOST_ROWS  # some cells have several
CLAIMED, READ, READY = 10, 50, 80  # per cent
SHOWN = 10
STOPPED_TWICE = said("It stopped twice before it was finished. Nothing was imported.")
NOT_DONE = said("It could not be imported, and nothing was. Please tell whoever runs this service.")

log = structlog.get_logger("imports")


class Stopped(Exception):
    """Somebody else has the import now, or it was cancelled."""


def check(session: Session, data: bytes) -> Imported:
    """How many people a file would add and update; BadRows names what is wrong with it."""
    if (lines := data.count(b"\n")) > MOST_LINES:  # reading them all would take too long
        raise Refused(
            said("The file has {lines:,} lines; split it into several.", lines=lines), field="file"
        )
    people = check_ambassadors(session, data)
    if not people:
        raise Refused(said("There is nobody in this file."), field="file")
    if len(people) > MOST_ROWS:
        raise Refused(
            said(
                "The file has {count:,} rows; split it into files of {most_rows:,} at most.",
                count=len(people),
                most_rows=MOST_ROWS,
            ),
            field="file",
        )
    known = known_users(session, [one.email for one in people])
    return Imported(len(people) - len(known), len(known))


def keep(
    session: Session,
    data: bytes,
    expected: Imported,
    file_name: str,
    invite: bool,
    user_id: int | None,
    now: datetime,
) -> RosterImport:
    """A checked file, to be looked at; earlier ones that nobody went on with are dropped."""
    drop(session, RosterImport.status == "checked")
    row = RosterImport(
        user_id=user_id,
        file_name=one_line(file_name, 200),
        content=data,
        invite=invite,
        added=expected.added,
        updated=expected.updated,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, import_id: int) -> RosterImport:
    """One import as it is now; refused (404) when there is none."""
    row = session.get(RosterImport, import_id, populate_existing=True)
    if row is None:
        raise Refused(said("There is no such import."), status=404)
    return row


def first_rows(session: Session, row: RosterImport) -> Sequence[Row]:
    """The first rows of a file, as they stand in it."""
    columns = (*AMBASSADOR_COLUMNS, *(family.key for family in vocabulary(session).families))
    return read_table(row.content, NEEDED, columns).rows[:SHOWN]


def start(session: Session, import_id: int) -> None:
    """Queues a checked file; refused (409) when it is not waiting for that."""
    if not move(session, import_id, "checked", status="queued"):
        raise Refused(said("This import was started or dropped already."), status=409)


def cancel(session: Session, import_id: int) -> None:
    """Drops a file that was not begun with; refused (409) when it was."""
    where = RosterImport.status.in_(("checked", "queued"))
    if not drop(session, (RosterImport.id == import_id) & where):
        raise Refused(said("This import has begun already, so it cannot be cancelled."), status=409)


def drop(session: Session, which: Any) -> int:
    """Cancels imports and forgets their files; how many."""
    found = session.execute(
        update(RosterImport)
        .where(which)
        .values(status="cancelled", content=b"")
        .returning(RosterImport.id)
        .execution_options(synchronize_session=False)
    )
    return len(found.all())


def move(session: Session, import_id: int, before: str, **values: Any) -> bool:
    """Changes an import that still is as it was; whether it was."""
    found = session.execute(
        update(RosterImport)
        .where(RosterImport.id == import_id, RosterImport.status == before)
        .values(**values)
        .returning(RosterImport.id)
        .execution_options(synchronize_session=False)
    )
    return found.scalar() is not None


def run_queued(session: Session, runner: Runner) -> int:
    """Runs every import that waits, one after another; how many."""
    count = 0
    while any_to_run(session, runner):
        import_id = write(session, lambda s: claim(s, runner))
        if import_id is None:  # failed for good, or another scheduler was quicker
            break
        run(session, runner, import_id)
        count += 1
    return count


def any_to_run(session: Session, runner: Runner) -> bool:
    """Whether there is anything to do; looking takes no write lock."""
    left = (RosterImport.status == "running") & (RosterImport.lease_until < runner.clock())
    waiting = (RosterImport.status == "queued") | left
    found = bool(session.scalar(select(exists().where(waiting))))
    session.rollback()
    return found


def claim(session: Session, runner: Runner) -> int | None:
    """Takes the import that was asked for first; before that, sees to those that were left."""
    left = (RosterImport.status == "running") & (RosterImport.lease_until < runner.clock())
    for tried, values in (
        (RosterImport.attempts >= MOST_ATTEMPTS,
         {"status": "failed", "error": STOPPED_TWICE, "finished_at": runner.now, "content": b""}),
        (RosterImport.attempts < MOST_ATTEMPTS, {"status": "queued", "progress": 0}),
    ):  # fmt: skip
        session.execute(
            update(RosterImport)
            .where(left, tried)
            .values(owner=None, lease_until=None, **values)
            .execution_options(synchronize_session=False)
        )
    first = (
        select(RosterImport.id)
        .where(RosterImport.status == "queued")
        .order_by(RosterImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.execute(
        update(RosterImport)
        .where(RosterImport.id == first.scalar_subquery(), RosterImport.status == "queued")
        .values(
            status="running", progress=CLAIMED, owner=runner.owner,
            lease_until=runner.clock() + LEASE, attempts=RosterImport.attempts + 1,
        )
        .returning(RosterImport.id)
        .execution_options(synchronize_session=False)
    ).scalar()  # fmt: skip


def run(session: Session, runner: Runner, import_id: int) -> None:
    """Brings one claimed import to an end: done, or failed with a sentence."""
    try:
        row = find(session, import_id)
        data, invite = row.content, row.invite
        bring_all(session, runner, import_id, data, invite)
    except Stopped:
        log.info("import-stopped", roster_import=import_id)
    except BadRows as bad:
        give_up(session, runner, import_id, changed_since(bad.problems))
    except Exception:  # whatever it was: somebody waits to hear that it did not work
        log.exception("import-failed", roster_import=import_id)
        give_up(session, runner, import_id, NOT_DONE)
    finally:
        session.rollback()


def bring_all(session: Session, runner: Runner, import_id: int, data: bytes, invite: bool) -> None:
    """Prepares and writes; again, a few times, when accounts or interests change meanwhile."""
    for _ in range(MOST_TURNS):
        ready = make_ready(session, runner, import_id, data)
        with contextlib.suppress(ChangedMeanwhile):  # nothing is written: once more
            write(
                session,
                partial(bring_in, runner=runner, id=import_id, ready=ready, invite=invite),
            )
            return
    raise ChangedMeanwhile


def make_ready(session: Session, runner: Runner, import_id: int, data: bytes) -> Prepared:
    """The file as it will be written: all of it outside of the lock that writing takes."""
    people = check_ambassadors(session, data)
    write(session, lambda s: settle(s, runner, import_id, progress=READ))
    runner.beat()
    ready = prepare(session, people, runner.now)
    session.rollback()
    write(session, lambda s: settle(s, runner, import_id, progress=READY))
    runner.beat()
    return ready


def bring_in(session: Session, runner: Runner, id: int, ready: Prepared, invite: bool) -> None:
    """Everybody in the file, and the end of the import, in one short transaction."""
    bringing.bring(session, ready, runner.now, invite)
    done = count(ready)
    settle(
        session, runner, id, status="done", progress=100, owner=None, lease_until=None,
        added=done.added, updated=done.updated, finished_at=runner.now, content=b"",
    )  # fmt: skip


def settle(session: Session, runner: Runner, import_id: int, **values: Any) -> None:
    """Writes how it goes; Stopped when the claim is gone."""
    found = session.execute(
        update(RosterImport)
        .where(
            RosterImport.id == import_id,
            RosterImport.status == "running",
            RosterImport.owner == runner.owner,
        )
        .values(**values)
        .returning(RosterImport.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        raise Stopped


def changed_since(problems: Sequence[Problem]) -> str:
    """Why a file that was in order is not imported after all."""
    first, more = problems[0].sentence, len(problems) - 1
    what = said("Something changed since the file was checked: {problem}", problem=first)
    if more:
        what = said(
            "Something changed since the file was checked: {problem} (and {count} more)",
            problem=first,
            count=more,
        )
    return together(what, said("Nothing was imported."))


def give_up(session: Session, runner: Runner, import_id: int, sentence: str) -> None:
    """Failed, unless somebody else has it by now."""
    session.rollback()
    ended = {"owner": None, "lease_until": None, "finished_at": runner.now, "content": b""}
    try:
        write(
            session,
            lambda s: settle(s, runner, import_id, status="failed", error=sentence, **ended),
        )
    except Stopped:
        log.info("import-stopped", roster_import=import_id)
