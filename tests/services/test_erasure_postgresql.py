"""The same on PostgreSQL: other triggers, another full-text index, another kind of JSON."""

from ambassadors import create_app, jobs
from ambassadors.extensions import db
from ambassadors.services.auditor import audit
from ambassadors.services.privacy import read_done
from tests.everywhere import OF_AMBASSADOR, OF_PROSPECT, make_everywhere
from tests.services.test_erasure import MINUTE, erase
from tests.traces import find_in_tables


def test_both_people_of_a_chat_are_nowhere_afterwards(postgres_settings, now):
    app = create_app(postgres_settings)
    with app.app_context():
        session = db.session()
        world = make_everywhere(session, now)
        jobs.tick(app, now)
        assert len(find_in_tables(session, OF_PROSPECT)) > 25
        erase(app, session, world.prospect, now)
        erase(app, session, world.student, now + MINUTE)
        found = find_in_tables(session, (*OF_PROSPECT, *OF_AMBASSADOR))
        kinds = [line.kind for line in read_done(session)]
        counts = audit(session)
        db.session.remove()
        db.engine.dispose()
    assert (found, kinds, counts) == (set(), ["prospect", "staff"], {})
