"""Coordinators see whom the weekly limit of hours alone keeps from taking a chat over."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.guarding import pay_week
from ambassadors.core.hours import local_date
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat
from ambassadors.web.telling import weekday_date
from tests.counting import counted
from tests.factories import make_user
from tests.web.browser import open_page, send
from tests.web.staff import (
    DAY,
    as_ambassador,
    booked,
    make_person,
    press,
    sign_in,
)

ROSTER = "/coordinator/ambassadors"
WHY = "The international office agrees in writing."


@pytest.fixture
def start() -> datetime:
    """A Wednesday at noon in UTC: on one day and in one pay week wherever the programme is."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=(2 - noon.weekday()) % 7 + 7)


@pytest.fixture
def chat(session: Session, start: datetime) -> Chat:
    """A chat of half an hour whose ambassador is Ana."""
    return booked(session, make_person(session), start, "Priya Raman", minutes=30)


def make_full(session: Session, name: str = "Bo O'Li", **values: object) -> Ambassador:
    """Somebody who works twenty hours elsewhere."""
    return make_person(session, name, other_hours=20, **values)


def sentence(start: datetime, *names: str) -> str:
    week = weekday_date(pay_week(local_date("America/New_York", minute_of(start))))
    told = [f"{name} (20 h of 20 h in the pay week from {week})" for name in names]
    return f"Not offered because of the weekly limit of hours: {' and '.join(told)}."


def test_who_leaves_the_page_names_those_who_would_otherwise_fit(
    session: Session, desk: FlaskClient, chat: Chat, start: datetime
) -> None:
    make_full(session, "Bo O'Li")
    make_full(session, "Chi Okafor")
    make_full(session, "Didi Else", interests=["topic/additive"])
    booked_then = make_full(session, "Edi Away", hours="")
    page = open_page(desk, f"{ROSTER}/leave?who={chat.ambassador_id}")
    order = [page.text.index(name) for name in ("Bo O'Li", "Chi Okafor")]
    names = ("Bo O'Li", "Chi Okafor") if order[0] < order[1] else ("Chi Okafor", "Bo O'Li")
    assert sentence(start, *names) in page.text
    assert ["Nobody who fits" in page.text, booked_then.name in page.text] == [True, False]
    onward = page.link("Make an exception for the chat with Priya Raman")
    assert onward == f"/coordinator/chats/{chat.uid}/hand-over#exception"


def test_an_absence_and_the_chats_own_page_name_them_too(
    session: Session, desk: FlaskClient, chat: Chat, start: datetime
) -> None:
    make_full(session)
    told = sentence(start, "Bo O'Li")
    assert told in open_page(desk, f"/coordinator/chats/{chat.uid}/hand-over").text
    here = f"{ROSTER}/{chat.ambassador_id}/away"
    first, back = (start - DAY).date(), (start + 2 * DAY).date()
    page = press(desk, open_page(desk, here), here, first=first, back=back)
    assert told in page.text


def test_however_many_are_kept_out_the_queries_stay_the_same(
    session: Session, desk: FlaskClient, chat: Chat, start: datetime
) -> None:
    addresses = (
        f"{ROSTER}/leave?who={chat.ambassador_id}",
        f"/coordinator/chats/{chat.uid}/hand-over",
    )

    def count() -> list[int]:
        asked = []
        for address in addresses:
            open_page(desk, address)  # what is kept in memory is there
            with counted() as statements:
                open_page(desk, address)
            asked.append(len(statements))
        return asked

    make_full(session)
    one = count()
    for number in range(6):
        make_full(session, f"Person {number}")
    assert count() == one
    assert "and others." in open_page(desk, addresses[0]).text


def test_a_coordinator_makes_an_exception_with_a_reason_and_the_chats_story_tells_it(
    session: Session, desk: FlaskClient, chat: Chat, start: datetime
) -> None:
    bo = make_full(session)
    address = f"/coordinator/chats/{chat.uid}/hand-over"
    page = open_page(desk, address)
    week = weekday_date(pay_week(local_date("America/New_York", minute_of(start))))
    known = f"I know: Bo O'Li would work 20 h 30 min of 20 h in the pay week from {week}."
    assert known in page.text
    form = page.form(address, "POST")
    assert form.choices["ambassador"] == [str(bo.id)]  # and nothing is chosen beforehand
    nobody = send(desk, page, form, despite=WHY)
    assert (nobody.status, nobody.link("Choose who takes the chat over.")) == (422, "#exception")
    assert dict(nobody.form(address, "POST").fields)["despite"] == WHY
    silent = send(desk, page, form, ambassador=str(bo.id))
    said = "Say why this chat goes ahead all the same."
    assert (silent.status, silent.link(said)) == (422, "#despite")
    assert dict(silent.form(address, "POST").fields)["ambassador"] == str(bo.id)
    page = send(desk, silent, silent.form(address, "POST"), despite=WHY)
    session.expire_all()
    assert (chat.ambassador_id, page.url) == (bo.id, f"/coordinator/chats/{chat.uid}")
    story = f"made an exception from the weekly limit of hours for Bo O'Li. {WHY}"
    assert f"Kim Doe (coordinator) {story}" in page.text


def test_a_reason_alone_is_no_exception(session: Session, desk: FlaskClient, chat: Chat) -> None:
    bo, ana = make_full(session), chat.ambassador_id
    address = f"/coordinator/chats/{chat.uid}/hand-over"
    page = open_page(desk, address)
    refused = press(desk, page, address, act="", ambassador=str(bo.id), despite=WHY)
    assert (refused.status, "With this chat they would work" in refused.text) == (409, True)
    session.expire_all()
    assert chat.ambassador_id == ana


def test_whoever_gets_the_chat_next_does_not_read_what_another_worked(
    session: Session, client: FlaskClient, chat: Chat
) -> None:
    kim = make_user(session, name="Kim Doe")
    bo, chi = make_full(session), make_person(session, "Chi Okafor")
    address, own = f"/coordinator/chats/{chat.uid}/hand-over", f"/ambassador/chats/{chat.uid}"
    page = open_page(sign_in(client, kim), address)
    press(client, page, address, act="exception", ambassador=str(bo.id), despite=WHY)
    assert WHY in open_page(as_ambassador(client, bo), own).text
    page = open_page(sign_in(client, kim), address)
    press(client, page, address, ambassador=str(chi.id))
    page = open_page(as_ambassador(client, chi), own)
    assert (page.status, "gave the chat" in page.text, WHY in page.text) == (200, True, False)
