"""The API books: hold, confirm, move, cancel, each under the token of its chat."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import Chat
from tests.factories import make_ambassador
from tests.web.api_client import ALWAYS, book, code_of, confirm, in_days, iso, problem, wish

MINUTES = timedelta(minutes=1)


@pytest.fixture
def ana(session):
    """An ambassador who can be booked around the clock."""
    return make_ambassador(session, hours=ALWAYS, daily_cap=24)


def test_a_booking_is_held_for_ten_minutes_with_a_link_of_its_own(client, ana):
    start = in_days(3)
    chat = book(client, ana, start)
    assert (chat["status"], chat["start"], chat["end"]) == (
        "held",
        iso(start),
        iso(start + 30 * MINUTES),
    )
    assert chat["expires_at"] is not None
    assert chat["manage_url"] == f"http://localhost/c/{chat['token']}"
    assert len(chat["token"]) == 64
    assert chat["place"] is None


def test_the_code_from_the_mail_confirms_and_shows_the_place(app, client, ana):
    chat = book(client, ana, in_days(3))
    answer = confirm(client, app, chat)
    told = answer.get_json()["chat"]
    assert (answer.status_code, told["status"], told["expires_at"]) == (200, "confirmed", None)
    assert (told["id"], told["place"]) == (chat["id"], ana.meeting_url)


def test_without_verification_a_booking_is_confirmed_at_once(settings):
    app = create_app(settings.__class__(**(vars(settings) | {"verify_email": False})))
    with app.app_context():
        ana = make_ambassador(db.session(), hours=ALWAYS)
        assert book(app.test_client(), ana, in_days(3))["status"] == "confirmed"
        db.session.remove()
        db.engine.dispose()


def test_wrong_codes_are_422_and_after_five_429(app, client, ana):
    chat = book(client, ana, in_days(3))
    wrong = {"code": f"{(int(code_of(app, chat)) + 1) % 1_000_000:06d}"}
    address = f"/api/v1/chats/{chat['token']}/confirm"
    tries = [problem(client.post(address, json=wrong)) for _ in range(6)]
    assert [status for status, _, _ in tries] == [422] * 5 + [429]
    assert tries[0][1] == "code"


def test_a_taken_time_is_a_409_with_the_nearest_alternatives(client, ana):
    start = in_days(3)
    book(client, ana, start)
    other = {"name": "Bo", "email": "bo@example.org", "time_zone": "UTC"}
    answer = client.post("/api/v1/chats", json=wish(ana, start, prospect=other))
    assert problem(answer)[0] == 409
    assert answer.get_json()["alternatives"] == [
        {"start": iso(one), "end": iso(one + 30 * MINUTES)}
        for one in (start - 45 * MINUTES, start + 45 * MINUTES, start - 60 * MINUTES)
    ]


def test_a_chat_is_moved_and_keeps_its_token(app, client, ana):
    chat = book(client, ana, in_days(3))
    confirm(client, app, chat)
    body = {"start": iso(in_days(4))}
    moved = client.post(f"/api/v1/chats/{chat['token']}/move", json=body).get_json()["chat"]
    assert (moved["id"], moved["token"], moved["start"]) == (
        chat["id"],
        chat["token"],
        body["start"],
    )


def test_moving_to_a_taken_time_is_a_409_with_alternatives_of_the_chats_length(app, client, ana):
    first = book(client, ana, in_days(3), minutes=45)
    confirm(client, app, first)
    other = {"name": "Bo", "email": "bo@example.org", "time_zone": "UTC"}
    book(client, ana, in_days(4), prospect=other)
    body = {"start": iso(in_days(4))}
    answer = client.post(f"/api/v1/chats/{first['token']}/move", json=body)
    assert problem(answer)[0] == 409
    assert answer.get_json()["alternatives"][0] == {
        "start": iso(in_days(4) + 45 * MINUTES),
        "end": iso(in_days(4) + 90 * MINUTES),
    }


def test_a_confirmed_chat_is_cancelled_with_a_reason_or_without_a_body(app, client, ana):
    chat = book(client, ana, in_days(3))
    confirm(client, app, chat)
    address = f"/api/v1/chats/{chat['token']}/cancel"
    first = client.post(address, json={"reason": "An exam"})
    second = client.post(address)
    assert [one.get_json()["chat"]["status"] for one in (first, second)] == ["cancelled"] * 2
    changes = session_changes(chat)
    assert changes == [("confirmed", ""), ("cancelled", "An exam")]


def session_changes(chat):
    row = db.session.scalars(select(Chat).where(Chat.uid == chat["id"])).one()
    return [(one.action, one.reason) for one in row.changes if one.action != "held"]


def test_cancelling_a_held_chat_lets_go_of_it(client, ana):
    chat = book(client, ana, in_days(3))
    answer = client.post(f"/api/v1/chats/{chat['token']}/cancel", json={})
    assert answer.get_json()["chat"]["status"] == "expired"
    book(client, ana, in_days(3))


def test_a_chat_shows_itself_to_whoever_has_its_token(client, ana):
    chat = book(client, ana, in_days(3))
    answer = client.get(f"/api/v1/chats/{chat['token']}")
    assert answer.get_json() == {"chat": chat}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("action", ["", "/confirm", "/move", "/cancel"])
def test_a_token_that_is_none_or_anothers_opens_nothing(client, ana, action):
    one = book(client, ana, in_days(3))["token"]
    other = {"name": "Bo", "email": "bo@example.org", "time_zone": "UTC"}
    two = book(client, ana, in_days(4), prospect=other)["token"]
    for token in ("x", "é", "A" * 64, one[:22] + two[22:], one[:-1] + "."):
        address = f"/api/v1/chats/{token}{action}"
        body = {"code": "123456", "start": iso(in_days(5))}
        answer = client.post(address, json=body) if action else client.get(address)
        assert problem(answer) == (404, None, "There is no such chat.")


def test_the_same_idempotency_key_and_body_give_the_same_answer(client, ana, session):
    headers, body = {"Idempotency-Key": "8e03978e"}, wish(ana, in_days(3))
    answers = [client.post("/api/v1/chats", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert session.scalar(select(func.count()).select_from(Chat)) == 1


def test_the_same_idempotency_key_with_another_body_is_a_422(client, ana):
    headers = {"Idempotency-Key": "8e03978e"}
    client.post("/api/v1/chats", json=wish(ana, in_days(3)), headers=headers)
    answer = client.post("/api/v1/chats", json=wish(ana, in_days(4)), headers=headers)
    assert problem(answer)[:2] == (422, "Idempotency-Key")


def test_a_fourth_hold_from_one_network_is_too_many(client, ana):
    def try_to_book(number):
        person = {"name": "Bo", "email": f"bo{number}@example.org", "time_zone": "UTC"}
        body = wish(ana, in_days(3 + number), prospect=person)
        return client.post("/api/v1/chats", json=body).status_code

    assert [try_to_book(number) for number in range(4)] == [201, 201, 201, 429]
