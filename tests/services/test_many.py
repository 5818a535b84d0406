"""Many numbers as one parameter, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import Ambassador
from ambassadors.models.many import among, is_any, written
from ambassadors.services.diary import load_diary
from ambassadors.services.standing import STANDING, chats_this_week
from tests.factories import make_ambassador


@pytest.mark.parametrize("database", ["settings", "postgres_settings"])
def test_a_number_is_found_among_any_count_of_others_by_the_same_statement(database, request):
    wanted = select(Ambassador.id).where(among(Ambassador.id, "ids")).order_by(Ambassador.id)
    few = select(Ambassador.id).where(is_any(Ambassador.status, ["active", "paused"]))
    none = select(Ambassador.id).where(is_any(Ambassador.status, ["paused", "left"]))
    app = create_app(request.getfixturevalue(database))
    with app.app_context():
        ids = [make_ambassador(db.session(), name).id for name in ("Ana", "Bo", "Cy")]
        asked = ([], ids[1:2], (ids[2], 77, ids[0]), range(1, 2000))
        found = [list(db.session.scalars(wanted, {"ids": one})) for one in asked]
        states = [sorted(db.session.scalars(one)) for one in (few, none)]
        db.session.remove()
        db.engine.dispose()
    assert found == [[], ids[1:2], [ids[0], ids[2]], ids]
    assert states == [ids, []]


def test_chats_of_an_ambassador_are_found_by_their_index(app):
    now, statements = datetime.now(UTC), []
    session = db.session()
    ambassador = make_ambassador(session, "Ana")
    event.listen(db.engine, "before_cursor_execute", lambda *one: statements.append(one[2:4]))
    load_diary(session, ambassador.id, now, now + timedelta(days=7), now)
    chats_this_week(session, STANDING.read(session).pool.profiles, now)
    asked = [one for one in statements if "FROM chats" in one[0]]
    plans = {
        line[3]
        for text, values in asked
        for line in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        if " chats " in line[3]
    }
    assert plans == {
        "SEARCH chats USING INDEX ix_chats_caps (ambassador_id=? AND cap_week>? AND cap_week<?)",
        "SEARCH chats USING COVERING INDEX ix_chats_caps "
        "(ambassador_id=? AND cap_week>? AND cap_week<?)",
    }


def test_only_words_of_our_own_are_written_out():
    assert str(written("no_show")) == "'no_show'"
    with pytest.raises(ValueError, match="Only words of our own"):
        written("held' OR '1")
