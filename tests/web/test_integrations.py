"""Other systems: keys with scopes and rates, what they open, the export, the pages at the desk."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.models import ApiKey, Throttle, Webhook, WebhookDelivery
from ambassadors.services import booking
from ambassadors.services.integrations import exporting, keys
from ambassadors.services.integrations.keys import NewKey
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_hold
from tests.web.browser import open_page
from tests.web.staff import DAY, as_coordinator, booked, make_person, make_request, press

HOME = "/coordinator/integrations"
KEY = re.compile(r"amb_[0-9a-f]{8}_[\w-]{43}")
SECRET = re.compile(r"whsec_[\w+/]{43}=")


def key_of(session: Session, *scopes: str, **values: Any) -> str:
    """The text of a key that opens these."""
    new = NewKey("Slate", scopes, **values)
    return write(session, lambda s: keys.make(s, new, None, datetime.now(UTC)))[1]


def this_hour() -> datetime:
    """Chats start on whole minutes."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def ask(client: FlaskClient, path: str, key: str = "", **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.get(f"/api/v1/{path}", query_string=query, headers=headers)


def pages(client: FlaskClient, key: str, path: str, name: str, **query: Any) -> list[list[Any]]:
    """All pages, following the cursor."""
    found, cursor = [], ""
    while cursor is not None:
        body = ask(client, path, key, cursor=cursor, **query).json
        found.append([row["id"] for row in body[name]])
        cursor = body["cursor"]
    return found


def test_a_key_is_shown_once_kept_hashed_and_opens_what_it_may(
    client: FlaskClient, session: Session
) -> None:
    as_coordinator(client, session)
    page = open_page(client, HOME)
    page = press(
        client, page, f"{HOME}/keys", name="Slate", scopes=["read:chats"], days="90", per_minute="5"
    )
    [key] = set(KEY.findall(page.html))
    row = session.scalars(select(ApiKey)).one()
    assert (row.prefix, row.scopes, row.per_minute) == (key[:12], ["read:chats"], 5)
    assert (key in row.key_hash, KEY.findall(open_page(client, HOME).html)) == (False, [])
    stranger = client.application.test_client()
    got = [ask(stranger, path, key).status_code for path in ("chats", "requests", "export/chats")]
    assert got == [200, 403, 403]
    press(client, open_page(client, HOME), f"{HOME}/keys/{row.prefix}/revoke")
    answer = ask(stranger, "chats", key)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "key-name"),
        ({"scopes": ["everything"]}, "key-scopes"),
        ({"scopes": []}, "key-scopes"),
        ({"per_minute": "many"}, "key-per_minute"),
        ({"per_minute": "0"}, "key-per_minute"),
        ({"days": "9999"}, "key-days"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_at_its_field(
    client: FlaskClient, session: Session, typed: dict[str, Any], field: str
) -> None:
    as_coordinator(client, session)
    good = {"name": "Slate", "scopes": ["export"], "days": "30", "per_minute": "60"}
    page = press(client, open_page(client, HOME), f"{HOME}/keys", **{**good, **typed})
    assert (page.status, f'href="#{field}"' in page.html) == (422, True)
    assert session.scalars(select(ApiKey)).all() == []


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic amb_1", "Bearer amb_" + "x" * 500]
)
def test_without_a_key_nothing_is_told(client: FlaskClient, header: str) -> None:
    headers = {"Authorization": header}
    got = {
        client.get(f"/api/v1/{path}", headers=headers).status_code
        for path in ("chats", "requests", "ambassadors", "export/chats")
    }
    assert got == {401}


def test_a_key_ends_at_its_day(client: FlaskClient, session: Session) -> None:
    key = key_of(session, "read:chats", days=30)
    assert ask(client, "chats", key).status_code == 200
    row = session.scalars(select(ApiKey)).one()
    row.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    assert ask(client, "chats", key).status_code == 401


def test_a_key_is_counted_in_the_database_and_each_for_itself(
    client: FlaskClient, session: Session
) -> None:
    one, two = (key_of(session, "read:chats", per_minute=3) for _ in range(2))
    got = [ask(client, "chats", one).status_code for _ in range(4)]
    assert (got, ask(client, "chats", two).status_code) == ([200, 200, 200, 429], 200)
    assert ask(client, "chats", one).headers["Retry-After"] == "60"
    session.rollback()
    assert len(session.scalars(select(Throttle).where(Throttle.kind == "api-key")).all()) == 4
    assert {row.used_at is None for row in session.scalars(select(ApiKey))} == {False}


