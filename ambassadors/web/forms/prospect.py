"""What a prospect asks for, as addresses and forms carry it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from ambassadors.core.interests import Vocabulary, Wanted, wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.waking import WAKING, Awake, read_waking, waking_pairs
from ambassadors.core.zones import canonical
from ambassadors.mail.addresses import parse_address
from ambassadors.services.people import check_question, read_name, read_zone
from ambassadors.web.forms.refusals import refusals

T = TypeVar("T")

BOSTON = "America/New_York"
USUAL_MINUTES = 30
LONGEST_CHAT = 240
Values = MultiDict[str, str]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wish:
    """What one prospect asks for, and how they read times. `zone` None: not known yet."""

    wanted: Wanted
    zone: str | None = None
    minutes: int = USUAL_MINUTES
    waking: tuple[int, int] = WAKING

    @property
    def awake(self) -> Awake | None:
        """When they are awake; None while their zone is not known."""
        return Awake(self.zone, self.waking) if self.zone else None

    @property
    def waking_texts(self) -> tuple[str, str]:
        """From when to when, as times of day."""
        return Awake(self.clock, self.waking).texts

    @property
    def waking_pairs(self) -> Pairs:
        """Waking hours other than the usual ones."""
        return waking_pairs(self.waking)

    @property
    def clock(self) -> str:
        """The zone in which times are shown."""
        return self.zone or BOSTON

    @cached_property
    def choices(self) -> Pairs:
        """What a form carries along, less zone and minutes."""
        return (
            *(("interest", key) for key in self.wanted.interests),
            *(("most", key) for key in sorted(self.wanted.most)),
            *(("language", tag) for tag in self.wanted.languages),
            *self.waking_pairs,
        )

    @cached_property
    def pairs(self) -> Pairs:
        """All that a form carries along."""
        return (*self.choices, *self.zone_pairs, ("minutes", str(self.minutes)))

    @property
    def zone_pairs(self) -> Pairs:
        """The zone, once it is known."""
        return (("zone", self.zone),) if self.zone else ()

    @cached_property
    def query(self) -> str:
        """The same as the query of an address, without the question mark."""
        return self.with_minutes(self.minutes)

    def with_minutes(self, minutes: int) -> str:
        """The query for another length."""
        return f"{self._stem}minutes={minutes}"

    @property
    def in_any_language(self) -> "Wish":
        """The same wish of somebody who does not mind the language."""
        return replace(self, wanted=replace(self.wanted, languages=()))

    @cached_property
    def _stem(self) -> str:
        """The query up to the length: written once, it stands in dozens of links."""
        return "".join(
            f"{name}={quote(value)}&" for name, value in (*self.choices, *self.zone_pairs)
        )


def read_wish(values: Values, vocabulary: Vocabulary, *, needs_interests: bool = True) -> Wish:
    """The wish in a query or a form; Refused with a sentence that names the field.

    What matters most is among the interests, whether or not it was ticked there as well.
    """
    most = values.getlist("most")
    interests = dict.fromkeys([*values.getlist("interest"), *most])
    if needs_interests and not interests:
        raise Refused(said("Choose at least one interest, so that we can look."), field="interests")
    asked = wanted(vocabulary, interests, most, values.getlist("language"))
    waking = read_waking(values.get("wake", ""), values.get("sleep", ""))
    return Wish(asked, read_known_zone(values.get("zone", "")), read_minutes(values), waking)


def read_known_zone(name: str) -> str | None:
    """Today's name of the zone; None when none was given. Refused when it does not exist."""
    if not name.strip():
        return None
    zone = canonical(name.strip())
    if zone is None:
        raise Refused(
            said("That time zone is not known. Please choose the nearest city."), field="zone"
        )
    return zone


def read_minutes(values: Values) -> int:
    """The length of a chat, in minutes."""
    text = values.get("minutes", "") or str(USUAL_MINUTES)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= LONGEST_CHAT):
        raise Refused(
            said("The length of a chat is a number of minutes, such as 30."), field="minutes"
        )
    return int(text)


def read_start(text: str) -> datetime:
    """A start as our links carry it: ISO 8601 with a zone. Refused for everything else.

    Years are those of `read_day`: nearer the ends of the calendar no other zone can show a time.
    """
    try:
        start = datetime.fromisoformat(text)
        if start.tzinfo is None:
            raise Refused(
                said("That time has no time zone, so it could be anywhere."), field="start"
            )
        start = start.astimezone(UTC)
    except (ValueError, OverflowError):
        start = datetime.min.replace(tzinfo=UTC)
    if not 2000 < start.year < 2200:
        raise Refused(said("Choose a time from the list."), field="start")
    return start


@dataclass(frozen=True)
class Choice:
    """A time chosen with somebody, before one says who one is."""

    wish: Wish
    ambassador_id: int
    start: datetime

    @property
    def pairs(self) -> Pairs:
        """All that a form carries along, less the start."""
        return (*self.wish.pairs, ("ambassador", str(self.ambassador_id)))

    @property
    def query(self) -> str:
        """The same as the query of an address, less the start."""
        return urlencode(self.pairs, safe="/")


def read_choice(values: Values, vocabulary: Vocabulary) -> Choice:
    """The chosen time in a query or a form; Refused with a sentence that names the field."""
    wish = read_wish(values, vocabulary, needs_interests=False)
    ambassador = values.get("ambassador", "")
    if not (ambassador.isascii() and ambassador.isdigit() and len(ambassador) < 10):
        raise Refused(said("Choose a student from the list."), status=404, field="ambassador")
    return Choice(wish, int(ambassador), read_start(values.get("start", "")))


@dataclass(frozen=True)
class Visitor:
    """What a form says of the person who fills it in, as typed, and what is wrong with it."""

    name: str
    email: str
    question: str
    errors: dict[str, str]


NOBODY = Visitor("", "", "", {})
FIELDS = ("name", "email", "question", "zone")


def read_visitor(values: Values) -> Visitor:
    """Name, e-mail address and question, each with its own sentence when it will not do."""
    name, email = values.get("name", ""), values.get("email", "")
    question = values.get("question", "")
    checks = (
        lambda: read_name(name),
        lambda: parse_address(email),
        lambda: read_zone(values.get("zone", "")),
        lambda: check_question(question),
    )
    return Visitor(name, email, question, dict(refusals(checks)))
