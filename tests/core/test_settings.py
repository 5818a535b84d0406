"""What coordinators may set: rules and bounds, the calendar, texts of mails."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ambassadors.core.hours import Hours, WeeklySpan
from ambassadors.core.notices import STANDARD, Kind, Times, choose_reminders, reminded_text, timed
from ambassadors.core.refused import Refused
from ambassadors.core.settings.rules import (
    House,
    check_bounds,
    follow,
    house_value,
    read_house,
    tell_house,
)
from ambassadors.core.settings.terms import closed, day_caps, read_terms, tell_terms, terms_value
from ambassadors.core.settings.wordings import LETTERS, fill, read_wording
from ambassadors.core.slots import Diary, Rules, starts, why_not
from ambassadors.core.spans import DAY, minute_of

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in Boston
BREAK = {
    "name": "Spring break", "kind": "break", "first": "2027-03-03", "last": "2027-03-05",
    "hours": "closed", "cap": "",
}  # fmt: skip
EXAMS = {**BREAK, "name": "Exams", "kind": "exams", "hours": "fewer", "cap": "1"}


def refused_field(read, *arguments) -> str | None:
    with pytest.raises(Refused) as refusal:
        read(*arguments)
    return refusal.value.field


def days_free(diary: Diary) -> list[date]:
    first = minute_of(NOW)
    found = starts(diary, first, first + 7 * DAY, 30, NOW)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return sorted({(epoch + timedelta(minutes=one)).date() for one in found})


def diary(**values) -> Diary:
    weekly = tuple(WeeklySpan(day, 540, 720) for day in range(7))
    return Diary(Hours("America/New_York", weekly), Rules(notice=0), **values)


def test_who_follows_a_default_follows_the_new_one_and_bounds_hold_for_all():
    before = House()
    after = House(Rules(weekly_cap=6), {**before.bounds, "weekly_cap": (1, 10)})
    caps = [follow(Rules(weekly_cap=cap), before, after).weekly_cap for cap in (8, 5, 20, 0)]
    assert caps == [6, 5, 10, 1]


def test_rules_outside_of_the_bounds_are_refused_at_their_field():
    house = House(Rules(), {**House().bounds, "weekly_cap": (1, 10)})
    assert refused_field(check_bounds, Rules(weekly_cap=11), house) == "weekly_cap"
    check_bounds(Rules(weekly_cap=10), house)


def test_a_default_outside_of_its_own_bounds_is_refused():
    value = house_value(House())
    assert refused_field(read_house, {**value, "horizon": 181}) == "horizon"
    assert refused_field(read_house, {**value, "lengths": []}) == "lengths"
    bounds = {**value["bounds"], "notice": [10, 5]}
    assert refused_field(read_house, {**value, "bounds": bounds}) == "least-notice"
    assert read_house(value) == House()


def test_a_change_of_rules_is_told_in_sentences():
    after = House(replace(Rules(), lengths=(30,), weekly_cap=6))
    assert list(tell_house(House(), after)) == [
        "Lengths of chats: 30 minutes instead of 20, 30 and 45.",
        "Chats a week: 6 chats instead of 8.",
    ]


def test_a_closed_range_has_no_slots_and_says_its_name():
    terms = read_terms([BREAK])
    open_always = diary()
    shut = replace(open_always, hours=replace(open_always.hours, time_off=closed(terms)))
    gone = [day for day in days_free(open_always) if day not in days_free(shut)]
    assert gone == [date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5)]
    answer = why_not(shut, minute_of(datetime(2027, 3, 3, 15, 0, tzinfo=UTC)), 30, NOW)
    assert answer is not None
    assert answer.text == "Spring break: no chats until Friday, March 5."


def test_a_range_with_fewer_chats_is_full_before_the_ambassadors_own_cap():
    caps = day_caps(read_terms([EXAMS]))
    on = {date(2027, 3, 2): 1, date(2027, 3, 3): 1}
    usual, fewer = diary(chats_on=on), diary(chats_on=on, day_caps=caps)
    assert [day for day in days_free(usual) if day not in days_free(fewer)] == [date(2027, 3, 3)]
    answer = why_not(fewer, minute_of(datetime(2027, 3, 3, 15, 0, tzinfo=UTC)), 30, NOW)
    assert answer is not None
    assert answer.text == "At most 1 chat a day, and Wednesday, March 3 is full."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name-0"),
        ({"last": "2027-03-02"}, "last-0"),
        ({"first": "soon"}, "first-0"),
        ({"hours": "halved"}, "hours-0"),
        ({"kind": "party"}, "kind-0"),
        ({"hours": "fewer", "cap": "0"}, "cap-0"),
    ],
)
def test_an_entry_of_the_calendar_that_makes_no_sense_is_refused_at_its_field(change, field):
    assert refused_field(read_terms, [{**BREAK, **change}]) == field


def test_the_calendar_is_kept_as_it_was_read_and_told():
    terms = read_terms([EXAMS, BREAK])
    assert read_terms(terms_value(terms)["terms"]) == terms
    assert list(tell_terms((), terms)) == [
        "Exams, March 3 to March 5, 2027: at most 1 chat a day with each ambassador.",
        "Spring break, March 3 to March 5, 2027: nobody can be booked.",
    ]


def test_reminders_are_chosen_from_a_list_one_to_three():
    assert choose_reminders(["reminder-15m", "reminder-7d"]) == (
        Kind.REMINDER_WEEK,
        Kind.REMINDER_15_MINUTES,
    )
    assert reminded_text(STANDARD) == "a day before and an hour before"
    assert refused_field(choose_reminders, []) == "reminders"
    assert refused_field(choose_reminders, ["thanks"]) == "reminders"
    four = ["reminder-7d", "reminder-3d", "reminder-2d", "reminder-24h"]
    assert refused_field(choose_reminders, four) == "reminders"


def test_a_chat_has_the_reminders_of_its_times_that_are_still_to_come():
    start = NOW + timedelta(hours=5)
    kinds = (Kind.REMINDER_DAY, Kind.REMINDER_3_HOURS, Kind.REMINDER_15_MINUTES)
    dues = timed(Times(start, start + timedelta(minutes=30), 1, kinds), NOW)
    assert [due.kind.value for due in dues if due.recipient == "prospect"] == [
        "reminder-3h",
        "reminder-15m",
        "thanks",
    ]


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        ("invitation", "opening", "Hello {nobody}"),
        ("invitation", "closing", "{name"),
        ("invitation", "subject", "{}"),
        ("request_received", "opening", "{ambassador}"),
        ("code", "opening", "Call 617 373 2000"),
        ("code", "closing", "See https://example.edu"),
        ("code", "subject", "www.example.edu"),
        ("code", "opening", "write to me@example"),
        ("thanks", "opening", "x" * 601),
        ("thanks", "subject", "x" * 121),
    ],
)
def test_a_text_that_no_mail_may_have_is_refused_at_its_field(kind, field, text):
    assert refused_field(read_wording, kind, {field: text}) == field


def test_each_kind_takes_its_own_placeholders():
    for kind, letter in LETTERS.items():
        text = " ".join(f"{{{name}}}" for name in letter.placeholders)
        assert read_wording(kind, {"opening": text}).opening == text


def test_what_is_filled_in_is_not_read_again():
    assert fill("{name} and {time}", {"name": "{time}", "time": "noon"}) == "{time} and noon"
