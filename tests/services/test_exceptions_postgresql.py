"""An exception from the weekly guard on PostgreSQL: the same history, and nothing is exceeded."""

from datetime import timedelta

from sqlalchemy import select

from ambassadors import create_app
from ambassadors.core.chats import Actor
from ambassadors.extensions import db
from ambassadors.models import ChatChange
from ambassadors.services import booking
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_user


def test_a_chat_is_let_through_with_who_and_why(postgres_settings, now):
    app = create_app(postgres_settings)
    with app.app_context():
        session = db.session()
        ana, bo = make_ambassador(session, other_hours=20), make_ambassador(session, "Bo Li")
        uid = make_chat(session, bo, now + timedelta(days=3), now).uid
        kim = Actor("coordinator", make_user(session, name="Kim Doe").id)
        write(session, lambda s: booking.hand_over(s, uid, ana.id, kim, now, "", "A permission."))
        rows = select(ChatChange).order_by(ChatChange.version)
        found = [(one.action, one.reason) for one in session.scalars(rows)][-2:]
        counts = audit(session)
        db.session.remove()
        db.engine.dispose()
    assert found == [("let-through", "A permission."), ("handed-over", "")]
    assert counts == {}
