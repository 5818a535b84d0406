"""What `make check` looks for beside lint: bandit's findings, each known by its reason; locks.

A finding that nobody gave a reason for fails, and so does a reason whose finding is gone: known
ones stand in known_findings.toml. Needs no network; known vulnerabilities are `make audit`.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCANNED = ("ambassadors", "config.py", "wsgi.py", "migrations")
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;\\]+( ;[^\\]*)?( \\)?$")


def findings() -> Counter[tuple[str, str]]:
    """How often bandit finds what in which file."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", *SCANNED, "-f", "json"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(told.stdout)
    if report["errors"]:
        raise SystemExit(f"bandit could not read: {report['errors']}")
    return Counter(
        (one["filename"].removeprefix("./"), one["test_id"]) for one in report["results"]
    )


def known() -> Counter[tuple[str, str]]:
    """How often what may be found, by the list of reasons."""
    listed = tomllib.loads((HERE / "known_findings.toml").read_text())["finding"]
    unexplained = [one for one in listed if not one["reason"].strip()]
    if unexplained:
        raise SystemExit(f"A finding needs its reason: {unexplained}")
    return Counter({(one["file"], one["test"]): one.get("count", 1) for one in listed})


def loose(lock: str) -> list[str]:
    """Requirements of a lock file that are no exact version, or have no SHA-256 of their file."""
    joined = (ROOT / lock).read_text().replace("\\\n", "")
    lines = [line for line in joined.splitlines() if line.strip() and line[0] not in "# "]
    return [
        line[:80]
        for line in lines
        if not PIN.match(line.split("--hash")[0].strip()) or "--hash=sha256:" not in line
    ]


def main() -> int:
    """Says what is wrong; how many things that are."""
    found, listed = findings(), known()
    faults = [f"new: {n} × {test} in {file}" for (file, test), n in (found - listed).items()]
    faults += [f"gone, so take it off the list: {key}" for key in listed - found]
    faults += [f"not locked in {lock}: {line}" for lock in LOCKS for line in loose(lock)]
    for fault in faults:
        print(fault)
    print(f"bandit: {sum(found.values())} findings, each with its reason; locks hold hashes."
          if not faults else "See .ci/known_findings.toml and docs/security.md.")  # fmt: skip
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main())
