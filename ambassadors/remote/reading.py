"""Reads somebody's calendar in a process of its own, where a hostile one can hurt nobody.

The process imports the core's reader and nothing else, may use 10 s and 256 MB, and is killed when
it uses more. Where the system knows no limits of memory (macOS), those of time still hold.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL, SIGXCPU

from ambassadors.core.calendars import Busy
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.zones import zone as zone_of
from ambassadors.remote.reading_process import MEMORY_EXIT

SECONDS = 10  # of the wall clock, and of the processor
MEMORY = 256 * 1024 * 1024  # bytes of address space
LONGEST_WINDOW = timedelta(days=180)
_ROOT = Path(__file__).resolve().parent.parent.parent
# -P and -s: nothing is imported from where the service happens to run.
_COMMAND = (sys.executable, "-P", "-s", "-m", "ambassadors.remote.reading_process")
_TOO_SLOW = said(
    "The calendar takes too long to read; it may hold events that repeat without bounds."
)
_TOO_LARGE = said("The calendar takes too much memory to read; it may hold far too many events.")
_BROKEN = said("The calendar could not be read.")


def read_busy(
    ics: bytes,
    start: datetime,
    end: datetime,
    zone: str,
    all_day: bool = True,
    owner: str | None = None,
    skip: Collection[str] = (),
) -> Busy:
    """What `core.calendars.busy_spans` answers, at most 180 days from `start`.

    Refused, with a sentence for the ambassador, when the bytes are no calendar, when reading them
    takes more than is allowed, or when the zone is not known.
    """
    zone_of(zone)
    asked = question(start, min(end, start + LONGEST_WINDOW), zone, all_day, owner, skip)
    busy = _busy(_answer(asked + ics))
    if not busy.readable:
        raise Refused(busy.problems[0])
    return busy


def question(
    start: datetime,
    end: datetime,
    zone: str,
    all_day: bool = True,
    owner: str | None = None,
    skip: Collection[str] = (),
) -> bytes:
    """The line that tells the process what is wanted, and its limits."""
    asked = {
        "start": start.astimezone(UTC).isoformat(),
        "end": end.astimezone(UTC).isoformat(),
        "zone": zone,
        "all_day": all_day,
        "owner": owner,
        "skip": sorted(skip),
        "seconds": SECONDS,
        "memory": MEMORY,
    }
    return json.dumps(asked).encode() + b"\n"


def _answer(asked: bytes) -> bytes:
    """What the process prints. Refused when it ends in any other way than by answering."""
    try:
        done = subprocess.run(
            _COMMAND, input=asked, capture_output=True, timeout=SECONDS, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise Refused(_TOO_SLOW) from None
    if done.returncode == 0:
        return done.stdout
    raise Refused(_reason(done.returncode))


def _reason(code: int) -> str:
    """Why the process ended: killed by a limit of the processor's time, or of memory."""
    if code in (-SIGXCPU, -SIGKILL):
        return _TOO_SLOW
    return _TOO_LARGE if code == MEMORY_EXIT else _BROKEN


def environment() -> dict[str, str]:
    """Only what Python needs: no secret of the service is handed on."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _busy(answer: bytes) -> Busy:
    told = json.loads(answer)
    spans = tuple((_moment(begin), _moment(end)) for begin, end in told["spans"])
    return Busy(spans, tuple(told["problems"]), told["events"], told["readable"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