def test_names_and_questions_are_told_to_keys_that_may_know_people(
    client: FlaskClient, session: Session
) -> None:
    ana, now = make_person(session), this_hour()
    chat = booked(session, ana, now + 2 * DAY, "Wei Chen", email="wei@example.org")
    without = ask(client, "chats", key_of(session, "read:chats")).json["chats"]
    full = ask(client, "chats", key_of(session, "read:chats", "read:people")).json["chats"]
    assert [(r["id"], r["prospect"]["name"], r["question"]) for r in without] == [
        (chat.uid, None, None)
    ]
    assert [(r["prospect"]["name"], r["prospect"]["email"], r["status"]) for r in full] == [
        ("Wei Chen", "wei@example.org", "confirmed")
    ]


def test_all_is_read_page_by_page_what_changes_meanwhile_comes_again(
    client: FlaskClient, session: Session
) -> None:
    ana, now = make_person(session), this_hour()
    chats = [booked(session, ana, now + n * DAY, f"P {n}") for n in range(2, 7)]
    make_hold(session, ana, now + 9 * DAY, now)
    key = key_of(session, "read:chats")
    uids = [chat.uid for chat in chats]
    assert pages(client, key, "chats", "chats", limit=2) == [uids[:2], uids[2:4], uids[4:]]
    first = ask(client, "chats", key, limit=2).json
    write(session, lambda s: booking.cancel(s, uids[0], Actor("coordinator"), datetime.now(UTC)))
    rest = pages(client, key, "chats", "chats", limit=10)
    assert rest == [[*uids[1:], uids[0]]]
    after = ask(client, "chats", key, cursor=first["cursor"]).json["chats"]
    assert [row["id"] for row in after] == [*uids[2:], uids[0]]


def test_only_what_changed_since_is_told(client: FlaskClient, session: Session) -> None:
    ana, now = make_person(session), this_hour()
    one, _ = (booked(session, ana, now + n * DAY, f"P {n}") for n in (2, 3))
    later = datetime.now(UTC) + timedelta(minutes=5)
    write(session, lambda s: booking.cancel(s, one.uid, Actor("coordinator"), later))
    key = key_of(session, "read:chats", "export")
    since = f"{later - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
    told = ask(client, "chats", key, updated_since=since).json["chats"]
    exported = ask(client, "export/chats", key, updated_since=since).json["chats"]
    assert ([r["id"] for r in told], [r["chat_id"] for r in exported]) == ([one.uid], [one.uid])


@pytest.mark.parametrize("cursor", ["x", "é", "MjAyN3wx", "fA==", "A" * 201])
def test_a_foreign_cursor_is_refused(client: FlaskClient, session: Session, cursor: str) -> None:
    answer = ask(client, "chats", key_of(session, "read:chats"), cursor=cursor)
    assert (answer.status_code, answer.json["field"]) == (422, "cursor")


def test_requests_and_ambassadors_are_read(client: FlaskClient, session: Session) -> None:
    ana, bo = make_person(session), make_person(session, "Bo Li")
    make_request(session)
    key = key_of(session, "read:requests", "read:people")
    [row] = ask(client, "requests", key).json["requests"]
    told = row["state"], row["prospect"]["name"], row["interests"]
    assert told == ("waiting", "Wei Chen", ["track/thesis"])
    assert pages(client, key, "ambassadors", "ambassadors", limit=1) == [[ana.id], [bo.id]]


