"""What `make run` runs: sets the service up, then the web and its scheduler, until told to stop.

Nothing is imported here but the standard library and dotenv, and this file is run as a script, so
that the parent of all processes stays small. However the parent ends, its children end within 15 s.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
THREADS = 4
GRACE = 8  # seconds for requests and a tick under way
LAST_WORD = 11  # seconds after which whoever still runs is killed
LEAN = {"MALLOC_ARENA_MAX": "2"}  # glibc else gives every thread a heap of its own
# Workers show several times a request that they live, by a file: in memory that costs nothing.
MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes its own, unguessable names there
HEARTBEAT = ("--worker-tmp-dir", MEMORY) if os.path.isdir(MEMORY) else ()
START_UP = 90  # seconds until the web must answer
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1  # prctl(2)

Child = subprocess.Popen[bytes]
signals: list[int] = []  # that asked for the end


def main() -> int:
    """Runs everything; the exit status is 0 when somebody asked for the end."""
    load_dotenv(ROOT / ".env", override=False)
    os.chdir(ROOT)
    for name, value in LEAN.items():
        os.environ.setdefault(name, value)
    listen_for_signals()
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    refuse_busy_port(host, port)
    children: dict[str, Child] = {}
    try:
        children["setup"] = start([*FLASK, "setup"])
        if status := wait_for(children.pop("setup")):
            return status
        children["web"] = start(web_command(host, port))
        if os.environ.get("SCHEDULER") != "off":
            children["scheduler"] = start([*FLASK, "scheduler"])
        wait_until_answering(host, int(port), children["web"])
        return watch(children)
    finally:
        end(children.values())


def listen_for_signals() -> None:
    """SIGTERM, Ctrl-C and a closed terminal ask for the end, where nobody ignores them for us."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, note)


def note(number: int, frame: FrameType | None) -> None:
    """The handler: what is under way is finished, and the loops look here."""
    signals.append(number)


def start(command: list[str]) -> Child:
    """A child that is asked to end when its parent is killed (Linux)."""
    return subprocess.Popen(command, preexec_fn=end_with_parent)


def end_with_parent() -> None:
    """In the child, before it becomes its program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def refuse_busy_port(host: str, port: str) -> None:
    """Says so at once when something else listens there."""
    if not port.isdecimal():
        sys.exit(f"PORT is {port!r}; it must be a whole number.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as fault:
            sys.exit(
                f"{host}:{port} cannot be used ({fault.strerror}). Set another PORT, "
                "or stop what runs there."
            )


def web_command(host: str, port: str) -> list[str]:
    """Gunicorn with a worker for each core, four threads each.

    The app is loaded once, before the workers are made, so that they share its memory.
    """
    workers = os.environ.get("WEB_CONCURRENCY") or str(max(2, min(os.cpu_count() or 2, 8)))
    threads = os.environ.get("WEB_THREADS") or str(THREADS)
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{shown(host)}:{port}"),
        *("--worker-class", "gthread", "--workers", workers, "--threads", threads),
        "--preload",
        *HEARTBEAT,
        *("--graceful-timeout", str(GRACE), "--no-control-socket", "--log-level", "warning"),
    ]


def shown(host: str) -> str:
    """The host as an address writes it."""
    return f"[{host}]" if ":" in host else host


def wait_for(child: Child) -> int:
    """The child's exit status; when somebody asks for the end, it is asked, too."""
    while child.poll() is None and not signals:
        time.sleep(LOOK_EVERY)
    end([child])
    return 1 if signals else child.returncode


def wait_until_answering(host: str, port: int, web: Child) -> None:
    """Says where the service is as soon as it accepts connections."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - where we look
    give_up = time.monotonic() + START_UP
    while web.poll() is None and not signals and time.monotonic() < give_up:
        try:
            socket.create_connection((near, port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_EVERY)
            continue
        print(f"The service runs at http://{shown(host)}:{port} (Ctrl-C stops it).", flush=True)
        return


def watch(children: dict[str, Child]) -> int:
    """Starts the scheduler again when it fails, until the web ends or the end is asked for."""
    parent = os.getppid()
    while not signals and os.getppid() == parent:
        time.sleep(LOOK_EVERY)
        status = children["web"].poll()
        if status is not None and not signals:
            print(f"The web ended ({status}).", file=sys.stderr)
            return status or 1
        scheduler = children.get("scheduler")
        if scheduler and scheduler.poll() is not None and not signals:
            print(f"The scheduler ended ({scheduler.returncode}) and is started again.", flush=True)
            time.sleep(1)
            children["scheduler"] = start([*FLASK, "scheduler"])
    return 0


def end(children: Iterable[Child]) -> None:
    """Asks every child to end, waits, and kills whoever did not."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    give_up = time.monotonic() + LAST_WORD
    for child in running:
        try:
            child.wait(timeout=max(0.1, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
