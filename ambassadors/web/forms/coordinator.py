"""What coordinators ask of their lists, as addresses carry it."""

from datetime import date
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from ambassadors.core.chats import Status
from ambassadors.core.notices import Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import one_line
from ambassadors.services.assignment import Change, LineFilter
from ambassadors.services.bulk import Asked
from ambassadors.services.oversight import ChatFilter, MailFilter, PersonFilter, RequestFilter
from ambassadors.services.oversight.chats import SOURCES
from ambassadors.services.oversight.people import SORTS

Values = MultiDict[str, str]

LONGEST_SEARCH = 100
PERIODS = ("", "upcoming", "past")
PERSON_STATES = ("active", "invited", "inactive", "pending", "away")
REQUEST_STATES = ("waiting", "matched", "closed")
WAYS = ("rising", "falling")
LINES = ("", "placed", "unplaced", "changed", "lower", "hand", "skipped")
MAIL_STATES = ("waiting", "sent", "failed", "void")


def read_page(values: Values) -> int:
    """The number of a page, from 1; nonsense is the first page."""
    return read_id(values.get("page", "")) or 1


def read_id(text: str) -> int | None:
    """A number that can name a row; None for anything else."""
    fits = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if fits else None


def carried(values: Values) -> str:
    """The query of a list without its page, ending so that a page can follow."""
    pairs = [(name, value) for name, value in values.items() if name != "page" and value]
    return f"?{urlencode(pairs)}&" if pairs else "?"


def read_chat_filter(values: Values, zone: str) -> ChatFilter:
    """Which chats; Refused for a state or a date that does not exist."""
    return ChatFilter(
        status=read_one(values, "status", tuple(Status)),
        ambassador_id=read_id(values.get("ambassador", "")),
        when=read_one(values, "when", PERIODS, "upcoming"),
        first=read_date(values, "first"),
        last=read_date(values, "last"),
        zone=zone,
        search=read_search(values),
        interest=one_line(values.get("interest", "")),
        prospect_zone=one_line(values.get("zone", ""))[:64],
        source=read_one(values, "source", tuple(SOURCES)),
    )


def read_asked(values: Values) -> Asked:
    """What to do with many chats; hours later are positive, earlier ones negative."""
    hours = values.get("hours", "0") or "0"
    try:
        shift = round(float(hours) * 60)
    except (ValueError, OverflowError):
        raise Refused(
            said("“{hours}” is not a number of hours.", hours=one_line(hours, 20)), field="hours"
        ) from None
    action, taker = one_line(values.get("action", "")), read_id(values.get("taker", ""))
    return Asked(action, shift, values.get("reason", "").strip(), taker)


def read_versions(values: Values) -> dict[str, int]:
    """The chats that were looked at, each with its version then: "uid:version"."""
    pairs = (one.rpartition(":") for one in values.getlist("chat"))
    return {uid: read_id(version) or 0 for uid, _, version in pairs if uid.isprintable() and uid}


def read_person_filter(values: Values) -> PersonFilter:
    """Which ambassadors."""
    return PersonFilter(
        status=read_one(values, "status", PERSON_STATES),
        interest=one_line(values.get("interest", "")),
        search=read_search(values),
        sort=read_one(values, "sort", tuple(SORTS), "name") or "name",
        falling=read_one(values, "way", WAYS) == "falling",
    )


def read_people(values: Values) -> list[int]:
    """The ambassadors that were ticked."""
    found = (read_id(one) for one in values.getlist("who"))
    return list(dict.fromkeys(one for one in found if one is not None))


def read_handings(values: Values, only: str = "") -> dict[str, int]:
    """Who takes which chat (by UID), as chosen; those left where they are are not in it."""
    chosen = {
        name.removeprefix("to-"): read_id(value)
        for name, value in values.items()
        if name.startswith("to-") and only in ("", name.removeprefix("to-"))
    }
    return {uid: one for uid, one in chosen.items() if one is not None}


def read_request_filter(values: Values) -> RequestFilter:
    """Which requests; those that wait, unless something else is asked for."""
    return RequestFilter(
        state=read_one(values, "state", REQUEST_STATES, "waiting"), search=read_search(values)
    )


def read_line_filter(values: Values) -> LineFilter:
    """Which lines of a plan."""
    return LineFilter(
        show=read_one(values, "show", LINES),
        ambassador_id=read_id(values.get("ambassador", "")),
        search=read_search(values),
    )


def read_change(values: Values) -> Change:
    """What to do with a line of a plan."""
    return Change(one_line(values.get("act", "")), read_id(values.get("ambassador", "")))


def read_mail_filter(values: Values) -> MailFilter:
    """Which mails."""
    return MailFilter(
        state=read_one(values, "state", MAIL_STATES),
        kind=read_one(values, "kind", tuple(Kind)),
        search=read_search(values),
    )


def read_one(values: Values, name: str, known: tuple[str, ...], default: str = "") -> str:
    """One of a closed list, or nothing; the default when the address does not say."""
    value = values.get(name, default)
    if value and value not in known:
        raise Refused(
            said("“{value}” is not something to filter by.", value=one_line(value, 40)), field=name
        )
    return str(value)


def read_search(values: Values) -> str:
    """The words to look for."""
    return one_line(values.get("q", ""))[:LONGEST_SEARCH]


def read_date(values: Values, name: str) -> date | None:
    """A date of the period, or none."""
    text = values.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            said("“{text}” is not a date.", text=one_line(text, 20)), field=name
        ) from None
