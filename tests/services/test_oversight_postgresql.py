"""The coordinators' lists on PostgreSQL, which is stricter than SQLite about what it is asked."""

from datetime import datetime, timedelta

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.services import accounts, agenda, oversight, today
from ambassadors.services.oversight import ChatFilter, MailFilter, PersonFilter, RequestFilter
from ambassadors.services.writing import write
from config import Settings
from tests.factories import SECRET, make_ambassador, make_chat, make_user


def test_every_list_runs_on_postgresql(postgres_settings: Settings, now: datetime) -> None:
    app = create_app(postgres_settings)
    with app.app_context():
        session = db.session()
        ana, kim = make_ambassador(session), make_user(session)
        make_chat(session, ana, now + timedelta(days=1), now, name="Priya Raman")
        write(session, lambda s: accounts.count_sign_in(s, SECRET, kim.email, "here", now))
        write(session, lambda s: accounts.ask_for_reset(s, SECRET, kim.email, "here", now))
        found = {
            "chats": oversight.find_chats(session, ChatFilter(search="priya"), now).total,
            "roster": oversight.find_ambassadors(session, PersonFilter(search="ana"), now).total,
            "requests": oversight.find_requests(session, RequestFilter(search="x")).total,
            "mail": oversight.find_mail(session, MailFilter("waiting", search="priya")).total,
            "today": len(today.look(session, now, "UTC").days[1].chats),
            "agenda": len(agenda.to_come(session, ana.id, now)),
            "past": agenda.past(session, ana.id, now + timedelta(days=2), 1).total,
        }
        db.session.remove()
        db.engine.dispose()
    assert found == {
        "chats": 1,
        "roster": 1,
        "requests": 0,
        "mail": 5,
        "today": 1,
        "agenda": 1,
        "past": 1,
    }
