"""Figures for a monitor, behind a token; an id and a line for every request, without secrets."""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from ambassadors import create_app
from ambassadors.core import tokens
from ambassadors.extensions import db
from tests.factories import SECRET, make_ambassador, make_chat, make_hold
from tests.services.test_idempotency import WEDNESDAY

TOKEN = "a token of the monitor's own"


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, metrics_token=TOKEN, trusted_proxies=1)


def scrape(client, token=TOKEN):
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(text):
    """Every line of figures: name with labels → number."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, _, number in lines}


def test_without_the_token_there_are_no_figures(client):
    wrong = [
        scrape(client, one).status_code for one in ("", "another token of somebody", TOKEN[:-1])
    ]
    assert (wrong, client.get("/metrics").status_code) == ([404] * 3, 404)


def test_requests_are_counted_by_rule_and_status_never_by_address(app, client, session, now):
    chat = make_chat(session, make_ambassador(session), WEDNESDAY, now)
    token = tokens.chat_token(SECRET, "manage", chat.uid, chat.nonce)
    for path in ("/", "/", f"/c/{token}", "/nowhere?q=Priya", "/matches"):
        client.get(path)
    client.open("/", method="PRIYA")
    text = scrape(client).text
    got, count = figures(text), 'ambassadors_requests_total{method="%s",route="%s",status="%s"}'
    assert got[count % ("GET", "/", "200")] == 2
    assert got[count % ("GET", "/c/<token>", "302")] == 1
    assert got[count % ("GET", "none", "404")] == 1
    assert got['ambassadors_request_seconds_count{route="/"}'] >= 2
    assert [word for word in (token, "Priya", "PRIYA") if word in text] == []


def test_what_the_database_knows_is_told(client, session):
    now = datetime.now(UTC)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    week = "; ".join(f"{d} 00:00-24:00" for d in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    ana = make_ambassador(session, hours=week)
    make_chat(session, ana, start, now)
    make_hold(session, ana, start + timedelta(hours=2), now)
    got = figures(scrape(client).text)
    assert got["ambassadors_heartbeat_age_seconds"] == -1
    assert (got["ambassadors_holds"], got["ambassadors_chats_ahead"]) == (1, 1)
    assert got["ambassadors_notices_due"] == 3  # two invitations and the code
    assert got['ambassadors_chats_day{status="held"}'] == 1
    assert (got["ambassadors_calendars_stale"], got["ambassadors_erasures_open"]) == (0, 0)


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        ("a-proxy.named_it-01", True),
        ("short", False),
        ("x" * 37, False),
        ("two words and more", False),
        ('{"level":"error"}', False),
    ],
)
def test_a_sane_id_of_a_proxy_is_kept_and_any_other_replaced(client, given, believed):
    said = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (said == given) is believed
    assert believed or re.fullmatch("[0-9a-f]{16}", said)


@pytest.fixture
def in_production(settings, tmp_path):
    """An app as in production, behind no proxy; logging is put back afterwards."""
    before = structlog.get_config()
    app = create_app(dataclasses.replace(settings, app_env="production", trusted_proxies=0))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    structlog.configure(**before)


def test_every_request_is_one_line_without_address_and_query(in_production, capsys):
    client = in_production.test_client()
    answers = [
        client.get("/matches?interest=secret-thing&email=priya@example.org"),
        client.get("/c/" + "a" * 64, headers={"X-Request-ID": "anybodys-own-id"}),
        client.post("/sign-in", data={"email": "priya@example.org", "password": "hunter22"}),
    ]
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    lines = [one for one in written if one["event"] == "request"]
    told = [(one["method"], one["route"], one["status"], one["request_id"]) for one in lines]
    assert told == [
        (method, route, answer.status_code, answer.headers["X-Request-ID"])
        for (method, route), answer in zip(
            (("GET", "/matches"), ("GET", "/c/<token>"), ("POST", "/sign-in")), answers, strict=True
        )
    ]
    assert all(one["ms"] >= 0 for one in lines)
    text = json.dumps(written)
    assert [w for w in ("secret-thing", "priya", "hunter22", "aaaa", "anybodys") if w in text] == []
