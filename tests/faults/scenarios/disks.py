"""A disk that is full, and one that does not keep what it was given (SQLite)."""

import ctypes
import os
import platform
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from ambassadors.extensions import db
from tests.faults.scenarios.locks import book, rows
from tests.faults.scenarios.outcome import Outcome, audit_now, database_of
from tests.faults.scenarios.people import places

MEGABYTE = 1024 * 1024
SMALL = 24 * MEGABYTE
LEFT = 128 * 1024  # of the disk, or of the quota
ENOUGH = 400  # bookings that fill it in any case


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A small file system at `folder` where this machine lets us mount one, else a plain folder."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Callable[[], None]:
    """Fills all but a little of it; what is returned makes room again."""
    filler = folder / "filler"
    space = os.statvfs(folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - LEFT)
    return filler.unlink


def set_quota(app: Flask) -> Callable[[], None]:
    """The nearest without a mount: SQLite's own bound of the file; what is returned lifts it.

    The bound is each connection's, so the pool begins anew.
    """
    used = int(db.session().connection().exec_driver_sql("PRAGMA page_count").scalar() or 0)
    size = int(db.session().connection().exec_driver_sql("PRAGMA page_size").scalar() or 4096)
    db.session.remove()
    engine, most = db.engine, used + LEFT // size

    def bound(connection: object, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]

    event.listen(engine, "connect", bound)
    engine.dispose()

    def lift() -> None:
        event.remove(engine, "connect", bound)
        engine.dispose()

    return lift


def fill_up(app: Flask, make_full: Callable[[], Callable[[], None]], how: str) -> Outcome:
    """Bookings until the disk is full, some more, and again when there is room."""
    spots = places(db.session(), ENOUGH, datetime.now(UTC))
    make_room = make_full()
    statuses, number = [], 0
    while statuses.count(503) < 3 and number < ENOUGH:
        before = rows()
        statuses.append(book(app, spots[number], number)[0])
        half = rows() if statuses[-1] == 503 else before
        assert half == before, f"half-written: {before} became {half}"
        number += 1
    booked = statuses.count(201)
    wrong = len(statuses) - booked - statuses.count(503)
    make_room()
    begun = time.monotonic()
    after = [book(app, spots[n], n)[0] for n, one in enumerate(statuses) if one == 503]
    return Outcome(
        f"disk full ({how})",
        database_of(app),
        doses=len(after),
        lost=wrong + after.count(503) + booked + after.count(201) - rows()[0] + (len(after) != 3),
        seconds=time.monotonic() - begun,
        audited=audit_now(),
        note=f"503 after {booked} bookings, nothing half-written",
    )


CALLS = {"x86_64": (74, 75), "aarch64": (82, 83)}  # fsync, fdatasync
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL_WITH_EIO = 0x7FFF0000, 0x00050005
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


class Instruction(ctypes.Structure):
    """One of the kernel's packet filter (linux/filter.h)."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class Filter(ctypes.Structure):
    """All of them."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction)))


def let_fsync_fail() -> None:
    """From now on the kernel answers this thread's fsync and fdatasync with EIO, for good.

    A filter of system calls belongs to the thread that asked for it, so the fault ends with the
    thread, and needs neither privileges nor a compiler.
    """
    fsync, fdatasync = CALLS[platform.machine()]
    program = (Instruction * 5)(
        (LOAD, 0, 0, 0),  # the number of the system call
        (JUMP_IF_EQUAL, 1, 0, fsync),
        (JUMP_IF_EQUAL, 0, 1, fdatasync),
        (RETURN, 0, 0, FAIL_WITH_EIO),
        (RETURN, 0, 0, ALLOW),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    whole = Filter(len(program), program)
    assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(whole)) == 0


def fail_fsync(app: Flask, doses: int) -> Outcome:
    """Bookings whose commit cannot reach the disk, and the same when it can again."""
    spots = places(db.session(), doses, datetime.now(UTC))
    before, answers = rows(), []

    def meet_the_fault() -> None:
        let_fsync_fail()
        answers.extend(book(app, spots[n], n)[0] for n in range(doses))

    thread = threading.Thread(target=meet_the_fault)
    thread.start()
    thread.join()
    half_written = sum(rows()) - sum(before)
    begun = time.monotonic()
    again = [book(app, spots[n], n)[0] for n in range(doses)]
    return Outcome(
        "fsync fails (EIO)",
        database_of(app),
        doses=doses,
        lost=doses - answers.count(503) + doses - again.count(201),
        doubled=half_written,
        seconds=time.monotonic() - begun,
        audited=audit_now(),
        note="503, nothing half-written",
    )
