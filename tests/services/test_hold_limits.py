"""One network holds three times at most, also when it asks for many at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import booking
from ambassadors.services.writing import write
from tests.factories import make_ambassador, order
from tests.services.test_idempotency import WEDNESDAY

AT_ONCE = 12


@pytest.mark.parametrize("database", ["settings", "postgres_settings"])
def test_of_twelve_holds_at_once_from_one_network_three_are_made(database, request, now):
    app = create_app(request.getfixturevalue(database))
    with app.app_context():
        orders = [
            order(make_ambassador(db.session()), WEDNESDAY, held_from="one network")
            for _ in range(AT_ONCE)
        ]
    together = Barrier(AT_ONCE)

    def hold_alone(wish):
        with app.app_context():
            together.wait()
            try:
                write(db.session(), lambda s: booking.hold(s, wish, now, verify=True))
            except Refused as refusal:
                return refusal.status
            return 201

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = sorted(pool.map(hold_alone, orders))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert statuses == [201] * 3 + [429] * (AT_ONCE - 3)
