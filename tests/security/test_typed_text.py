"""Whatever is typed into any field comes out as text at every destination.

First from the database outwards: every column of text is filled with attacks, past all checks of
input, then all pages, mails, calendars, tables and lines of the log are read back. A new column
must be named here as typed or as made by us. Then inwards: every field of every form that the
pages show gets them.
"""

import dataclasses
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Column, String, Text
from werkzeug.test import TestResponse

from ambassadors import jobs
from ambassadors.extensions import db
from tests.mail.servers import mail_server
from tests.security import looking
from tests.security.payloads import ADDRESS, ADDRESSES, FULL, MARK, TYPED
from tests.security.visiting import browser, visit
from tests.web.browser import Form, read
from tests.web.route import PEOPLE
from tests.web.routes import ROUTES
from tests.web.world import World

# Typed by somebody, or told by a server elsewhere.
BY_PEOPLE = """
account_events.note ambassadors.bio ambassadors.meeting_place api_keys.name attempts.words
blocks.reason bulk_lines.text bulks.reason calendar_sources.fault calendar_sources.name
calendar_sources.shown chat_changes.reason chat_notes.text chats.prospect_name chats.question
desk_events.note families.label feedbacks.still_open hand_offs.reason hours_exceptions.note
inbox_messages.sender inbox_messages.sentence inbox_messages.subject interests.label
interests.short notices.answer notices.headline notices.returned_words offers.comment
participations.comment plans.error programmes.name programmes.short prospects.name reports.note
reports.text requests.name requests.question roster_imports.error roster_imports.file_name
saved_filters.name sessions.browser time_off.note users.name webhook_deliveries.answer
webhooks.name webhooks.words
""".split()  # noqa: SIM905 - easier to read and to add to
LINKS_BY_PEOPLE = [
    "ambassadors.meeting_url",
    "chats.place",
    "interests.url",
    "webhooks.address",
]
# Keys, states, tokens, hashes, zones, locales: of a fixed shape that is checked where they enter.
MADE = """
account_events.action ambassadors.feed_secret ambassadors.status ambassadors.time_zone
api_keys.key_hash api_keys.prefix attempts.address attempts.outcome blocks.email blocks.key
bulk_lines.outcome bulks.action bulks.owner bulks.status busy_spans.spans calendar_sources.etag
calendar_sources.kind calendar_sources.mark calendar_sources.modified calendar_sources.owner
calendar_sources.read_zone calendar_sources.sealed chat_changes.action chat_changes.actor
chats.held_from chats.locale chats.nonce chats.prospect_zone chats.source chats.status chats.uid
desk_events.action families.key families.role feedbacks.outcome feedbacks.verdict follow_ups.state
hand_off_asks.answer hand_off_asks.nonce hand_off_asks.uid hand_offs.status heartbeats.name
idempotency_keys.body_hash idempotency_keys.key inbox_messages.key inbox_messages.kind
inbox_messages.outcome inbox_messages.recipient interests.key notices.kind notices.message_id
notices.owner notices.recipient notices.sent_to notices.state notices.subject offers.nonce
offers.proposed_by offers.recipient offers.state offers.uid participations.answer
participations.recipient plan_lines.code plan_lines.outcome plans.owner plans.status
privacy_acts.action privacy_acts.key privacy_acts.kind privacy_acts.origin programmes.time_zone
prospects.email prospects.time_zone recovery_codes.code_hash reports.fingerprint reports.side
reports.state requests.locale requests.nonce requests.state requests.time_zone requests.uid
roster_imports.owner roster_imports.status saved_filters.page saved_filters.query
school_links.issuer school_links.subject searches.mark searches.zone second_steps.sealed
sessions.key_hash sessions.network sessions.way settings_versions.key throttles.key throttles.kind
users.email users.feed_nonce users.locale users.password_hash users.role users.session_key
users.time_zone webhook_deliveries.event webhook_deliveries.event_id webhook_deliveries.owner
webhook_deliveries.state webhooks.sealed webhooks.state
""".split()  # noqa: SIM905 - easier to read and to add to


def columns() -> Iterator[Column[object]]:
    """All columns of text."""
    for table in db.metadata.sorted_tables:
        yield from (one for one in table.columns if isinstance(one.type, String | Text))


def test_every_column_of_text_is_known_as_typed_or_made() -> None:
    found = [f"{one.table.name}.{one.name}" for one in columns()]
    assert sorted(found) == sorted([*BY_PEOPLE, *LINKS_BY_PEOPLE, *MADE])


def plant(app: Flask, text: str) -> None:
    """Fills every column that people type into, past every check."""
    with app.app_context():
        path = db.engine.url.database
    with closing(sqlite3.connect(str(path))) as connection:
        for names, value in ((BY_PEOPLE, text), (LINKS_BY_PEOPLE, ADDRESS)):
            for table, column in (name.split(".") for name in names):
                change = f"UPDATE {table} SET {column} = ? || rowid"  # noqa: S608 - our own names
                connection.execute(f"{change} WHERE {column} IS NOT NULL", (value,))
        connection.execute("UPDATE data_version SET version = version + 1")
        connection.commit()


def faults_of(answer: TestResponse) -> list[str]:
    """What is wrong with an answer."""
    found = [f"status {answer.status_code}"] if answer.status_code == 500 else []
    found += [
        f"header {name}" for name, value in answer.headers if f"{MARK}-header" in name.lower()
    ]
    found += [f"header {name}: {value}" for name, value in answer.headers if "\n" in value]
    if answer.status_code >= 300 or MARK not in answer.text:
        return found
    if answer.mimetype == "text/html":
        return found + looking.faults_of_page(answer.text)
    if answer.mimetype == "text/calendar":
        return found + looking.faults_of_calendar(answer.data)
    if answer.mimetype == "text/csv":
        return found + looking.faults_of_table(answer.text)
    if answer.mimetype in ("application/json", "message/rfc822", "text/plain"):
        return found
    return [*found, f"a {answer.mimetype}"]


