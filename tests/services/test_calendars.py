"""Calendars elsewhere: read by the tick, their busy spans in every slot, their titles nowhere."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import jobs
from ambassadors.core.refused import Refused
from ambassadors.models import Notice
from ambassadors.remote.guard import DEVELOPMENT
from ambassadors.services import booking, calendars, matching
from ambassadors.services.calendars import Naming, Reader, Sealer, Whose, refreshing
from ambassadors.services.checkup import check_calendars
from ambassadors.services.diary import load_diary, slots_of
from ambassadors.services.offerings import OFFERINGS
from ambassadors.services.oversight.calendars import stale
from ambassadors.services.versions import data_version
from ambassadors.services.writing import write
from tests.calendars import HALF_HOUR, SEALER, add, elsewhere, find, meeting
from tests.core.calendar_texts import calendar
from tests.factories import SECRET, make_ambassador, make_chat, make_hold, order
from tests.services.test_booking import code_of

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEN = 10 * MINUTES


def read(app: Flask, now: datetime) -> dict[str, int]:
    return jobs.tick(app, now, steps=(jobs.read_calendars,))


def free(session: Session, who: int, now: datetime) -> list[str]:
    found = slots_of(session, who, WEDNESDAY, WEDNESDAY + 2 * HOURS, 30, now)
    session.rollback()
    return [f"{start:%H:%M}" for start in found]


def mails(session: Session, kind: str) -> list[Notice]:
    session.rollback()
    return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def test_what_a_calendar_says_is_busy_is_no_slot_any_more(app, session, now):
    ana = make_ambassador(session)
    before = free(session, ana.id, now)
    with elsewhere(meeting(WEDNESDAY + HALF_HOUR)) as there:
        source = add(session, ana, there.url, now)
        assert read(app, now) == {"calendars": 1, "clashes": 0}
    assert before == ["15:00", "15:15", "15:30", "15:45", "16:00", "16:15", "16:30", "16:45"]
    assert free(session, ana.id, now) == ["16:00", "16:15", "16:30", "16:45"]
    found = find(session, source)
    assert (found.events, found.busy, found.problems, found.fault) == (1, 1, [], "")
    assert (found.read_at, found.next_at) == (now, now + TEN)


def test_a_busy_time_cannot_be_held_and_the_refusal_says_why(app, session, now):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
    with pytest.raises(Refused) as caught:
        write(session, lambda s: booking.hold(s, order(ana, WEDNESDAY), now, verify=True))
    assert caught.value.status == 409
    assert caught.value.text == "The calendar is busy at that time or in the break around it."
    assert caught.value.alternatives[0] == WEDNESDAY + HALF_HOUR


def test_matches_and_handing_over_know_what_is_busy(app, session, now):
    ana, bo = make_ambassador(session, "Ana Lima"), make_ambassador(session, "Bo Chen")
    chat = make_chat(session, ana, WEDNESDAY, now)
    with elsewhere(meeting(WEDNESDAY), meeting(now, 14 * DAYS, "two")) as there:
        add(session, bo, there.url, now)
        read(app, now)
    assert booking.free_ambassadors(session, chat.uid, now) == []
    wanted = matching.Wanted(("track/thesis",))
    nexts = {one.match.profile.name: one for one in matching.find(session, wanted, now).offers}
    assert nexts["Bo Chen"].next_starts[0] == datetime(2027, 3, 15, 15, 0, tzinfo=UTC)


def test_neither_titles_nor_addresses_can_be_read_in_the_database(app, session, now, tmp_path):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
    session.rollback()
    with sqlite3.connect(tmp_path / "test.db") as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert [word for word in ("Dentist", "private", "/secret", "basic.ics") if word in dump] == []


def test_what_has_not_changed_is_neither_sent_again_nor_read_anew(app, session, now):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
        version, kept = data_version(session), OFFERINGS.read(session)
        session.rollback()
        assert read(app, now + 9 * MINUTES)["calendars"] == 0
        assert read(app, now + 10 * MINUTES)["calendars"] == 1
        assert data_version(session) == version
        assert OFFERINGS.read(session) is kept
        session.rollback()
        read(app, now + DAYS)  # once a day it is read whatever its server says
        assert there.asked == [
            "/secret/basic.ics 200",
            "/secret/basic.ics 304",
            "/secret/basic.ics 200",
        ]


def test_what_was_worked_out_for_others_is_kept_when_a_calendar_changes(app, session, now):
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo Chen")
    before = OFFERINGS.read(session)
    session.rollback()
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
    after = OFFERINGS.read(session)
    assert (after[bo.id] is before[bo.id], after[ana.id] is before[ana.id]) == (True, False)
    assert len(after[ana.id].busy) == 1


def test_an_event_that_goes_gives_its_time_back(app, session, now):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
        assert free(session, ana.id, now)[0] == "15:30"
        there.events.clear()
        read(app, now + TEN)
    assert free(session, ana.id, now)[0] == "15:00"


def test_a_calendar_that_fails_keeps_its_spans_and_is_tried_less_and_less_often(app, session, now):
    ana = make_ambassador(session)
    pauses = []
    with elsewhere(meeting(WEDNESDAY)) as there:
        source = add(session, ana, there.url, now)
        read(app, now)
        there.status = 503
        at = now + TEN
        for _ in range(6):
            read(app, at)
            found = find(session, source)
            pauses.append((found.next_at - at) // MINUTES)
            at = found.next_at
    assert pauses == [10, 20, 40, 80, 120, 120]
    assert find(session, source).fault == "127.0.0.1 is too busy to answer."
    assert free(session, ana.id, now)[0] == "15:30"


def test_after_a_day_of_failing_one_mail_goes_out_and_coordinators_and_operators_see_it(
    app, session, now, tmp_path
):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        source = add(session, ana, there.url, now)
        read(app, now)
        there.status = 404
        at = now + TEN
        while at < now + 28 * HOURS:
            read(app, at)
            at = find(session, source).next_at
        assert [one.user_id for one in mails(session, "calendar-stale")] == [ana.user_id]
        assert [one.calendar for one in stale(session, at)] == ["Work"]
        assert check_calendars(session, at).text == "1 of 1 calendars are stale (of Ana Almeida)."
        session.rollback()
        jobs.tick(app, at, steps=jobs.STEPS)
        letter = mails(session, "calendar-stale")[0]
        assert (letter.state, letter.headline) == ("sent", "Your calendar “Work” cannot be read")
        there.status = 200
        read(app, at)
    assert find(session, source).failing_since is None
    assert stale(session, at) == []
    assert check_calendars(session, at).ok


def test_choosing_a_time_has_the_calendar_read_and_confirming_asks_it_again(app, session, now):
    ana = make_ambassador(session)
    with elsewhere() as there:
        source = add(session, ana, there.url, now)
        read(app, now)
        later = now + 5 * MINUTES
        chat = make_hold(session, ana, WEDNESDAY, later)
        assert find(session, source).next_at == later
        there.events.append(meeting(WEDNESDAY))
        assert read(app, later)["calendars"] == 1
    with pytest.raises(Refused) as caught:
        write(session, lambda s: booking.confirm(s, chat.uid, code_of(chat), later, SECRET))
    assert caught.value.status == 409
    assert caught.value.text.startswith("Something else has come up at that time")
    assert caught.value.alternatives[0] == WEDNESDAY + HALF_HOUR


def test_a_paused_calendar_blocks_nothing_and_is_not_read(app, session, now):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        source = add(session, ana, there.url, now)
        read(app, now)
        write(session, lambda s: calendars.pause(s, ana.id, source))
        assert free(session, ana.id, now)[0] == "15:00"
        assert read(app, now + HOURS)["calendars"] == 0
        write(session, lambda s: calendars.resume(s, ana.id, source, now + HOURS))
        assert free(session, ana.id, now)[0] == "15:30"
        assert read(app, now + HOURS)["calendars"] == 1
    write(session, lambda s: calendars.remove(s, ana.id, source))
    assert free(session, ana.id, now)[0] == "15:00"


def test_whole_days_block_or_not_as_the_ambassador_wishes(app, session, now):
    ana = make_ambassador(session)
    holiday = "BEGIN:VEVENT\nUID:day\nDTSTART;VALUE=DATE:20270303\nEND:VEVENT"
    with elsewhere(holiday) as there:
        source = add(session, ana, there.url, now)
        read(app, now)
        assert free(session, ana.id, now) == []
        write(session, lambda s: calendars.set_all_day(s, ana.id, source, False, now))
        read(app, now)
    assert len(free(session, ana.id, now)) == 8


def test_a_calendar_is_added_once_and_ten_are_enough(session, now):
    ana = make_ambassador(session)
    for number in range(9):
        add(session, ana, f"http://127.0.0.1/{number}.ics", now)
    with pytest.raises(Refused, match="in your list already"):
        add(session, ana, "http://127.0.0.1/0.ics", now)
    add(session, ana, "http://127.0.0.1/9.ics", now)
    with pytest.raises(Refused, match="At most 10"):
        add(session, ana, "http://127.0.0.1/10.ics", now)


def test_somebody_elses_calendar_is_not_there(session, now):
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo Chen")
    source = add(session, ana, "http://127.0.0.1/a.ics", now)
    with pytest.raises(Refused) as caught:
        write(session, lambda s: calendars.remove(s, bo.id, source))
    assert caught.value.status == 404


def test_a_file_gives_spans_and_is_not_kept(app, session, now):
    ana = make_ambassador(session)
    data = calendar(meeting(WEDNESDAY), "BEGIN:VEVENT\nUID:bad\nDTSTART:never\nEND:VEVENT")
    found = calendars.read_file(data, Whose(ana.time_zone, ana.user.email, True), now)
    file = calendars.Upload("classes.ics", data, found)
    source = write(session, lambda s: calendars.add_upload(s, ana.id, Naming(), file, SEALER, now))
    kept = find(session, source.id)
    assert (kept.name, kept.shown, kept.sealed, kept.next_at) == (
        "classes", "classes.ics", "", None
    )  # fmt: skip
    assert (kept.events, kept.busy, len(kept.problems)) == (2, 1, 1)
    assert kept.read_until == datetime(2027, 8, 28, tzinfo=UTC)
    assert free(session, ana.id, now)[0] == "15:30"
    assert read(app, now + DAYS)["calendars"] == 0


def test_an_address_that_gives_no_calendar_says_so(app, session, now):
    ana = make_ambassador(session)
    with elsewhere() as there:
        source = add(session, ana, there.url, now)
        there.status = 500
        read(app, now)
    assert find(session, source).fault == "127.0.0.1 answered with an error (500)."
    assert find(session, source).read_at is None


def test_under_another_secret_a_calendar_cannot_be_opened_and_says_what_to_do(app, session, now):
    ana = make_ambassador(session)
    source = add(session, ana, "http://127.0.0.1/a.ics", now)
    other = Reader("me", now, Sealer("another secret, as long as it must be"), DEVELOPMENT)
    assert calendars.refresh_due(session, other) == 1
    assert find(session, source).fault.startswith("The secret of this service has changed")


def test_a_claim_that_was_taken_away_writes_nothing(app, session, now):
    ana = make_ambassador(session)
    with elsewhere(meeting(WEDNESDAY)) as there:
        source = add(session, ana, there.url, now)
        reader = Reader("me", now, SEALER, DEVELOPMENT)
        [claimed] = write(session, lambda s: refreshing.claim(s, reader))
        assert write(session, lambda s: refreshing.claim(s, replace(reader, owner="you"))) == []
        outcome = refreshing.look_at(claimed, reader)
        write(session, lambda s: calendars.read_again(s, ana.id, source, now))
        write(session, lambda s: refreshing.save(s, reader, claimed, outcome))
    assert find(session, source).read_at is None
    assert load_diary(session, ana.id, now, now + DAYS, now).busy == ()
