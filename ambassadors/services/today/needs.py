"""What a need is: something that waits for a coordinator, and where it is done."""

from dataclasses import dataclass
from datetime import datetime

SHORT = 5  # of each need are shown at once; the rest stands in its list


@dataclass(frozen=True)
class Act:
    """What one click does: a form to be sent to an address, and the words on its button."""

    address: str
    words: str


@dataclass(frozen=True)
class Line:
    """One thing of a need: whom or what it is about, and the page on which it is dealt with.

    `since`: how long it has waited. `act`: what can be done about it from here, if anything.
    """

    text: str
    href: str
    detail: str = ""
    since: datetime | None = None
    act: Act | None = None


@dataclass(frozen=True)
class Need:
    """A kind of thing that needs a hand, with the first few of `count`.

    `level`: "urgent" (somebody is harmed, or nothing works), "hand" (it waits for a coordinator)
    or "watch" (nothing needs to be done yet). `href` leads to all of them, `words` says so. Those
    who only look do not see what is not `for_all`.
    """

    key: str
    level: str
    title: str
    count: int
    lines: tuple[Line, ...] = ()
    since: datetime | None = None
    href: str = ""
    words: str = ""
    text: str = ""
    for_all: bool = True
