"""The demo: whatever day it is loaded, there is something to book, and nothing is mailed."""

import shutil
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from ambassadors import create_app
from ambassadors.core.refused import Refused
from ambassadors.core.slots import starts
from ambassadors.core.spans import minute_of
from ambassadors.core.zones import wall_minute
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, Interest, Notice, WaitingRequest
from ambassadors.services import demo, programme
from ambassadors.services.auditor import audit
from ambassadors.services.diary import load_diaries
from ambassadors.services.passwords import hash_password
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from config import ROOT
from tests.conftest import settings_for
from tests.factories import load_vocabulary

DAY = timedelta(days=1)
AMBASSADOR = demo.choose_sign_ins(guessable=True)[1]
CHRISTMAS = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory, migrated):
    """A database into which the demo was loaded, made once; only to be read."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(migrated, folder / "test.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        load(app, db.session(), CHRISTMAS, {AMBASSADOR.email: hash_password(AMBASSADOR.password)})
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def demo_session(demo_file):
    """A session on it."""
    app = create_app(settings_for(demo_file))
    with app.app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def load(app, session, now, hashes=None):
    document = tomllib.loads((ROOT / "ambassadors/data/aim-programme.toml").read_text("utf-8"))
    write(session, lambda s: programme.load(s, document, now))
    post = post_of(session, app.extensions["settings"])
    return write(session, lambda s: demo.load(s, now, post, hashes or {}))


def bookable_days(diary, now):
    """On how many local days between the 3rd and the 21st ten chats of 30 minutes could start."""
    found = starts(diary, minute_of(now + 3 * DAY), minute_of(now + 21 * DAY), 30, now)
    days = Counter(wall_minute(diary.hours.zone, start) // 1440 for start in found)
    return sum(count >= 10 for count in days.values())


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 27, 20, 33, 12, 999, tzinfo=UTC),  # a Wednesday
        datetime(2027, 3, 12, 4, 30, tzinfo=UTC),  # clocks change in Boston, then in Berlin
        datetime(2028, 2, 27, 23, 59, tzinfo=UTC),  # a leap year, a Sunday
    ],
)
def test_on_any_day_most_have_plenty_of_time_and_nothing_is_due(app, session, now):
    loaded = load(app, session, now)
    assert (loaded.ambassadors, loaded.chats) == (24, 60)
    check_what_is_offered(session, now)


def test_at_christmas_too(demo_session):
    check_what_is_offered(demo_session, CHRISTMAS)


def check_what_is_offered(session, now):
    diaries = load_diaries(session, None, now, now + 40 * DAY, now)
    assert sum(bookable_days(diary, now) >= 5 for diary in diaries.values()) >= 18
    due = select(func.count()).where(Notice.state == "waiting", Notice.due_at <= now)
    assert session.scalar(due) == 0
    assert audit(session, now) == {}


def test_chats_are_past_and_to_come_with_every_ending(demo_session):
    session = demo_session
    endings = Counter(session.scalars(select(Chat.status)))
    assert endings == {"completed": 27, "confirmed": 24, "no_show": 3, "cancelled": 6}
    to_come = select(func.count()).where(Chat.starts_at > CHRISTMAS)
    assert session.scalar(to_come) == 26
    waiting = set(session.scalars(select(Notice.kind).where(Notice.state == "waiting")))
    assert waiting == {"reminder-24h", "reminder-1h", "thanks"}


def test_the_ambassadors_cover_every_interest_and_all_the_zones(demo_session):
    session = demo_session
    people = session.scalars(select(Ambassador)).all()
    assert {one.time_zone for one in people} == {
        "America/New_York",
        "America/Los_Angeles",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Asia/Shanghai",
        "Europe/Berlin",
    }
    covered = {interest.id for one in people for interest in one.interests}
    assert covered == set(session.scalars(select(Interest.id)))
    assert session.scalar(select(func.count()).select_from(WaitingRequest)) == 6


def test_it_is_loaded_once(demo_session):
    with pytest.raises(Refused, match="was loaded before"):
        load(current_app, demo_session, CHRISTMAS)


def test_another_vocabulary_is_no_ground_for_it(app, session, now):
    load_vocabulary(session)
    post = post_of(session, app.extensions["settings"])
    with pytest.raises(Refused, match="needs the AIM vocabulary"):
        write(session, lambda s: demo.load(s, now, post, {}))


def test_sign_ins_are_shown_as_long_as_their_passwords_hold(demo_session):
    assert demo.find_sign_ins(demo_session) == [AMBASSADOR]


def test_passwords_cannot_be_guessed_where_the_public_comes():
    one, other = demo.choose_sign_ins(guessable=False), demo.choose_sign_ins(guessable=False)
    assert {sign_in.password for sign_in in one}.isdisjoint(sign_in.password for sign_in in other)