def test_a_page_of_many_takes_as_many_queries_as_a_page_of_few(
    client: FlaskClient, session: Session
) -> None:
    ana, now = make_person(session), this_hour()
    key, counts = key_of(session, "read:chats", "read:people", "read:requests"), []
    for n in range(2, 8):
        booked(session, ana, now + n * DAY, f"P {n}")
        if n in (2, 7):
            with counted() as statements:
                ask(client, "chats", key)
                ask(client, "ambassadors", key)
            counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_export_has_its_columns_iso_dates_and_no_formula(
    client: FlaskClient, session: Session
) -> None:
    ana, now = make_person(session), this_hour()
    start = now + 2 * DAY
    booked(session, ana, start, "=HYPERLINK(1)", email="wei@example.org", question="+1\n@x")
    key = key_of(session, "export")
    answer = ask(client, "export/chats", key, format="csv")
    [row] = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert answer.mimetype == "text/csv"
    assert tuple(row) == exporting.COLUMNS
    told = row["prospect_name"], row["question"][:2], row["prospect_email"]
    assert told == ("'=HYPERLINK(1)", "'+", "wei@example.org")
    assert row["start"] == f"{start:%Y-%m-%dT%H:%M:%SZ}"
    [plain] = ask(client, "export/chats", key).json["chats"]
    assert (plain["prospect_name"], tuple(plain)) == ("=HYPERLINK(1)", exporting.COLUMNS)
    page = as_coordinator(client, session).get(f"{HOME}/chats.json?since={now.date()}")
    assert page.json == {"chats": [plain]}


def test_the_command_line_makes_lists_and_revokes_keys_and_exports(
    app: Flask, session: Session
) -> None:
    booked(session, make_person(session), this_hour() + 2 * DAY, "Wei Chen")
    run = app.test_cli_runner().invoke
    text = run(args=["keys", "create", "Slate", "--scope", "export"]).stdout.strip()
    assert KEY.fullmatch(text) is not None
    listed = run(args=["keys", "list"]).stdout
    assert (text[:12] in listed, text in listed, "never used" in listed) == (True, False, True)
    lines = list(csv.reader(io.StringIO(run(args=["chats", "export"]).stdout, newline="")))
    assert (tuple(lines[0]), len(lines)) == (exporting.COLUMNS, 2)
    done = run(args=["keys", "revoke", text[:12]])
    assert done.stdout == "The key of Slate opens nothing any more.\n"
    assert run(args=["keys", "revoke", text[:12]]).exit_code == 1


def test_a_webhook_is_added_tried_and_given_another_secret(
    client: FlaskClient, session: Session
) -> None:
    page = open_page(as_coordinator(client, session), HOME)
    typed = {"name": "Slate", "address": "https://slate.example.edu/hook"}
    page = press(client, page, f"{HOME}/webhooks", **typed, events=["chat.confirmed"])
    [first] = set(SECRET.findall(page.html))
    hook = session.scalars(select(Webhook)).one()
    one = f"{HOME}/webhooks/{hook.id}"
    page = press(client, open_page(client, one), f"{one}/test")
    assert ("A test is on its way" in page.text, "Waiting" in page.text) == (True, True)
    page = press(client, page, f"{one}/secret")
    [second] = set(SECRET.findall(page.html))
    assert (first != second, SECRET.findall(open_page(client, one).html)) == (True, [])
    page = press(client, open_page(client, one), f"{one}/off")
    page = press(client, page, f"{one}/on")
    page = press(client, page, f"{one}/remove")
    assert (page.url, session.scalars(select(WebhookDelivery)).all()) == (HOME, [])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "hook-name"),
        ({"address": "ftp://example.edu"}, "hook-address"),
        ({"events": []}, "hook-events"),
        ({"events": ["chat.secret"]}, "hook-events"),
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused_at_its_field(
    client: FlaskClient, session: Session, typed: dict[str, Any], field: str
) -> None:
    page = open_page(as_coordinator(client, session), HOME)
    good = {"name": "S", "address": "https://example.edu/", "events": ["chat.moved"]}
    page = press(client, page, f"{HOME}/webhooks", **{**good, **typed})
    assert (page.status, f'href="#{field}"' in page.html) == (422, True)


def test_a_system_that_answers_no_more_stands_on_today(
    client: FlaskClient, session: Session
) -> None:
    as_coordinator(client, session)
    now = datetime.now(UTC)
    hook = Webhook(
        name="Slate",
        address="https://slate.example.edu/",
        events=["chat.moved"],
        state="failing",
        sealed="",
        words="No answer for three days.",
        created_at=now,
        changed_at=now,
    )
    write(session, lambda s: s.add(hook))
    page = open_page(client, "/coordinator")
    assert "One system is told nothing any more" in page.text
    assert page.link("Slate") == f"{HOME}/webhooks/{hook.id}"
