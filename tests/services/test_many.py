"""Many numbers as one parameter, on both databases."""

import pytest
from sqlalchemy import Integer, String, column, select, values

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models.many import among, is_any

NUMBERS = values(column("n", Integer), column("word", String), name="numbers").data(
    [(1, "one"), (2, "two"), (3, "three"), (1000, "many")]
)


@pytest.mark.parametrize("database", ["settings", "postgres_settings"])
def test_a_number_is_found_among_any_count_of_others_by_the_same_statement(database, request):
    app = create_app(request.getfixturevalue(database))
    wanted = select(NUMBERS.c.n).where(among(NUMBERS.c.n, "ids")).order_by(NUMBERS.c.n)
    few = select(NUMBERS.c.n).where(is_any(NUMBERS.c.word, ["one", "many"])).order_by(NUMBERS.c.n)
    with app.app_context():
        found = [
            list(db.session.scalars(wanted, {"ids": ids}))
            for ids in ([], [2], (3, 1, 7), range(1, 2000))
        ]
        words = list(db.session.scalars(few))
        db.session.remove()
        db.engine.dispose()
    assert found == [[], [2], [1, 3], [1, 2, 3, 1000]]
    assert words == [1, 1000]
