"""Times by day, part of the day and half hour of the reader's clock."""

from datetime import UTC, date, datetime

from ambassadors.core.spans import minute_of, moment_of
from ambassadors.web.weeks import by_day, day_of, nearest, times_of_week

NOW = datetime(2026, 10, 19, 14, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> int:
    """An epoch minute of autumn 2026."""
    return minute_of(datetime(2026, month, day, hour, minute, tzinfo=UTC))


def clocks(rows: tuple[tuple[int, ...], ...]) -> list[list[str]]:
    """Rows of epoch minutes as times of day in UTC."""
    return [[f"{moment_of(one):%H:%M}" for one in row] for row in rows]


def test_starts_of_the_same_half_hour_of_the_readers_clock_share_a_row() -> None:
    starts = [at(20, 9), at(20, 9, 15), at(20, 9, 30), at(20, 10, 15)]
    [(part, rows)] = by_day(starts, "UTC")[0].parts
    assert (part, clocks(rows)) == ("Morning", [["09:00", "09:15"], ["09:30"], ["10:15"]])
    [(_, in_nepal)] = by_day(starts[:3], "Asia/Kathmandu")[0].parts  # 14:45, 15:00, 15:15
    assert clocks(in_nepal) == [["09:00"], ["09:15", "09:30"]]


def test_a_day_is_cut_where_the_reader_sees_morning_afternoon_and_evening() -> None:
    starts = [at(20, 4, 45), at(20, 5), at(20, 11, 45), at(20, 12), at(20, 17), at(20, 23, 45)]
    parts = by_day(starts, "UTC")[0].parts
    assert [(name, sum(map(len, rows))) for name, rows in parts] == [
        ("Night", 1),
        ("Morning", 2),
        ("Afternoon", 1),
        ("Evening", 2),
    ]


def test_the_hour_that_comes_twice_gives_its_times_twice() -> None:
    starts = [at(1, 5, 30, 11), at(1, 5, 45, 11), at(1, 6, 30, 11), at(1, 6, 45, 11)]
    [(_, rows)] = by_day(starts, "America/New_York")[0].parts  # 1:30 and 1:45, twice
    assert clocks(rows) == [["05:30", "05:45"], ["06:30", "06:45"]]


def test_a_days_times_stay_in_order_where_the_clock_goes_back_over_noon() -> None:
    walls, starts = [715, 720, 690, 720], [at(20, 9, minute) for minute in (0, 5, 35, 55)]
    day = day_of(date(2026, 10, 20), list(zip(walls, starts, strict=True)))
    assert list(day.starts) == starts
    assert [(name, sum(map(len, rows))) for name, rows in day.parts] == [
        ("Morning", 2),
        ("Afternoon", 2),
    ]


def test_a_week_has_seven_days_whatever_is_free() -> None:
    week = times_of_week([at(21, 9)], None, None, "UTC", NOW, 28).week
    assert [day.date.day for day in week.all_days] == [19, 20, 21, 22, 23, 24, 25]
    assert [len(day.starts) for day in week.all_days] == [0, 0, 1, 0, 0, 0, 0]
    assert week.parts == ("Morning",)


def test_the_nearest_times_stand_in_order() -> None:
    starts = [at(20, 9), at(20, 12), at(20, 15), at(21, 9), at(22, 9)]
    assert [f"{one:%d %H}" for one in nearest(starts, at(20, 14))] == ["20 09", "20 12", "20 15"]


def test_a_choice_leads_to_its_week_unless_another_is_asked_for() -> None:
    chosen = datetime(2026, 10, 28, 9, tzinfo=UTC)
    starts = [at(21, 9), at(28, 9)]
    there = times_of_week(starts, None, chosen, "UTC", NOW, 28)
    away = times_of_week(starts, date(2026, 10, 20), chosen, "UTC", NOW, 28)
    gone = times_of_week(starts[:1], None, chosen, "UTC", NOW, 28)
    assert (there.week.monday, there.chosen, there.kept) == (date(2026, 10, 26), chosen, None)
    assert (away.week.monday, away.chosen, away.kept) == (date(2026, 10, 19), chosen, chosen)
    assert (gone.chosen, gone.gone, [one.day for one in gone.near]) == (None, chosen, [21])
