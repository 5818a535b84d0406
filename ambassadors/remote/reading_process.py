"""The process that reads one calendar: limits first, then the question, then the answer as JSON.

On its standard input: a line of JSON with the arguments, then the calendar's bytes.
"""

import contextlib
import ctypes
import json
import signal
import sys
from datetime import datetime
from typing import Any

MEMORY_EXIT = 3  # the exit status of a calendar that wants too much memory
PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> int:
    """Reads, answers; the exit status is 0 for an answer."""
    _end_with_parent()
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(asked.pop("seconds"), asked.pop("memory"))
    try:
        answer = _read(asked)
    except MemoryError:
        return MEMORY_EXIT
    sys.stdout.write(answer)
    sys.stdout.flush()
    return 0


def _end_with_parent() -> None:
    """A scheduler that is stopped, or killed, takes its readers with it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit(seconds: int, memory: int) -> None:
    # Only here: Windows has no such module, and whoever imports MEMORY_EXIT needs none of it.
    import resource

    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, limit in wanted.items():
        # macOS knows these limits and refuses some: the parent's clock still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def _read(asked: dict[str, Any]) -> str:
    # After the limits are set: what is imported counts as well.
    from ambassadors.core.calendars import busy_spans

    start, end = (datetime.fromisoformat(asked.pop(name)) for name in ("start", "end"))
    busy = busy_spans(sys.stdin.buffer.read(), start, end, **asked)
    return json.dumps(
        {
            "spans": [(begin.isoformat(), end.isoformat()) for begin, end in busy.spans],
            "problems": busy.problems,
            "events": busy.events,
            "readable": busy.readable,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
