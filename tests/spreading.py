"""How tests are spread over workers: a file at a time, the longest first, journeys one by one."""

from pathlib import PurePath

import pytest
from xdist.scheduler import LoadFileScheduling

# What takes longest, by what it does most: waits, works, waits …, so that cores are never idle.
LONGEST = (
    "journeys/test_accessible.py",
    "journeys",
    "web/test_access.py",
    "faults/test_schedulers.py",
    "services/test_clock.py",
    "faults/test_doses_of_kills.py",
    "cli/test_serve.py",
    "faults/test_standby.py",
    "web/test_api_document.py",
    "faults/test_doses_in_process.py",
    "services/test_demo.py",
    "remote/test_hostile_calendars.py",
    "services/test_reports.py",
    "faults",
    "security",
    "faults/test_races.py",  # two hundred clients need the cores, so not beside browsers
)


def place(item: pytest.Item) -> int:
    """Where in the row an item's file stands."""
    file = PurePath(item.nodeid.partition("::")[0]).relative_to("tests")
    found = [name for name in LONGEST if file.is_relative_to(name)]
    return LONGEST.index(max(found, key=len)) if found else len(LONGEST)


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Workers take one file after another; journeys share one service, so one worker takes all."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(super()._split_scope(nodeid))
        lone = file.name == "test_accessible.py" or file.parent.name != "journeys"
        return str(file if lone else file.parent)
