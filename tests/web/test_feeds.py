"""Calendars to subscribe to: what is in them, who may read them, and when they are sent again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, BusySpans, CalendarSource
from ambassadors.services import booking
from ambassadors.services.busy import write_spans
from ambassadors.services.writing import write
from tests import icaljs
from tests.core import itip
from tests.counting import counted
from tests.factories import make_hold, make_user
from tests.web.browser import open_page, send
from tests.web.staff import DAY, HOUR, as_ambassador, booked, make_person, sign_in

KINDS = ("chats", "busy", "everything")


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_person(session, buffer_before=15, buffer_after=10)


@pytest.fixture
def tomorrow() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY


@pytest.fixture
def addresses(app: Flask, session: Session, ana: Ambassador) -> dict[str, str]:
    """The paths of all feeds, as their pages show them."""
    kim = sign_in(app.test_client(), make_user(session, name="Kim Doe"))
    own = as_ambassador(app.test_client(), ana)
    return {
        "chats": shown(own, "/ambassador/feed", "address"),
        "busy": shown(own, "/ambassador/feed", "busy"),
        "everything": shown(kim, "/coordinator/feed", "address"),
    }


def shown(browser: FlaskClient, path: str, field: str) -> str:
    page = open_page(browser, path)
    address = next(tag["value"] for name, tag in page.tags if tag.get("id") == field)
    return str(address).removeprefix("http://localhost")


def periods(calendar: icaljs.Component) -> list[tuple[int, int]]:
    """The busy times of a calendar, in seconds since 1970."""
    found = [one.value for one in calendar.inside[0].all("FREEBUSY")]
    return [(one["start"]["seconds"], one["end"]["seconds"]) for one in found]


def seconds(start: datetime, *, minutes: int = 0) -> int:
    return int(start.timestamp()) + 60 * minutes


def test_a_coordinators_feed_holds_everybodys_booked_chats(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
) -> None:
    bo = make_person(session, "Bo Li")
    later = booked(session, bo, tomorrow + DAY, "Wei Chen", email="wei@example.org")
    sooner = booked(session, ana, tomorrow, "Priya Raman", question="Is there a lab?")
    make_hold(session, bo, tomorrow + 3 * DAY, datetime.now(UTC))
    answer = client.get(addresses["everything"])
    calendar = icaljs.read(answer.data)
    told = [
        tuple(event.one(name).value for name in ("UID", "SUMMARY", "URL"))
        for event in calendar.inside
    ]
    desk = "http://localhost/coordinator/chats/"
    assert told == [
        (sooner.uid, "Priya Raman with Ana Almeida", desk + sooner.uid),
        (later.uid, "Wei Chen with Bo Li", desk + later.uid),
    ]
    assert calendar.inside[0].one("DESCRIPTION").value.endswith("Is there a lab?")
    assert b"wei@example.org" not in answer.data


def test_busy_times_are_chats_with_their_buffers_merged_and_without_names(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
) -> None:
    booked(session, ana, tomorrow + 10 * HOUR, "Wei Chen", email="wei@example.org")
    booked(session, ana, tomorrow + 11 * HOUR, "Priya Raman", email="p@example.org")
    off = booked(session, ana, tomorrow + 15 * HOUR, "Off", email="off@example.org")
    booked(session, ana, tomorrow - 9 * DAY, "Long ago", email="ago@example.org")
    now = datetime.now(UTC)
    write(session, lambda s: booking.cancel(s, off.uid, Actor("service"), now))
    answer = client.get(addresses["busy"])
    ten, eleven = tomorrow + 10 * HOUR, tomorrow + 11 * HOUR
    assert periods(icaljs.read(answer.data)) == [
        (seconds(ten, minutes=-15), seconds(ten, minutes=40)),
        (seconds(eleven, minutes=-15), seconds(eleven, minutes=40)),
    ]
    assert b"Wei" not in answer.data
    busy = icaljs.read(answer.data).inside[0]
    today = tomorrow - DAY
    assert busy.one("DTSTART").value["seconds"] == seconds(today)
    assert busy.one("DTEND").value["seconds"] == seconds(today + 60 * DAY)


def test_busy_times_are_those_of_calendars_outside_too(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
) -> None:
    booked(session, ana, tomorrow + 10 * HOUR, "Wei Chen")
    seminar = (tomorrow + 10.5 * HOUR, tomorrow + 12 * HOUR)
    since_long = (tomorrow - 9 * DAY, tomorrow - 0.5 * DAY)
    far = (tomorrow + 90 * DAY, tomorrow + 91 * DAY)
    source = CalendarSource(
        ambassador_id=ana.id, kind="file", name="Term", mark="m", created_at=datetime.now(UTC)
    )
    session.add(source)
    session.flush()
    spans = [(minute_of(one), minute_of(two)) for one, two in (seminar, since_long, far)]
    session.add(BusySpans(source_id=source.id, spans=write_spans(spans)))
    session.commit()
    assert periods(icaljs.read(client.get(addresses["busy"]).data)) == [
        (seconds(tomorrow - DAY), seconds(tomorrow - 0.5 * DAY)),
        (seconds(tomorrow + 10 * HOUR, minutes=-15), seconds(tomorrow + 12 * HOUR)),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_keeps_to_the_tables_and_says_when_to_ask_again(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
    kind: str,
) -> None:
    empty = client.get(addresses[kind]).data
    booked(session, ana, tomorrow, "Wei Chen; and, \\n others", question="One\nTwo")
    full = client.get(addresses[kind]).data
    assert (itip.problems(empty), itip.problems(full)) == ([], [])
    calendar = icaljs.read(full)
    assert calendar.one("REFRESH-INTERVAL").value == {"seconds": 1800}
    assert calendar.one("X-PUBLISHED-TTL").value == "PT30M"
    assert (calendar.zones(), b"TZID" in full, len(calendar.inside)) == ({"UTC"}, False, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_is_sent_again_only_when_something_in_it_changed(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
    kind: str,
) -> None:
    chat = booked(session, ana, tomorrow, "Wei Chen")
    first = client.get(addresses[kind])
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_time = {"If-Modified-Since": first.headers["Last-Modified"]}
    ana.bio = "Something that is not in a feed, though it raises the data version."
    session.commit()
    for known in (by_tag, by_time, by_tag | by_time):
        again = client.get(addresses[kind], headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(addresses[kind]).data == first.data
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("service"), datetime.now(UTC)))
    changed = client.get(addresses[kind], headers=by_tag)
    assert changed.status_code == 200
    assert changed.data != first.data


def test_a_feed_tells_of_a_change_whose_clock_was_behind(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
) -> None:
    now = datetime.now(UTC)
    early, late = (booked(session, ana, tomorrow + n * DAY, f"P {n}") for n in (0, 1))
    first = client.get(addresses["chats"])
    move = booking.move(session, early.uid, tomorrow + 4 * HOUR, Actor("service"), now - 5 * HOUR)
    session.commit()
    again = client.get(addresses["chats"], headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, move.uid) == (200, early.uid)
    assert late.changed_at > early.changed_at


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_asks_the_database_as_much_for_three_chats_as_for_one(
    client: FlaskClient,
    session: Session,
    ana: Ambassador,
    addresses: dict[str, str],
    tomorrow: datetime,
    kind: str,
) -> None:
    asked = []
    for day in (1, 2, 3):
        booked(session, ana, tomorrow + day * DAY, f"P {day}", email=f"p{day}@example.org")
        with counted() as statements:
            client.get(addresses[kind])
        with counted() as unchanged:
            client.get(addresses[kind])
        asked.append((len(statements), len(unchanged)))
    assert asked[0] == asked[2]


def test_a_renewed_address_ends_the_old_one_and_no_other(
    app: Flask, session: Session, ana: Ambassador, addresses: dict[str, str]
) -> None:
    own = as_ambassador(app.test_client(), ana)
    page = open_page(own, "/ambassador/feed")
    send(own, page, page.form("/ambassador/feed/busy"))
    answers: dict[str, Any] = {
        kind: app.test_client().get(path).status_code for kind, path in addresses.items()
    }
    assert answers == {"chats": 200, "busy": 404, "everything": 200}
    assert own.get(shown(own, "/ambassador/feed", "busy")).status_code == 200


def test_a_coordinator_renews_their_own_address_only(app: Flask, session: Session) -> None:
    people = [make_user(session, name=name) for name in ("Kim Doe", "Lou Ray")]
    kim, lou = (sign_in(app.test_client(), one) for one in people)
    paths = [shown(one, "/coordinator/feed", "address") for one in (kim, lou)]
    page = open_page(kim, "/coordinator/feed")
    send(kim, page, page.form("/coordinator/feed"))
    assert [app.test_client().get(path).status_code for path in paths] == [404, 200]


def test_who_was_deactivated_or_only_looks_has_no_feed(
    client: FlaskClient, session: Session, ana: Ambassador
) -> None:
    kim = make_user(session, name="Kim Doe")
    path = shown(sign_in(client, kim), "/coordinator/feed", "address")
    kim.role = "admissions"
    session.commit()
    assert (client.get(path).status_code, client.get("/coordinator/feed").status_code) == (404, 404)
    kim.role, kim.active = "coordinator", False
    session.commit()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "_" * 48, "%C3%A9", "A" * 47, "A" * 48, "%00", "a" * 500])
def test_what_is_no_address_is_not_there(client: FlaskClient, token: str) -> None:
    paths = (f"/feeds/{kind}{token}.ics" for kind in ("", "all/", "busy/"))
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


def test_an_address_of_one_kind_is_none_of_another(
    client: FlaskClient, addresses: dict[str, str]
) -> None:
    swapped = [
        addresses["busy"].replace("busy", "all"),
        addresses["everything"].replace("all", "busy"),
    ]
    assert [client.get(path).status_code for path in swapped] == [404, 404]
