"""Settings: what a change does to people, chats and mails; the record; undoing."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ambassadors.core.refused import Refused
from ambassadors.core.settings.rules import House, house_value
from ambassadors.core.settings.wordings import LETTERS, Wording
from ambassadors.models import Ambassador, Chat, Notice, SettingsVersion, TermCap
from ambassadors.services import roster
from ambassadors.services.diary import slots_of
from ambassadors.services.letters import write_letter
from ambassadors.services.service import post_of
from ambassadors.services.settings import changing, reminders, samples
from ambassadors.services.settings.changing import Save
from ambassadors.services.settings.current import current
from ambassadors.services.writing import write
from tests.factories import LONG_AGO, make_ambassador, make_chat, make_hold, make_user

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOURLY = {"reminders": ["reminder-2d", "reminder-1h"]}
AWAY = {
    "name": "Spring break", "kind": "break", "first": "2027-03-03", "last": "2027-03-05",
    "hours": "closed", "cap": 1,
}  # fmt: skip
EXAMS = {**AWAY, "name": "Exams", "hours": "fewer"}


@pytest.fixture
def kim(session):
    return make_user(session, name="Kim Doe")


def change(session, kim, now, key: str, value: dict[str, Any], seen: int = 0) -> SettingsVersion:
    write(session, lambda s: changing.save(s, Save(key, value, seen, kim.id, now)))
    newest = select(SettingsVersion).order_by(SettingsVersion.id.desc()).limit(1)
    return session.scalars(newest).one()


def take_back(session, kim, version: SettingsVersion, now) -> None:
    write(session, lambda s: changing.undo(s, version.id, kim.id, now))


def rules(**numbers: Any) -> dict[str, Any]:
    return {**house_value(House()), **numbers}


def reminders_of(session, chat: Chat) -> list[tuple[str, str]]:
    rows = select(Notice.kind, Notice.state).where(
        Notice.chat_id == chat.id, Notice.kind.startswith("reminder"),
        Notice.recipient == "prospect",
    )  # fmt: skip
    return sorted((kind, state) for kind, state in session.execute(rows))


def test_other_reminders_are_given_to_booked_chats_and_taken_back(session, kim, now):
    chat = make_chat(session, make_ambassador(session), now + 7 * DAY, now)
    seen = changing.preview(session, "reminders", HOURLY, now)
    assert seen.different == (
        "Reminders come 2 days before and an hour before; until now a day before and an hour "
        "before.",
    )
    assert seen.follows[0] == (
        "1 booked chat gets other reminders: 2 mails more, 2 that will not be sent."
    )
    version = change(session, kim, now, "reminders", HOURLY)
    assert reminders_of(session, chat) == [
        ("reminder-1h", "waiting"),
        ("reminder-24h", "void"),
        ("reminder-2d", "waiting"),
    ]
    take_back(session, kim, version, now + HOUR)
    assert reminders_of(session, chat) == [
        ("reminder-1h", "waiting"),
        ("reminder-24h", "waiting"),
        ("reminder-2d", "void"),
    ]


def test_a_reminder_that_was_sent_stays_and_none_comes_for_a_moment_that_has_passed(
    session, kim, now
):
    chat = make_chat(session, make_ambassador(session), now + 2 * DAY + HOUR, now)
    rows = select(Notice).where(Notice.kind == "reminder-24h")
    later = now + DAY + 2 * HOUR

    def send(session):
        for notice in session.scalars(rows):
            notice.state, notice.sent_at = "sent", now + DAY + HOUR

    write(session, send)
    change(session, kim, later, "reminders", {"reminders": ["reminder-2d", "reminder-12h"]})
    assert reminders_of(session, chat) == [
        ("reminder-12h", "waiting"),
        ("reminder-1h", "void"),
        ("reminder-24h", "sent"),
    ]


def test_new_chats_have_the_new_reminders_and_their_mails_say_so(session, kim, now, app):
    change(session, kim, now, "reminders", {"reminders": ["reminder-3d"]})
    chat = make_chat(session, make_ambassador(session), now + 8 * DAY, now)
    assert reminders_of(session, chat) == [("reminder-3d", "waiting")]
    post = post_of(session, app.extensions["settings"])
    notices = {one.kind: one for one in session.scalars(select(Notice))}
    texts = {kind: write_letter(session, one, post, now).text for kind, one in notices.items()}
    assert "We remind you 3 days before." in texts["invitation"]
    assert "begins in 3 days" in texts["reminder-3d"]


def test_the_tick_puts_right_what_a_booking_under_way_did_by_the_old_times(session, kim, now):
    change(session, kim, now, "reminders", HOURLY)
    chat = make_chat(session, make_ambassador(session), now + 7 * DAY, now)
    missed = select(Notice).where(Notice.kind == "reminder-2d")
    write(session, lambda s: [s.delete(one) for one in s.scalars(missed)])
    assert reminders.is_settling(session, now + timedelta(minutes=1))
    assert write(session, lambda s: reminders.settle(s, now + timedelta(minutes=1))) == 2
    assert write(session, lambda s: reminders.settle(s, now + timedelta(minutes=1))) == 0
    assert ("reminder-2d", "waiting") in reminders_of(session, chat)
    assert not reminders.is_settling(session, now + timedelta(minutes=5))


def test_new_defaults_change_whoever_follows_them_and_undoing_gives_back_what_still_stands(
    session, kim, now
):
    ana, bo = make_ambassador(session, "Ana"), make_ambassador(session, "Bo", weekly_cap=5)
    cem = make_ambassador(session, "Cem")
    make_chat(session, ana, now + 7 * DAY, now)
    seen = changing.preview(session, "rules", rules(weekly_cap=6), now)
    assert seen.follows == (
        "2 ambassadors use the default and will change.",
        "1 booked chat of theirs stays as it is.",
    )
    version = change(session, kim, now, "rules", rules(weekly_cap=6))
    caps = select(Ambassador.weekly_cap).order_by(Ambassador.id)
    assert session.scalars(caps).all() == [6, 5, 6]

    def set_own(session):
        session.get(Ambassador, cem.id).weekly_cap = 4

    write(session, set_own)
    take_back(session, kim, version, now)
    assert session.scalars(caps).all() == [8, 5, 4]
    assert bo.weekly_cap == 5


def test_bounds_bring_everybody_within_and_somebody_new_starts_with_the_defaults(session, kim, now):
    make_ambassador(session, "Ana", weekly_cap=50)
    bounds = {**house_value(House())["bounds"], "weekly_cap": [1, 10]}
    change(session, kim, now, "rules", rules(horizon=14, bounds=bounds))
    new = write(session, lambda s: roster.invite(s, "x@example.edu", "X", "UTC", now))
    rows = select(Ambassador.weekly_cap, Ambassador.horizon_days).order_by(Ambassador.id)
    assert [tuple(row) for row in session.execute(rows)] == [(10, 14), (8, 14)]
    assert new.weekly_cap == 8


def test_a_break_closes_everybodys_hours_and_names_the_chats_that_stay(session, kim, now):
    ana = make_ambassador(session)
    wednesday = now + 2 * DAY
    chat = make_chat(session, ana, wednesday, now)
    before = slots_of(session, ana.id, now, now + 7 * DAY, 30, now)
    seen = changing.preview(session, "calendar", {"terms": [AWAY]}, now)
    assert ([one.uid for one in seen.chats], seen.total) == ([chat.uid], 1)
    version = change(session, kim, now, "calendar", {"terms": [AWAY]})
    free = slots_of(session, ana.id, now, now + 7 * DAY, 30, now)
    closed = {date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5)}
    assert free == [one for one in before if one.date() not in closed]
    session.refresh(chat)
    assert chat.status == "confirmed"
    take_back(session, kim, version, now)
    assert slots_of(session, ana.id, now, now + 7 * DAY, 30, now) == before


def test_the_database_itself_keeps_the_smaller_cap_of_exam_weeks(session, kim, now):
    ana = make_ambassador(session)
    thursday = now + 3 * DAY
    make_chat(session, ana, thursday, now)
    other = make_hold(session, ana, now + DAY, now, email="b@example.org")
    change(session, kim, now, "calendar", {"terms": [EXAMS]})
    assert [(one.first_day, one.most) for one in session.scalars(select(TermCap))] == [
        (date(2027, 3, 3), 1)
    ]

    def squeeze_in(session):
        row = session.get(Chat, other.id)
        row.starts_at, row.ends_at = thursday + 2 * HOUR, thursday + 2.5 * HOUR
        row.blocked_from, row.blocked_until = row.starts_at, row.ends_at
        row.cap_day = thursday.date()
        session.flush()

    with pytest.raises(Exception, match="chats_daily_cap"):
        write(session, squeeze_in)
    session.rollback()
    with pytest.raises(Refused):
        make_chat(session, ana, thursday + HOUR, now, email="c@example.org")


def test_of_two_who_save_at_once_the_second_is_told(session, kim, now):
    change(session, kim, now, "reminders", HOURLY)
    with pytest.raises(Refused) as refusal:
        change(session, kim, now, "reminders", {"reminders": ["reminder-1h"]}, seen=0)
    assert refusal.value.status == 409
    assert [kind.value for kind in current(session).reminders] == HOURLY["reminders"]


def test_saving_what_is_so_already_records_nothing(session, kim, now):
    with pytest.raises(Refused):
        change(session, kim, now, "rules", rules())
    assert session.scalars(select(SettingsVersion)).all() == []


def test_a_record_says_who_when_and_what_it_was_before_and_is_undone_once(session, kim, now):
    version = change(session, kim, now, "reminders", HOURLY)
    assert (version.user_id, version.at, version.value) == (kim.id, now, HOURLY)
    assert version.before == {"reminders": ["reminder-24h", "reminder-1h"]}
    take_back(session, kim, version, now)
    with pytest.raises(Refused):
        take_back(session, kim, version, now)
    rows = session.scalars(select(SettingsVersion).order_by(SettingsVersion.id)).all()
    assert [(row.number, row.undoes_id) for row in rows] == [(1, None), (2, version.id)]


def test_texts_stand_in_the_mails_escaped_and_filled_in(session, kim, now, app):
    texts = {"subject": "{ambassador} & you", "opening": "Dear {name} <b>", "closing": "Bye"}
    change(session, kim, now, "mail-invitation", texts)
    make_chat(session, make_ambassador(session), now + 7 * DAY, now, name="Ann <i>")
    notice = session.scalars(select(Notice).where(Notice.recipient == "prospect")).first()
    mail = write_letter(session, notice, post_of(session, app.extensions["settings"]), now)
    assert mail.subject == "Ana Almeida & you"
    assert "Dear Ann <i> <b>\n" in mail.text
    assert "Dear Ann &lt;i&gt; &lt;b&gt;" in mail.html
    assert mail.text.index("Bye") > mail.text.index("View, move or cancel")


@pytest.mark.parametrize("kind", LETTERS)
def test_every_kind_of_mail_is_shown_with_texts_before_they_are_saved(session, app, now, kind):
    service = post_of(session, app.extensions["settings"]).service
    wording = Wording(*(" ".join(f"{{{p}}}" for p in LETTERS[kind].placeholders),) * 3)
    mail = samples.write_sample(kind, wording, service, LONG_AGO)
    assert "{" not in mail.subject + mail.text
    assert service.programme in mail.subject
    if kind == "code":
        assert re.findall(r"\d{6,}", mail.subject + mail.text) == ["482913"]
        assert "http" not in mail.text
