"""Forms of the settings: what was typed as a value, and a value as its form shows it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.settings.origins import is_local, read_origins
from ambassadors.core.settings.rules import NUMBERS, RULES
from ambassadors.core.settings.terms import FIELDS
from ambassadors.core.settings.terms import MOST_TERMS as MOST_ROWS
from ambassadors.core.settings.wordings import PARTS
from ambassadors.services.settings.current import (
    CALENDAR,
    EMBEDDING,
    KEEPING,
    REMINDERS,
    SIGN_IN,
    WORKING,
)
from ambassadors.services.settings.current import RULES as RULES_KEY

Values = MultiDict[str, str]
BLANK_ROWS = 3  # for what is new in the calendar


def read_value(key: str, form: Values) -> dict[str, Any]:
    """What was typed for a setting, not yet checked; Refused for what is no number."""
    if key == RULES_KEY:
        return read_rules(form)
    if key == REMINDERS:
        return {"reminders": [one for one in form.getlist("reminders") if one]}
    if key == CALENDAR:
        return {"terms": read_rows(form)}
    if key == EMBEDDING:
        return {"origins": read_pages(form)}
    if key == WORKING:
        return {name: form.get(name, "") for name in ("hours", "guard")}
    if key == SIGN_IN:
        return {"second_step": form.get("second_step", "")}
    if key == KEEPING:
        return {"months": read_months(form)}
    return {part: form.get(part, "") for part in PARTS}


def read_rules(form: Values) -> dict[str, Any]:
    """Numbers and bounds of the rules."""
    numbers = {name: read_number(form, name, name) for name in NUMBERS}
    bounds = {
        name: [read_number(form, f"{edge}-{name}", name) for edge in ("least", "most")]
        for name in NUMBERS
    }
    lengths = [int(one) for one in form.getlist("lengths") if one.isdecimal() and len(one) < 4]
    return {"lengths": lengths, **numbers, "bounds": bounds}


def read_number(form: Values, field: str, name: str) -> int:
    """A whole number, not below zero."""
    text = form.get(field, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Refused(said("{label}: write a whole number.", label=RULES[name].label), field=field)
    return int(text)


def read_months(form: Values) -> int:
    """A whole number of months; nothing typed is none."""
    text = form.get("months", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def read_rows(form: Values) -> list[dict[str, Any]]:
    """The entries of the calendar; one without name and dates is left out."""
    rows = (
        {field: form.get(f"{field}-{number}", "") for field in FIELDS}
        for number in range(MOST_ROWS + BLANK_ROWS)
    )
    return [row for row in rows if row["name"].strip() or row["first"] or row["last"]]


def read_pages(form: Values) -> list[str]:
    """Origins, a line each; those of somebody's own machine only in development."""
    origins = read_origins(form.get("origins", "").splitlines())
    local = [one for one in origins if is_local(one)]
    if local and current_app.extensions["settings"].production:
        sentence = said("“{page}” is somebody’s own machine, not a page.", page=local[0])
        raise Refused(sentence, field="origins")
    return list(origins)


def form_of(key: str, value: Mapping[str, Any]) -> Values:
    """A value as the fields of its form."""
    if key == RULES_KEY:
        pairs = [("lengths", str(minutes)) for minutes in value["lengths"]]
        pairs += [(name, str(value[name])) for name in NUMBERS]
        for name, (least, most) in value["bounds"].items():
            pairs += [(f"least-{name}", str(least)), (f"most-{name}", str(most))]
        return MultiDict(pairs)
    if key == REMINDERS:
        return MultiDict([("reminders", one) for one in value["reminders"]])
    if key == SIGN_IN:
        return MultiDict([("second_step", value["second_step"])])
    if key == KEEPING:
        return MultiDict([("months", str(value["months"]))])
    if key == CALENDAR:
        rows = enumerate(value["terms"])
        return MultiDict((f"{f}-{n}", str(row[f])) for n, row in rows for f in FIELDS)
    if key == EMBEDDING:
        return MultiDict([("origins", "\n".join(value["origins"]))])
    if key == WORKING:
        return MultiDict((name, str(value[name])) for name in ("hours", "guard"))
    return MultiDict((part, str(value.get(part, ""))) for part in PARTS)


def count_rows(values: Values) -> int:
    """How many rows of the calendar's form are shown: those in use and some more."""
    used = [n for n in range(MOST_ROWS) if values.get(f"name-{n}") or values.get(f"first-{n}")]
    return min(MOST_ROWS, max(used, default=-1) + 1 + BLANK_ROWS)


def carried_on(values: Values) -> list[tuple[str, str]]:
    """The fields of a form that its preview sends on, to be saved."""
    return [pair for pair in values.items(multi=True) if pair[0] not in ("csrf_token", "seen")]
