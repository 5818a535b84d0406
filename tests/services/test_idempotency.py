"""Idempotency keys: one key, one chat, one answer, also when many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Chat, IdempotencyKey
from ambassadors.services import booking
from ambassadors.services.auditor import audit
from ambassadors.services.idempotency import answer_once
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, order

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)


def tell(chat):
    return {"id": chat.uid, "status": str(chat.status)}


def ask(session, wish, now, key="a key", body=None):
    return write(
        session,
        lambda s: answer_once(
            s,
            key,
            {"body": 1} if body is None else body,
            now,
            lambda s: booking.hold(s, wish, now, verify=True),
            tell,
        ),
    )


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_the_same_key_and_body_book_once_and_say_the_same(session, now):
    wish = order(make_ambassador(session), WEDNESDAY)
    first, second = ask(session, wish, now), ask(session, wish, now)
    assert (first.chat.uid, first.said) == (second.chat.uid, second.said)
    assert (first.repeated, second.repeated) == (False, True)
    assert count(session, Chat) == 1


def test_members_in_another_order_are_the_same_body(session, now):
    wish = order(make_ambassador(session), WEDNESDAY)
    first = ask(session, wish, now, body={"a": 1, "b": 2})
    assert ask(session, wish, now, body={"b": 2, "a": 1}).said == first.said


def test_the_answer_stays_what_it_was_when_the_chat_has_changed(session, now):
    wish = order(make_ambassador(session), WEDNESDAY)
    first = ask(session, wish, now)
    write(session, lambda s: booking.release(s, first.chat.uid, now))
    again = ask(session, wish, now)
    assert (again.said["status"], str(again.chat.status)) == ("held", "expired")


def test_the_same_key_with_another_body_is_refused(session, now):
    wish = order(make_ambassador(session), WEDNESDAY)
    ask(session, wish, now)
    with pytest.raises(Refused) as caught:
        ask(session, wish, now, body={"body": 2})
    assert (caught.value.status, caught.value.field) == (422, "Idempotency-Key")


def test_a_refused_booking_leaves_its_key_free(session, now):
    ana = make_ambassador(session)
    make_chat(session, ana, WEDNESDAY, now)
    with pytest.raises(Refused):
        ask(session, order(ana, WEDNESDAY), now)
    assert count(session, IdempotencyKey) == 0


def test_neither_the_key_nor_anything_secret_is_kept(session, now):
    done = ask(session, order(make_ambassador(session), WEDNESDAY), now, key="very secret")
    row = session.scalars(select(IdempotencyKey)).one()
    assert "very secret" not in row.key
    assert done.chat.nonce not in str(row.answer)


@pytest.mark.parametrize("database", ["settings", "postgres_settings"])
def test_sixteen_at_once_with_one_key_get_one_chat(database, request, now):
    app = create_app(request.getfixturevalue(database))
    with app.app_context():
        wish = order(make_ambassador(db.session()), WEDNESDAY)

    def ask_alone(number):
        with app.app_context():
            return ask(db.session(), wish, now).said

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask_alone, range(16)))
    with app.app_context():
        assert count(db.session(), Chat) == 1
        assert answers == [answers[0]] * 16
        assert audit(db.session()) == {}
        db.session.remove()
        db.engine.dispose()
