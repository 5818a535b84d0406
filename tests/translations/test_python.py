"""Python makes no text for people that is not marked for translation, and what stands unmarked is
named here, with why it may.
"""

from collections.abc import Iterator, Mapping

import pytest

from config import ROOT
from tests.translations.literals import unmarked

CODE = ROOT / "ambassadors"
# Whoever runs these sits before a terminal, or reads the log; the demo invents people.
OPERATORS = ("cli/", "services/demo/", "translations/", "serve.py", "scheduler.py", "logs.py")
# Names of protocols' headers, fields and values.
PROTOCOLS = {"Action", "Allow", "Authorization", "Bearer", "Cookie", "Date", "From", "Lax"}
PROTOCOLS |= {"Precedence", "References", "Referer", "Status", "Subject"}

AUDIT = "`flask audit` and the ledger of erasures, for operators"
COLUMNS = "names of columns"
FAULTS = "faults for the log and for `flask check`; people read another sentence"
ELSEWHERE = "the English branch: other languages’ words come from Babel"
MONITORING = "the help of a metric, which monitoring shows as it is"
NAMES = "names of products and places"
PROGRAMS = "of the API, for whoever writes a program; its document is in English"
SEASON = "the table of `flask season`, for operators"
SECRETS = "what a hash or a seal is for; nobody sees it"

# How many pieces of text of a file may stay, and why. Neither more nor fewer.
EXCEPTIONS: Mapping[str, tuple[int, str]] = {
    "core/assignment.py": (1, "“previous plan” names an argument in a ValueError"),
    "core/browsers.py": (18, NAMES),
    "core/calendars/faults.py": (12, ELSEWHERE),
    "core/erasing.py": (1, "stands in the database in place of a name"),
    "core/invites.py": (1, "the product that wrote a calendar (RFC 5545, PRODID)"),
    "core/moments.py": (19, ELSEWHERE),
    "core/notices.py": (1, ELSEWHERE),
    "core/phrases.py": (4, "the ends of names that say what they name"),
    "core/season.py": (2, SEASON),
    "core/season_figures.py": (9, SEASON),
    "core/transport/flow.py": (1, FAULTS),
    "core/zones.py": (1, NAMES),
    "mail/headers.py": (2, FAULTS),
    "mail/messages.py": (1, FAULTS),
    "models/engine.py": (1, "SQLite’s own words"),
    "models/many.py": (1, "a statement for SQLite"),
    "remote/inbox.py": (3, FAULTS),
    "remote/joining.py": (1, "the product that wrote a calendar (RFC 5545, PRODID)"),
    "remote/school.py": (10, FAULTS),
    "services/measures.py": (11, MONITORING),
    "services/privacy/export.py": (14, COLUMNS),
    "services/privacy/files.py": (2, AUDIT),
    "services/privacy/profiles.py": (8, COLUMNS),
    "services/privacy/reach.py": (12, "what a test and the documents hold erasing against"),
    "services/second_step.py": (1, SECRETS),
    "services/settings/samples.py": (4, "what an invented person typed, in previews of mails"),
    "web/api_reading.py": (5, PROGRAMS),
    "web/api_spec.py": (18, PROGRAMS),
    "web/coordinator_embed.py": (1, "each language in its own words"),
    "web/coordinator_letters.py": (1, COLUMNS),
    "web/languages.py": (78, ELSEWHERE),
    "web/metrics.py": (1, MONITORING),
    "web/phone.py": (1, SECRETS),
    "web/school.py": (1, FAULTS),
}


def files() -> Iterator[str]:
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(CODE).as_posix()
        if not name.startswith(OPERATORS):
            yield name


def found(name: str) -> list[tuple[int, str]]:
    source = (CODE / name).read_text("utf-8")
    return [(line, text) for line, text in unmarked(source) if text not in PROTOCOLS]


@pytest.mark.parametrize("name", [one for one in files() if one not in EXCEPTIONS])
def test_a_file_says_nothing_that_is_not_marked(name: str):
    """Where this fails: say it with `said`, see `docs/developing.md`."""
    assert found(name) == []


def test_exceptions_are_as_many_as_they_say():
    counts = {name: len(found(name)) for name in EXCEPTIONS}
    assert counts == {name: count for name, (count, _) in EXCEPTIONS.items()}


SOURCE = '''
"""A docstring says whatever it likes."""
__all__ = ["Spoken"]
TITLES = {"Key": "Overview", "other": said("Marked label")}
def tell(session, name: "Some type", count):
    """As here."""
    log.warning("Nobody reads this sentence")
    session.execute(text("SELECT something FROM somewhere"))
    if count < 0:
        raise ValueError("The count is below zero.")
    if not name:
        raise Refused("no")
    yield said("Marked {name}.", name=name or "Somebody else")
    yield f"{name} has left."
    yield Column(label="x" if count else gettext("marked"), key="small-words")
    yield "This is a sentence." + ngettext("one chat", "many chats", count)
'''


def test_what_is_not_marked_is_found():
    assert [text for _, text in unmarked(SOURCE)] == [
        "Overview",
        "no",
        "Somebody else",
        "{} has left.",
        "x",
        "This is a sentence.",
    ]
