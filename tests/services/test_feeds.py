"""Feeds on PostgreSQL, and on two machines."""

from datetime import datetime, timedelta

from icalendar import Calendar

from ambassadors import create_app
from ambassadors.core.chats import Actor
from ambassadors.extensions import db
from ambassadors.mail.facts import Service
from ambassadors.services import booking, feeds
from ambassadors.services.writing import write
from config import Settings
from tests.factories import SECRET, make_ambassador, make_chat, make_user

SERVICE = Service("Chats", "the programme", "chats@example.edu", "http://localhost")


def test_feeds_have_the_same_bytes_on_two_machines_until_a_chat_changes(
    postgres_settings: Settings, now: datetime
) -> None:
    etags, sizes = [], []
    here, there = create_app(postgres_settings), create_app(postgres_settings)
    with here.app_context():
        session = db.session()
        ana, kim = make_ambassador(session), make_user(session)
        chat = make_chat(session, ana, now + timedelta(days=1), now, name="Priya Raman")
        secret = ana.feed_secret
        busy = feeds.address_of(ana.user, feeds.BUSY, SECRET).split("/")[-1].removesuffix(".ics")
        everything = feeds.address_of(kim, feeds.EVERYTHING, SECRET).split("/")[-1]
        everything = everything.removesuffix(".ics")
        uid = chat.uid
        db.session.remove()
    for app in (here, there, here):
        with app.app_context():
            session = db.session()
            written = [
                feeds.read_feed(session, secret, SERVICE, now),
                feeds.read_everything(session, SECRET, everything, SERVICE, now),
                feeds.read_busy(session, SECRET, busy, SERVICE, now),
            ]
            etags.append([one.etag for one in written])
            sizes.append([len(Calendar.from_ical(one.body).events) for one in written])
            if app is there:
                write(session, lambda s: booking.cancel(s, uid, Actor("service"), now))
            db.session.remove()
            db.engine.dispose()
    assert etags[0] == etags[1]
    assert not set(etags[0]) & set(etags[2])
    assert sizes == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
