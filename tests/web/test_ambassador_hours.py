"""The hours editor and the profile editor as pages, and hours as people type them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.hours import DayHours, TimeOff, format_weekly
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador
from ambassadors.services import roster, timetable, timetable_preview
from ambassadors.web.ambassador_hours import PART
from ambassadors.web.forms.ambassador import form_of, read_moment, read_timetable
from ambassadors.web.forms.hours import format_day, parse_day
from tests.factories import make_ambassador, make_chat
from tests.web.browser import Page, open_page, read, send
from tests.web.staff import as_ambassador

WEEK = "Mon 09:00-12:00; Mon 14:00-17:30; Wed 10:00-15:00"
DAY = timedelta(days=1)


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_ambassador(session, hours=WEEK)


@pytest.fixture
def own(client: FlaskClient, ana: Ambassador) -> FlaskClient:
    return as_ambassador(client, ana)


def kept(session: Session, ana: Ambassador) -> timetable.Timetable:
    session.expire_all()
    return timetable.read(roster.find(session, ana.id))


def save(own: FlaskClient, **typed: Any) -> Page:
    page = open_page(own, "/ambassador/hours")
    names = {name.replace("_", "-") if "-" in name else name: typed[name] for name in typed}
    return send(own, page, page.form("/ambassador/hours"), **names)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("09:00-12:00, 14:00-17:30", ((540, 720), (840, 1050))),
        ("9-12", ((540, 720),)),
        ("9am-5pm", ((540, 1020),)),
        ("9:00 am – 5:30 p.m.", ((540, 1050),)),
        ("1-5pm", ((780, 1020),)),
        ("9-12pm", ((540, 720),)),
        ("12am-12pm", ((0, 720),)),
        ("8pm-12am", ((1200, 1440),)),
        ("0:00-24:00", ((0, 1440),)),
        ("14 to 17; 9.30 until 10.15 and 11-12", ((570, 615), (660, 720), (840, 1020))),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert parse_day(text, "Monday’s hours", "day-0") == spans
    assert parse_day(format_day(spans), "Monday’s hours", "day-0") == spans


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("morning", "“morning” cannot be read; write hours like 09:00-12:00 or 9am-12pm."),
        ("9-5", "“9-5” ends before it begins; write 9am-5pm or 09:00-17:00."),
        ("9:75-12", "“9:75-12” has a time that is not on the clock."),
        ("9-25", "“9-25” has a time that is not on the clock."),
        ("13pm-2pm", "“13pm-2pm” has a time that is not on the clock."),
        ("9:00-9:00", "“9:00-9:00” ends before it begins; write 9am-5pm or 09:00-17:00."),
        ("٩-١٢", "“٩-١٢” cannot be read; write hours like 09:00-12:00 or 9am-12pm."),
    ],
)
def test_hours_that_cannot_be_read_are_quoted(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_day(text, "Monday’s hours", "day-0")
    assert (caught.value.text, caught.value.field) == (f"Monday’s hours: {sentence}", "day-0")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-12, 11-13", ((540, 780),)),
        ("9-10, 10-11", ((540, 660),)),
        ("9-17, 10-11, 16:30-18", ((540, 1080),)),
        ("9-10, 10:01-11", ((540, 600), (601, 660))),
    ],
)
def test_spans_that_overlap_or_touch_are_one(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert parse_day(text, "Monday’s hours", "day-0") == spans


def test_ten_thousand_characters_are_no_hours() -> None:
    with pytest.raises(Refused):
        parse_day("9-10," * 2000, "Monday’s hours", "day-0")


def test_what_the_editor_shows_is_what_it_reads(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    before = kept(session, ana)
    assert read_timetable(form_of(before)) == before
    page = save(own)
    assert (page.status, "Your hours are saved." in page.text) == (200, True)
    assert kept(session, ana) == before


def test_weekly_hours_exceptions_time_off_and_rules_are_saved(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    first = datetime.now(UTC).date() + 10 * DAY
    typed: dict[str, Any] = {
        "day-1": "9am-12pm, 2pm-5:30pm",
        "day-2": "",
        "exception-day": [first.isoformat(), (first + DAY).isoformat(), ""],
        "exception-hours": ["10-11", "", "9-10"],
        "exception-note": ["dentist", "", ""],
        "off-first": [(first + 3 * DAY).isoformat()],
        "off-last": [(first + 5 * DAY).isoformat()],
        "off-note": ["spring break"],
        "lengths": ["20", "45"],
        "before": "5",
        "after": "15",
        "notice": "1.5",
        "horizon": "21",
        "daily_cap": "2",
        "weekly_cap": "4",
    }
    page = save(own, **typed)
    assert page.status == 200
    now = kept(session, ana)
    assert format_weekly(now.weekly) == (
        "Mon 09:00-12:00; Mon 14:00-17:30; Tue 09:00-12:00; Tue 14:00-17:30"
    )
    assert now.exceptions == (DayHours(first, ((600, 660),)), DayHours(first + DAY))
    assert now.time_off == (TimeOff(first + 3 * DAY, first + 5 * DAY),)
    assert (now.rules.lengths, now.rules.notice, now.rules.after) == ((20, 45), 90, 15)
    assert (now.day_notes[first], now.off_notes[first + 3 * DAY]) == ("dentist", "spring break")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day-0": "morning"}, "“morning” cannot be read"),
        ({"exception-day": ["2027-02-31"]}, "“2027-02-31” is not a date."),
        ({"exception-day": ["9999-01-01"]}, "“9999-01-01” is too far away."),
        (
            {"off-first": ["2027-03-05"], "off-last": ["2027-03-01"]},
            "Time off must end on its first day or later.",
        ),
        ({"lengths": []}, "Choose at least one length"),
        ({"horizon": "many"}, "“How far ahead, in days” must be a number."),
        ({"horizon": "²"}, "“How far ahead, in days” must be a number."),
        ({"horizon": "1.5"}, "“How far ahead, in days” must be a number."),
        ({"horizon": "400"}, "How far ahead chats can be booked must be from 1 to 180 days."),
        ({"notice": "999999"}, "The notice must be from 0 to 20160 minutes"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_saved_nor_lost(
    session: Session, own: FlaskClient, ana: Ambassador, typed: dict[str, Any], sentence: str
) -> None:
    before = kept(session, ana)
    rest = {"exception-hours": [""], "exception-note": [""], "off-note": [""]}
    page = save(own, **{"day-4": "9-10", **rest, **typed})
    assert (page.status, sentence in page.text) == (422, True)
    assert ("day-4", "9-10") in page.form("/ambassador/hours").fields
    assert kept(session, ana) == before


def test_booked_chats_stay_when_the_hours_go(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    now = datetime.now(UTC)
    slots = timetable_preview.preview(
        session, roster.find(session, ana.id), kept(session, ana), 30, now
    ).starts
    chat = make_chat(session, ana, slots[0], now)
    save(own, **{f"day-{n}": "" for n in range(7)})
    session.expire_all()
    assert (chat.status, chat.starts_at, kept(session, ana).weekly) == ("confirmed", slots[0], ())


def test_the_page_shows_the_slots_that_the_hours_give(own: FlaskClient) -> None:
    page = open_page(own, "/ambassador/hours")
    assert "starts for 30 minutes in the next two weeks" in page.text
    assert "10:00 am to 2:30 pm" in page.text


def test_the_preview_shows_unsaved_hours_and_saves_nothing(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    before = kept(session, ana)
    page = open_page(own, "/ambassador/hours")
    form = page.form("/ambassador/hours")
    form.action = "/ambassador/hours/preview"
    shown = send(own, page, form, **{"day-2": "18:00-19:00", "day-0": ""})
    assert (shown.status, "6:00 pm to 6:30 pm" in shown.text) == (200, True)
    assert ("day-2", "18:00-19:00") in shown.form("/ambassador/hours").fields
    assert kept(session, ana) == before


def test_hours_that_overlap_are_saved_as_one_and_that_is_said(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    day = (datetime.now(UTC).date() + 10 * DAY).isoformat()
    rows = {"exception-day": [day], "exception-hours": ["9-10, 10-11"], "exception-note": [""]}
    page = save(own, **{"day-0": "9-12, 11-13", "day-2": "", **rows})
    for sentence in (
        "Monday’s hours overlapped or touched, so they are joined: 09:00-13:00.",
        f"The hours on {day} overlapped or touched, so they are joined: 09:00-11:00.",
    ):
        assert sentence in page.text
    assert format_weekly(kept(session, ana).weekly) == "Mon 09:00-13:00"


def preview(own: FlaskClient, *buttons: tuple[str, str], **typed: Any) -> Page:
    page = open_page(own, "/ambassador/hours")
    form = page.form("/ambassador/hours")
    form.action = "/ambassador/hours/preview"
    form.fields += buttons
    return send(own, page, form, **typed)


def test_a_day_is_copied_to_others_without_scripts_and_not_saved(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    before = kept(session, ana)
    page = preview(own, ("act", "copy"), **{"copy-from": "0", "copy-to": ["1", "4"]})
    fields = dict(page.form("/ambassador/hours").fields)
    assert [fields[f"day-{n}"] for n in range(7)] == [
        "09:00-12:00, 14:00-17:30",
        "09:00-12:00, 14:00-17:30",
        "10:00-15:00",
        "",
        "09:00-12:00, 14:00-17:30",
        "",
        "",
    ]
    assert kept(session, ana) == before
    nowhere = preview(own, ("act", "copy"), **{"copy-from": "0"})
    assert (nowhere.status, "Choose the days to copy it to." in nowhere.text) == (422, True)


def test_why_hours_cannot_be_booked_stands_beside_them(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    now = datetime.now(UTC)
    found = timetable_preview.preview(session, ana, kept(session, ana), 30, now).starts
    make_chat(session, ana, found[-1], now)
    off = now.date() + 8 * DAY
    page = preview(
        own,
        **{"notice": "200", "off-first": [off.isoformat()], "off-last": [""], "off-note": [""]},
        **{f"day-{n}": "0-24" for n in range(7)},
    )
    for words in (
        "Chats need at least 200 hours’ notice.",
        "Another chat, or the break around it, takes that time.",
        "Time off until",
    ):
        assert words in page.text


@pytest.mark.parametrize(
    ("zone", "nine", "line"),
    [
        ("America/New_York", "", ""),
        ("America/Toronto", "", ""),
        ("Asia/Kolkata", "the day before in Boston.", "Boston: "),
        ("America/Los_Angeles", "At present 9:00 am there is 12:00 pm in Boston.", "Boston: "),
    ],
)
def test_times_are_said_by_bostons_clocks_too_where_they_differ(
    session: Session, client: FlaskClient, zone: str, nine: str, line: str
) -> None:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    week = "; ".join(f"{day} 07:00-09:00" for day in days)
    person = make_ambassador(session, "Zoe Far", hours=week, time_zone=zone)
    page = open_page(as_ambassador(client, person), "/ambassador/hours")
    assert (nine in page.text, line in page.text) == (True, True)
    told = "At present 9:00 am there is" in page.text
    assert ("Boston: " in page.text, told) == (bool(line), bool(nine))


def ask(own: FlaskClient, day: str, clock: str, **typed: str) -> str:
    """What the box of a script says about a time."""
    page = open_page(own, "/ambassador/hours")
    fields = dict(page.form("/ambassador/hours").fields) | typed
    fields |= {"why-day": day, "why-time": clock, "lengths": "30", "minutes": "30"}
    answer = own.post("/ambassador/hours/preview", data=fields, headers={PART: "slots"})
    return read(answer).text


def test_the_box_says_why_a_time_is_not_offered(own: FlaskClient) -> None:
    day = datetime.now(UTC).date() + 14 * DAY
    wednesday = day - timedelta(days=day.weekday()) + 2 * DAY
    tuesday = wednesday - DAY
    assert "No hours on Tuesdays." in ask(own, tuesday.isoformat(), "10:00")
    assert "It is offered, for 30 minutes." in ask(own, wednesday.isoformat(), "10:00")
    assert "Chats start every 15 minutes" in ask(own, wednesday.isoformat(), "10:05")
    assert "That time has passed." in ask(own, "2020-01-01", "10:00")
    assert "is not a date" in ask(own, "2027-02-31", "10:00")
    assert "Say a time such as 14:30." in ask(own, wednesday.isoformat(), "25:00")
    assert "“x” cannot be read" in ask(own, "", "", **{"day-0": "x"})


def test_an_hour_that_a_clock_skips_does_not_exist() -> None:
    with pytest.raises(Refused) as caught:
        read_moment("2027-03-14", "02:30", "America/New_York")
    assert caught.value.text == "That time does not exist: clocks go forward then."
    assert read_moment("2027-03-14", "03:30", "America/New_York") == datetime(
        2027, 3, 14, 7, 30, tzinfo=UTC
    )


def test_a_profile_is_edited(session: Session, own: FlaskClient, ana: Ambassador) -> None:
    page = open_page(own, "/ambassador/profile")
    form = page.form("/ambassador/profile")
    assert "topic/additive" in form.choices["interest"]
    page = send(
        own,
        page,
        form,
        name="Ana de Almeida",
        bio="Robots.",
        zone="Asia/Calcutta",
        language=["en", "pt"],
        interest=["topic/additive"],
        meeting_url="",
        meeting_place="Snell 001",
    )
    assert (page.status, page.url) == (200, "/ambassador/profile")
    session.expire_all()
    row = roster.find(session, ana.id)
    assert (row.name, row.bio, row.time_zone, row.languages, row.place) == (
        "Ana de Almeida",
        "Robots.",
        "Asia/Kolkata",
        ["en", "pt"],
        "Snell 001",
    )
    assert roster.interest_keys(row) == ("topic/additive",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "x" * 10_000}, "The name is longer than 120 characters."),
        ({"bio": "x" * 10_000}, "The text about you is longer than 2000 characters."),
        ({"zone": "Mars/Olympus"}, "That time zone is not known."),
        ({"language": []}, "Name at least one language you can chat in."),
        ({"interest": ["track/none"]}, "“track/none” is not an interest of this programme."),
        ({"meeting_url": "javascript:alert(1)"}, "The meeting link must be a whole address"),
    ],
)
def test_a_profile_that_makes_no_sense_is_shown_again_with_the_sentence(
    session: Session, own: FlaskClient, ana: Ambassador, typed: dict[str, Any], sentence: str
) -> None:
    page = open_page(own, "/ambassador/profile")
    form = page.form("/ambassador/profile")
    page = send(own, page, form, **{"meeting_place": "typed before", **typed})
    assert (page.status, sentence in page.text) == (422, True)
    assert ("meeting_place", "typed before") in page.form("/ambassador/profile").fields
    session.expire_all()
    assert roster.find(session, ana.id).name == "Ana Almeida"


def test_another_meeting_link_is_told_to_booked_prospects(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    now = datetime.now(UTC)
    slots = timetable_preview.preview(
        session, roster.find(session, ana.id), kept(session, ana), 30, now
    ).starts
    chat = make_chat(session, ana, slots[-1], now)
    page = open_page(own, "/ambassador/profile")
    form = page.form("/ambassador/profile")
    page = send(own, page, form, meeting_url="https://meet.example.edu/new")
    assert "The people of 1 booked chat are told the new place by mail." in page.text
    session.expire_all()
    assert (chat.place, chat.sequence) == ("https://meet.example.edu/new", 1)


def test_days_that_are_over_are_not_shown(
    session: Session, own: FlaskClient, ana: Ambassador
) -> None:
    long_ago = date(2020, 1, 1)
    save(own, **{"off-first": ["2020-01-01"], "off-last": ["2020-01-02"], "off-note": [""]})
    assert long_ago.isoformat() not in open_page(own, "/ambassador/hours").html