@pytest.mark.parametrize("text", TYPED)
def test_whatever_the_database_holds_every_page_shows_it_as_text(
    own_app: Flask, world: World, text: str
) -> None:
    plant(own_app, text)
    odd, shown = {}, Counter[str]()
    for route in (one for one in ROUTES if one.method == "GET"):
        for person in route.allowed if FULL else route.allowed[:1]:
            answer = visit(own_app, world, person, route.path(world.names))
            shown[answer.mimetype] += MARK in answer.text
            if found := faults_of(answer):
                odd[f"{person} {route.rule}"] = found[:4]
    assert odd == {}
    assert shown["text/html"] > 60, "pages show what people typed"
    assert min(shown[one] for one in ("text/calendar", "text/csv", "application/json")) >= 2, shown


@pytest.mark.parametrize("text", TYPED)
def test_whatever_the_database_holds_mails_and_logs_hold_it_as_text(
    own_app: Flask, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    plant(own_app, text)
    with mail_server() as inbox:
        own_app.extensions["settings"] = with_mail(own_app, inbox.url(user=""))
        for days in (0, 2, 4):
            jobs.tick(own_app, datetime.now(UTC) + timedelta(days=days), jobs.STEPS)
    pairs = zip(inbox.messages, inbox.envelopes, strict=True)
    faults = [looking.faults_of_mail(raw, to) for raw, (_, to) in pairs]
    assert [one for one in faults if one] == []
    assert len(inbox.messages) > 10
    assert sum(b"BEGIN:VCALENDAR" in raw or b"text/calendar" in raw for raw in inbox.messages) > 2
    assert [one for _, to in inbox.envelopes for one in to if MARK in one] == []
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith(MARK) or "\x1b" in line] == []


def with_mail(app: Flask, mail_url: str) -> object:
    """The settings of an app with another way out for mail."""
    return dataclasses.replace(app.extensions["settings"], mail_url=mail_url)


@pytest.mark.parametrize(
    "page",
    [
        f"<p><{MARK}-el>",
        f"<p on{MARK}=1>",
        "<p onclick='x'>",
        "<a href=' JavaScript:x'>",
        f"<img src={MARK}>",
        f"<script src='/a.js'>{MARK}</script>",
        "<script src='https://evil.example/a.js'></script>",
        f"<p>{MARK}49",
    ],
)
def test_whoever_looks_over_a_page_sees_what_got_out(page: str) -> None:
    assert len(looking.faults_of_page(page)) >= 1


class Field(NamedTuple):
    """One field of one form, as somebody has it on a page."""

    person: str
    page: str
    form: Form
    name: str


def fields(app: Flask, world: World) -> dict[tuple[str, str], Field]:
    """Every field of every form on every page of everybody, once each."""
    found: dict[tuple[str, str], Field] = {}
    for person in reversed(PEOPLE):
        if person in ("prospect B", "ambassador B", "admissions"):
            continue
        client = browser(app, world, person)
        for route in (one for one in ROUTES if one.method == "GET" and person in one.allowed):
            address = route.path(world.names)
            answer = client.get(address)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            for form in read(answer).forms:
                names = {name for name, _ in form.fields} | set(form.choices)
                for name in names - {"csrf_token", ""}:
                    key = (re.sub(r"[0-9a-f-]{36}|\d+", "#", form.action.partition("?")[0]), name)
                    short = re.sub(r"\d+$", "#", name)
                    found.setdefault(
                        (f"{form.method} {key[0]}", short), Field(person, address, form, name)
                    )
    return found


def body(field: Field, text: str) -> dict[str, list[str]]:
    """The form as it stands, with one field replaced."""
    sent: dict[str, list[str]] = {}
    for name, value in field.form.fields:
        sent.setdefault(name, []).append(value)
    for name, values in field.form.choices.items():
        sent.setdefault(name, values[:1])
    defaults = {"email": "eve@example.org", "name": "Eve Ann", "zone": "Asia/Kolkata"}
    for name, value in defaults.items():
        if sent.get(name) == [""]:
            sent[name] = [value]
    return sent | {field.name: [text]}


def test_whatever_is_typed_into_any_form_is_taken_or_refused_and_comes_back_as_text(
    own_app: Flask, world: World
) -> None:
    found, odd, statuses = fields(own_app, world), {}, Counter[int]()
    texts = [*TYPED, *(ADDRESSES if FULL else ADDRESSES[:1])]
    for key, field in found.items():
        for text in texts:
            client = browser(own_app, world, field.person)
            action = field.form.action if field.form.action.startswith("/") else field.page
            sent = body(field, text)
            if field.form.method == "GET":
                answer = client.get(action, query_string=sent)
            else:
                answer = client.post(action, data=sent)
            statuses[answer.status_code] += 1
            where = answer.headers.get("Location", "/")
            elsewhere = not where.startswith("/") or where.startswith("//")
            if faults := faults_of(answer) + [f"to {where}"] * elsewhere:
                odd[f"{key} {text[:20]!r}"] = faults[:4]
    assert odd == {}
    assert len(found) > 200
    assert statuses[303] + statuses[200] > 30, statuses
    assert statuses[422] > 30, statuses
