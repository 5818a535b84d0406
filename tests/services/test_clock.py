"""A week of ticks with a clock of our own: each notice goes out once, at its time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ambassadors import jobs
from ambassadors.core.chats import Actor
from ambassadors.services import booking
from ambassadors.services.auditor import audit
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_hold
from tests.mailbox import Letter, read_folder

TICK = timedelta(minutes=30)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THURSDAY = datetime(2027, 3, 4, 15, 0, tzinfo=UTC)


class Week:
    """Ticks onward and remembers when which letter came."""

    def __init__(self, app, settings, now):
        self.app, self.now = app, now
        self.folder = Path(settings.mail_url.removeprefix("file://"))
        self.came: list[tuple[datetime, Letter]] = []

    def tick_until(self, end):
        while self.now <= end:
            jobs.tick(self.app, self.now)
            letters = read_folder(self.folder)
            self.came += [(self.now, letter) for letter in letters[len(self.came) :]]
            self.now += TICK

    def subjects_to(self, address):
        return [
            (when, letter.subject.partition(":")[0].partition(" ")[0])
            for when, letter in self.came
            if letter.to == address
        ]


def test_a_week_of_ticks_sends_each_notice_once_and_at_its_time(app, session, settings, now):
    chat = make_chat(session, make_ambassador(session), THURSDAY, now)
    prospect, ambassador = chat.prospect.email, chat.ambassador.user.email
    week = Week(app, settings, now)
    week.tick_until(now + 7 * DAY)
    assert week.subjects_to(prospect) == [
        (now, "Chat"),
        (THURSDAY - DAY, "Reminder"),
        (THURSDAY - HOUR, "Starting"),
        (THURSDAY + timedelta(minutes=90), "Thank"),
    ]
    assert week.subjects_to(ambassador) == [
        (now, "Chat"),
        (THURSDAY - DAY, "Reminder"),
        (THURSDAY - HOUR, "Starting"),
    ]
    assert set(Counter(letter.message_id for _, letter in week.came).values()) == {1}
    assert audit(session, week.now) == {}


def test_a_chat_moved_meanwhile_is_reminded_at_its_new_time_only(app, session, settings, now):
    chat = make_chat(session, make_ambassador(session), THURSDAY, now)
    prospect, uid, later = chat.prospect.email, chat.uid, THURSDAY + DAY
    week = Week(app, settings, now)
    week.tick_until(THURSDAY - DAY - HOUR)
    write(session, lambda s: booking.move(s, uid, later, Actor("prospect"), week.now))
    moved_at = week.now
    week.tick_until(now + 7 * DAY)
    assert week.subjects_to(prospect) == [
        (now, "Chat"),
        (moved_at, "Changed"),
        (later - DAY, "Reminder"),
        (later - HOUR, "Starting"),
        (later + timedelta(minutes=90), "Thank"),
    ]
    assert audit(session, week.now) == {}


def test_a_chat_cancelled_meanwhile_is_not_reminded_at_all(app, session, settings, now):
    chat = make_chat(session, make_ambassador(session), THURSDAY, now)
    prospect, uid = chat.prospect.email, chat.uid
    week = Week(app, settings, now)
    week.tick_until(now + DAY)
    write(session, lambda s: booking.cancel(s, uid, Actor("prospect"), week.now))
    cancelled_at = week.now
    week.tick_until(now + 7 * DAY)
    assert week.subjects_to(prospect) == [(now, "Chat"), (cancelled_at, "Cancelled")]


def test_a_tick_expires_what_was_never_confirmed(app, session, now):
    chat = make_hold(session, make_ambassador(session), THURSDAY, now)
    counts = jobs.tick(app, now + timedelta(minutes=10))
    assert (counts["expired"], booking.find_chat(session, chat.uid).status) == (1, "expired")
