"""Changing a setting: read, foreseen, carried out and recorded in one transaction; and undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ambassadors.core.notices import choose_reminders
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.settings.keeping import read_months
from ambassadors.core.settings.origins import origins_value, read_origins
from ambassadors.core.settings.rules import house_value, read_house
from ambassadors.core.settings.terms import read_terms, terms_value
from ambassadors.core.settings.wordings import LETTERS, read_wording, wording_value
from ambassadors.core.settings.working import read_working, working_value
from ambassadors.models import SettingsVersion
from ambassadors.services.settings import (
    calendar,
    embedding,
    keeping,
    mails,
    reminders,
    rules,
    signing_in,
    store,
    weighing,
    working,
)
from ambassadors.services.settings.current import (
    CALENDAR,
    EMBEDDING,
    KEEPING,
    MAIL,
    REMINDERS,
    RULES,
    SIGN_IN,
    WEIGHTS,
    WORKING,
    value_now,
)
from ambassadors.services.settings.foresight import Foresight, Value
from ambassadors.services.settings.store import Change

NOTHING = said("That is how it is already: nothing would change.")


@dataclass(frozen=True)
class Setting:
    """One of the settings: `read` checks what was typed, `tell` says what is different, `foresee`
    what follows, `carry_out` does it and gives back what it did to other rows.
    """

    key: str
    title: str
    read: Callable[[Value], dict[str, Any]]
    tell: Callable[[Value, Value], tuple[str, ...]]
    foresee: Callable[[Session, Value, Value, datetime], Foresight]
    carry_out: Callable[[Session, Value, Value, datetime], dict[str, Any]]


def of_mail(kind: str) -> Setting:
    """The texts of one kind of mail."""
    return Setting(
        MAIL + kind,
        said("Mail: {letter}", letter=LETTERS[kind].label),
        lambda value: wording_value(read_wording(kind, value)),
        mails.tell,
        lambda session, before, after, now: mails.foresee(session, kind, before, after),
        mails.carry_out,
    )


SETTINGS: Mapping[str, Setting] = {
    one.key: one
    for one in (
        Setting(
            RULES,
            said("Rules of ambassadors"),
            lambda value: house_value(read_house(value)),
            rules.tell,
            rules.foresee,
            rules.carry_out,
        ),
        Setting(
            REMINDERS,
            said("Reminders"),
            lambda value: {"reminders": [k.value for k in choose_reminders(value["reminders"])]},
            reminders.tell,
            reminders.foresee,
            reminders.carry_out,
        ),
        Setting(
            CALENDAR,
            said("Academic calendar"),
            lambda value: terms_value(read_terms(value["terms"])),
            calendar.tell,
            calendar.foresee,
            calendar.carry_out,
        ),
        Setting(
            EMBEDDING,
            said("Pages that may show us"),
            lambda value: origins_value(read_origins(value["origins"])),
            embedding.tell,
            embedding.foresee,
            embedding.carry_out,
        ),
        Setting(
            WORKING,
            said("Weekly limit of hours"),
            lambda value: working_value(read_working(value)),
            working.tell,
            working.foresee,
            working.carry_out,
        ),
        Setting(
            SIGN_IN,
            said("Signing in"),
            signing_in.read,
            signing_in.tell,
            signing_in.foresee,
            signing_in.carry_out,
        ),
        Setting(
            KEEPING,
            said("How long people are kept"),
            lambda value: {"months": read_months(value)},
            keeping.tell,
            keeping.foresee,
            keeping.carry_out,
        ),
        *(of_mail(kind) for kind in LETTERS),
        Setting(
            WEIGHTS, said("Weights"), dict, weighing.tell, weighing.foresee, weighing.carry_out
        ),
    )
}


def find_setting(key: str) -> Setting:
    """A setting; Refused (404) when there is none of that name."""
    if key not in SETTINGS:
        raise Refused(said("There is no such setting."), status=404)
    return SETTINGS[key]


@dataclass(frozen=True)
class Save:
    """A change that somebody wants; `seen` is the number of the change they started from."""

    key: str
    value: Value
    seen: int
    user_id: int
    now: datetime


def preview(session: Session, key: str, value: Value, now: datetime) -> Foresight:
    """What saving would do; Refused, naming the field, when it makes no sense."""
    setting = find_setting(key)
    wanted, before = setting.read(value), read_now(session, key)
    if wanted == before:
        raise Refused(NOTHING, status=422)
    return setting.foresee(session, before, wanted, now)


def save(session: Session, wanted: Save) -> None:
    """Does it, and writes it down; Refused as in `preview`, or (409) when it was changed since."""
    setting = find_setting(wanted.key)
    value, before = setting.read(wanted.value), read_now(session, wanted.key)
    if value == before:
        raise Refused(NOTHING, status=422)
    effects = setting.carry_out(session, before, value, wanted.now)
    store.record(
        session,
        Change(wanted.key, value, before, wanted.seen, wanted.user_id, wanted.now, effects=effects),
    )


def preview_undo(session: Session, version: SettingsVersion, now: datetime) -> Foresight:
    """What taking a change back would do; Refused (409) when nothing would."""
    setting, present = find_setting(version.key), read_now(session, version.key)
    if present == version.before:
        raise Refused(said("That is undone already."), status=409)
    return setting.foresee(session, present, version.before, now)


def undo(session: Session, version_id: int, user_id: int, now: datetime) -> SettingsVersion:
    """A new change, to what the setting was before that one; Refused (409) as in `preview_undo`,
    or when it was taken back before.
    """
    version = store.find_version(session, version_id)
    setting, present = find_setting(version.key), read_now(session, version.key)
    if present == version.before:
        raise Refused(said("That is undone already."), status=409)
    newest = store.latest_number(session, version.key)
    if version.key == RULES and version.number == newest:
        effects = rules.take_back(session, version, now)
    else:
        effects = setting.carry_out(session, present, version.before, now)
    seen = newest
    change = Change(version.key, version.before, present, seen, user_id, now, version.id, effects)
    store.record(session, change)
    return version


def read_now(session: Session, key: str) -> dict[str, Any]:
    """A setting as it is now, read afresh."""
    return weighing.read(session) if key == WEIGHTS else value_now(session, key)


__all__ = ["SETTINGS", "Save", "find_setting", "preview", "preview_undo", "save", "undo"]
