from icalendar import Calendar

from ambassadors.remote.joining import join_calendars


def joined(*objects: str) -> list[str]:
    """What is written between the head and the end of the stream."""
    return join_calendars(objects).decode().split("\r\n")[3:-2]


def calendar(*lines: str) -> str:
    """An object as a server keeps it."""
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])


def test_events_are_kept_and_tasks_are_not() -> None:
    event = ["BEGIN:VEVENT", "UID:1", "BEGIN:VALARM", "END:VALARM", "END:VEVENT"]
    task = ["BEGIN:VTODO", "UID:2", "END:VTODO"]
    assert joined(calendar(*event, *task), calendar(*event)) == [*event, *event]
    assert joined() == []


def test_a_zone_is_written_once_and_a_different_one_of_its_name_is_renamed() -> None:
    def zoned(rule: str) -> str:
        zone = ["BEGIN:VTIMEZONE", "TZID:Campus", f"X-RULE:{rule}", "END:VTIMEZONE"]
        times = ['DTSTART;TZID="Campus":1', "EXDATE;VALUE=DATE-TIME;TZID=Campus:2,3"]
        text = ["SUMMARY:about ;TZID=Campus:", "DTEND;TZID=Other:4"]
        return calendar(*zone, "BEGIN:VEVENT", *times, *text, "END:VEVENT")

    first = joined(zoned("a"))
    assert joined(zoned("a"), zoned("a")) == [*first, *first[4:]]
    assert joined(zoned("a"), zoned("b"), zoned("c"), zoned("b"))[-16:-2] == [
        "BEGIN:VTIMEZONE",
        "TZID:Campus (3)",
        "X-RULE:c",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        'DTSTART;TZID="Campus (3)":1',
        'EXDATE;VALUE=DATE-TIME;TZID="Campus (3)":2,3',
        "SUMMARY:about ;TZID=Campus:",
        "DTEND;TZID=Other:4",
        "END:VEVENT",
        "BEGIN:VEVENT",
        'DTSTART;TZID="Campus (2)":1',
        'EXDATE;VALUE=DATE-TIME;TZID="Campus (2)":2,3',
        "SUMMARY:about ;TZID=Campus:",
    ]


def test_folded_lines_are_whole_and_only_ends_of_lines_part_them() -> None:
    text = "BEGIN:VEV\r\n ENT\r\nSUMMARY:one\x0btwo\u2028three\x85\r\n\tfour\r\nEND:VEVENT"
    assert joined(calendar(text)) == [
        "BEGIN:VEVENT",
        "SUMMARY:one\x0btwo\u2028three\x85four",
        "END:VEVENT",
    ]


def test_an_object_that_breaks_off_does_not_swallow_the_next() -> None:
    whole = ["BEGIN:VEVENT", "UID:2", "END:VEVENT"]
    broken = ["BEGIN:VEVENT", "UID:1", "BEGIN:VALARM"]
    closed = [*broken, "END:VALARM", "END:VEVENT"]
    assert joined("\n".join(["BEGIN:VCALENDAR", *broken]), calendar(*whole)) == [*closed, *whole]
    assert joined(calendar(*broken), calendar(*whole)) == [*closed, *whole]
    assert joined(calendar(*broken, "END:VTODO", "END:VEVENT", *whole)) == [*closed, *whole]
    assert joined("BEGIN:VEVENT\nUID:1\nBEGIN:VCALENDAR\n" + "\n".join(whole)) == [
        *("BEGIN:VEVENT", "UID:1", "END:VEVENT"),
        *whole,
    ]
    assert joined("<html>", "END:VEVENT", "", "END:VCALENDAR\nBEGIN:VCALENDAR") == []


def test_deep_nesting_is_cut() -> None:
    text = calendar(*["BEGIN:VEVENT"] * 5000)
    Calendar.from_ical(join_calendars([text]))
    assert len(joined(text)) == 2 * 5000


def test_thousands_of_zones_of_one_name_are_no_trouble() -> None:
    objects = [
        f"BEGIN:VTIMEZONE\nTZID:A\nX:{n}\nEND:VTIMEZONE\nBEGIN:VEVENT\nEND:VEVENT\n"
        for n in range(20_000)
    ]
    assert joined(*objects).count("TZID:A (20000)") == 1
