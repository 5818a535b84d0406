"""Statements without objects write what objects say, and what they spare is not missed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import inspect, select, update
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.dialects.sqlite import dialect as sqlite

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db, sqlite_text
from ambassadors.models import Ambassador, Chat, Prospect
from ambassadors.services import booking
from ambassadors.services.booking.places import ONE_HOLD
from ambassadors.services.versions import data_version
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_hold, make_prospect, order

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston


@pytest.fixture(params=["settings", "postgres_settings"])
def either(request):
    """A session on each database."""
    app = create_app(request.getfixturevalue(request.param))
    with app.app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def columns(row) -> dict:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}


def read_again(session, kind, id) -> dict:
    session.expunge_all()
    return columns(session.get_one(kind, id))


@pytest.mark.parametrize("verify", [True, False])
def test_a_booked_chat_is_what_the_database_says_it_is(either, now, verify):
    ambassador = make_ambassador(either, "Ana", interests=["track/thesis"])
    elsewhere = WEDNESDAY.astimezone(timezone(timedelta(hours=5, minutes=45)))
    wish = order(ambassador, elsewhere, interests=("track/thesis",), held_from="a network")
    chat = write(either, lambda s: booking.hold(s, wish, now, verify))
    said, prospect, offset = columns(chat), columns(chat.prospect), chat.starts_at.utcoffset()
    assert (said, prospect, offset) == (
        read_again(either, Chat, said["id"]),
        read_again(either, Prospect, prospect["id"]),
        timedelta(0),
    )


def test_who_has_booked_before_is_found_and_stays_as_they_were(either, now):
    known = columns(make_prospect(either))
    either.commit()
    wish = order(make_ambassador(either), WEDNESDAY, name="Another", email=known["email"])
    chat = write(either, lambda s: booking.hold(s, wish, now, True))
    assert (columns(chat.prospect), chat.prospect_name) == (known, "Another")


def test_a_hold_that_is_undone_leaves_the_next_one_alone(either, now):
    wish = order(make_ambassador(either), WEDNESDAY)
    either.commit()
    undone = booking.hold(either, wish, now, True)  # on SQLite the next one gets the same id
    either.rollback()
    kept = write(either, lambda s: booking.hold(s, wish, now, True))
    said = columns(kept)
    assert (kept is undone, said) == (False, read_again(either, Chat, said["id"]))


def test_a_refused_place_undoes_nothing_else(either, now):
    ambassador = make_ambassador(either)
    let_go = make_hold(either, ambassador, WEDNESDAY, now)
    make_hold(either, make_ambassador(either, "Bo"), WEDNESDAY, now, email="pat@example.org")

    def try_in_vain(session):
        booking.release(session, let_go.uid, now)
        wish = order(ambassador, WEDNESDAY + timedelta(days=1), email="pat@example.org")
        with pytest.raises(Refused) as caught:
            booking.hold(session, wish, now, True)
        return caught.value.text

    refusal = write(either, try_in_vain)
    states = either.scalars(select(Chat.status).order_by(Chat.id)).all()
    assert (refusal, states) == (ONE_HOLD, ["expired", "held"])


def test_a_change_of_its_own_is_a_new_version_to_a_transaction(either):
    ambassador = make_ambassador(either)
    either.commit()

    def change_and_ask(session):
        before = data_version(session)
        same = data_version(session)
        session.execute(update(Ambassador).where(Ambassador.id == ambassador.id).values(bio="New"))
        return same - before, data_version(session) - before

    assert write(either, change_and_ask) == (0, 1)


def test_holds_that_are_over_give_way_on_both_sides(either, now):
    ana, bo = make_ambassador(either, "Ana"), make_ambassador(either, "Bo")
    make_hold(either, ana, WEDNESDAY, now, email="other@example.org")
    make_hold(either, bo, WEDNESDAY, now, email="pat@example.org")
    later = now + timedelta(minutes=11)
    wish = order(ana, WEDNESDAY, email="pat@example.org")
    write(either, lambda s: booking.hold(s, wish, later, True))
    states = either.scalars(select(Chat.status).order_by(Chat.id)).all()
    assert states == ["expired", "expired", "held"]


@pytest.mark.parametrize(
    "moment",
    [
        None,
        datetime(2027, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        datetime(2027, 1, 2, tzinfo=timezone(timedelta(hours=14))),
        datetime(999, 12, 31, 23, 59, tzinfo=UTC),
    ],
)
def test_moments_are_written_as_sqlalchemy_writes_them(moment):
    in_utc = moment and moment.astimezone(UTC).replace(tzinfo=None)
    assert sqlite_text(moment) == DATETIME().bind_processor(sqlite())(in_utc)


def test_a_moment_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="without a zone"):
        sqlite_text(datetime(2027, 1, 2))  # noqa: DTZ001 - the very mistake
